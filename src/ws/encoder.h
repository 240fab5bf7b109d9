// Writes frames of a server (RFC 6455 section 5): unmasked, one of the three lengths and always the
// shortest.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "ws/close.h"

namespace ws {

enum class Opcode : std::uint8_t {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10,
};

inline constexpr std::size_t server_header_bytes_max = 10;
inline constexpr std::size_t control_payload_bytes_max = 125;

// The bytes that a server's header takes in front of `size` bytes of payload: 2, 4 or 10.
constexpr std::size_t server_header_size(std::uint64_t size) {
  return size < 126 ? 2 : size < 65536 ? 4 : 10;
}

// Writes the header of a frame directly in front of `payload` and returns where the frame begins.
// REQUIRES: server_header_size(size) writable bytes in front of payload.
std::uint8_t* write_header_before(std::uint8_t* payload, std::size_t size, Opcode opcode,
                                  bool fin = true);

// A control frame, whole. What is behind `size` is not set.
struct ControlFrame {
  std::array<std::uint8_t, 2 + control_payload_bytes_max> storage;
  std::size_t size;
  std::span<const std::uint8_t> bytes() const { return {storage.data(), size}; }
};

// A control frame with up to 125 bytes of payload (more are cut). A Close has `close_frame`.
ControlFrame control_frame(Opcode opcode, std::span<const std::uint8_t> payload);

// A Close with a code and a reason, which is cut to 123 bytes at a character's border.
// CloseCode::none: no body.
ControlFrame close_frame(CloseCode code, std::string_view reason);

}  // namespace ws
