// What a client puts on the wire, right or wrong, in a buffer of fixed size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace wire {

inline constexpr std::size_t bytes_max = 524'288;

enum class Length { shortest, bits_16, bits_64 };

struct Wire {
  std::uint8_t data[bytes_max];
  std::size_t size = 0;
  std::uint8_t mask[4] = {0x37, 0xfa, 0x21, 0x3d};

  void clear() { size = 0; }
  void byte(std::uint64_t value) { data[size++] = static_cast<std::uint8_t>(value); }
  void bytes(std::string_view text) {
    if (text.empty()) return;
    std::memcpy(data + size, text.data(), text.size());
    size += text.size();
  }
  void payload(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      byte(static_cast<std::uint8_t>(text[i]) ^ mask[i & 3]);
    }
  }

  // A header that claims `claimed` bytes of payload.
  void header(std::uint8_t first_byte, std::uint64_t claimed, Length form = Length::shortest) {
    byte(first_byte);
    if (form == Length::shortest) {
      form = claimed > 0xffff ? Length::bits_64 : Length::bits_16;
      if (claimed < 126) return byte(0x80 | claimed), key();
    }
    byte(0x80 | (form == Length::bits_16 ? 126 : 127));
    for (int shift = form == Length::bits_16 ? 8 : 56; shift >= 0; shift -= 8) {
      byte(claimed >> shift);
    }
    key();
  }
  void key() {
    for (const std::uint8_t each : mask) byte(each);
  }

  void frame(std::uint8_t first_byte, std::string_view text) {
    header(first_byte, text.size());
    payload(text);
  }

  void close_frame(unsigned code, std::string_view reason) {
    header(0x88, 2 + reason.size());
    const char bytes[] = {static_cast<char>(code >> 8), static_cast<char>(code)};
    payload({bytes, 2});
    for (std::size_t i = 0; i < reason.size(); ++i) {
      byte(static_cast<std::uint8_t>(reason[i]) ^ mask[(i + 2) & 3]);
    }
  }
};

// That many letters, up to 70,000. Static storage.
inline std::string_view xs(std::size_t size) {
  static char letters[70'000];
  std::memset(letters, 'x', size);
  return {letters, size};
}

// First bytes of frames.
inline constexpr std::uint8_t text = 0x81;
inline constexpr std::uint8_t text_begins = 0x01;
inline constexpr std::uint8_t binary = 0x82;
inline constexpr std::uint8_t binary_begins = 0x02;
inline constexpr std::uint8_t goes_on = 0x00;
inline constexpr std::uint8_t ends = 0x80;
inline constexpr std::uint8_t close = 0x88;
inline constexpr std::uint8_t ping = 0x89;
inline constexpr std::uint8_t pong = 0x8a;

}  // namespace wire
