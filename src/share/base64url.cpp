#include "share/base64url.h"

namespace share {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr unsigned bits_of_char = 6;
constexpr unsigned bits_of_byte = 8;

}  // namespace

std::string_view write_base64url(std::span<const std::uint8_t> bytes, std::span<char> text) {
  std::size_t size = 0;
  std::uint32_t bits = 0;
  unsigned held = 0;  // of `bits`, that are not written yet
  for (const std::uint8_t byte : bytes) {
    bits = bits << bits_of_byte | byte;
    for (held += bits_of_byte; held >= bits_of_char; held -= bits_of_char) {
      text[size++] = alphabet[bits >> (held - bits_of_char) & 63];
    }
  }
  if (held > 0) text[size++] = alphabet[bits << (bits_of_char - held) & 63];
  return {text.data(), size};
}

std::optional<std::span<std::uint8_t>> read_base64url(std::string_view text,
                                                      std::span<std::uint8_t> bytes) {
  std::size_t size = 0;
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char character : text) {
    const std::size_t value = alphabet.find(character);
    if (value == std::string_view::npos) return {};
    bits = bits << bits_of_char | static_cast<std::uint32_t>(value);
    held += bits_of_char;
    if (held < bits_of_byte) continue;
    held -= bits_of_byte;
    if (size == bytes.size()) return {};
    bytes[size++] = static_cast<std::uint8_t>(bits >> held);
  }
  // What is over is 0, and less than a character.
  if (held >= bits_of_char || (bits & ((1U << held) - 1)) != 0) return {};
  return bytes.first(size);
}

}  // namespace share
