// What goes over a link between two members of one host, packet by packet: first a hello, then
// pieces of letters. A link goes one way; whoever accepted it writes nothing.
//
//   hello: version (1 byte), host (8), worker (8) of the sender
//   piece: of what letter (1 byte: 1 its first piece, 2 its last, 3 both, 0 neither), the letter's
//          size (4), the bytes
//
// Little-endian (chat/pack.h).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "chat/letter.h"
#include "chat/member.h"
#include "chat/pack.h"
#include "share/unix_bounds.h"

namespace share {

inline constexpr std::uint8_t unix_version = 1;
inline constexpr std::size_t hello_bytes = 1 + 8 + 8;
inline constexpr std::size_t piece_header_bytes = 1 + 4;

inline std::array<std::uint8_t, hello_bytes> write_hello(chat::MemberId from) {
  std::array<std::uint8_t, hello_bytes> bytes;
  chat::Packer(bytes).put(unix_version).put(from.host).put(from.worker);
  return bytes;
}

// Nothing: it is no hello of this version.
inline std::optional<chat::MemberId> read_hello(std::span<const std::uint8_t> packet) {
  if (packet.size() != hello_bytes || packet[0] != unix_version) return std::nullopt;
  chat::Unpacker in(packet.subspan(1));
  const auto host = in.take<std::uint64_t>();
  return chat::MemberId{host, in.take<std::uint64_t>()};
}

struct PieceHeader {
  bool first = false;
  bool last = false;
  std::uint32_t letter_size = 0;
};

inline std::array<std::uint8_t, piece_header_bytes> write_piece_header(PieceHeader header) {
  std::array<std::uint8_t, piece_header_bytes> bytes;
  const auto kind = static_cast<std::uint8_t>((header.first ? 1 : 0) | (header.last ? 2 : 0));
  chat::Packer(bytes).put(kind).put(header.letter_size);
  return bytes;
}

// Nothing: it is no piece of a letter that may be sent, or an empty one.
inline std::optional<PieceHeader> read_piece_header(std::span<const std::uint8_t> packet) {
  if (packet.size() <= piece_header_bytes || packet[0] > 3) return std::nullopt;
  if (packet.size() > piece_header_bytes + piece_bytes_max) return std::nullopt;
  const auto size = chat::Unpacker(packet.subspan(1)).take<std::uint32_t>();
  if (size == 0 || size > chat::letter_bytes_max) return std::nullopt;
  return PieceHeader{(packet[0] & 1) != 0, (packet[0] & 2) != 0, size};
}

}  // namespace share
