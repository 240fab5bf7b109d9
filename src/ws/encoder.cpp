#include "ws/encoder.h"

#include <algorithm>
#include <cstring>

namespace ws {

namespace {

constexpr std::size_t close_reason_bytes_max = control_payload_bytes_max - 2;

std::uint8_t first_byte(Opcode opcode, bool fin) {
  return static_cast<std::uint8_t>((fin ? 0x80 : 0) | static_cast<std::uint8_t>(opcode));
}

void write_big_endian(std::uint8_t* to, std::uint64_t value, std::size_t bytes) {
  for (; bytes > 0; value >>= 8) to[--bytes] = static_cast<std::uint8_t>(value);
}

// The longest beginning of `text` that has at most `size` bytes and no part of a character.
std::string_view cut(std::string_view text, std::size_t size) {
  if (text.size() <= size) return text;
  while (size > 0 && (static_cast<std::uint8_t>(text[size]) & 0xc0) == 0x80) --size;
  return {text.data(), size};
}

}  // namespace

std::uint8_t* write_header_before(std::uint8_t* payload, std::size_t size, Opcode opcode,
                                  bool fin) {
  const std::size_t header_size = server_header_size(size);
  std::uint8_t* frame = payload - header_size;
  frame[0] = first_byte(opcode, fin);
  switch (header_size) {
    case 2:
      frame[1] = static_cast<std::uint8_t>(size);
      break;
    case 4:
      frame[1] = 126;
      write_big_endian(frame + 2, size, 2);
      break;
    default:
      frame[1] = 127;
      write_big_endian(frame + 2, size, 8);
      break;
  }
  return frame;
}

ControlFrame control_frame(Opcode opcode, std::span<const std::uint8_t> payload) {
  const std::size_t size = std::min(payload.size(), control_payload_bytes_max);
  ControlFrame frame;
  frame.storage[0] = first_byte(opcode, true);
  frame.storage[1] = static_cast<std::uint8_t>(size);
  // An empty span may have no address at all, which memcpy may not be given.
  if (size > 0) std::memcpy(frame.storage.data() + 2, payload.data(), size);
  frame.size = 2 + size;
  return frame;
}

ControlFrame close_frame(CloseCode code, std::string_view reason) {
  if (code == CloseCode::none) return control_frame(Opcode::close, {});
  const std::string_view text = cut(reason, close_reason_bytes_max);
  std::array<std::uint8_t, control_payload_bytes_max> body;
  write_big_endian(body.data(), static_cast<std::uint16_t>(code), 2);
  if (!text.empty()) std::memcpy(body.data() + 2, text.data(), text.size());
  return control_frame(Opcode::close, {body.data(), 2 + text.size()});
}

}  // namespace ws
