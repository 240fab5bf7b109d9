// The system calls of the mail between the members of one host: abstract SOCK_SEQPACKET sockets
// (unix(7)), which keep order and the ends of packets, and say when the other end is gone. Nothing
// blocks; every descriptor is closed on exec.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "chat/member.h"

namespace share::unix_socket {

// Listens on the member's name. -1: it cannot.
int listen_as(chat::MemberId member);

enum class Connected : std::uint8_t {
  yes,     // `fd` is the caller's to close
  nobody,  // the member has ended
  failed,  // it cannot be known now
};
// A name that another user listens on is not the member any more: it listened there while it lived.
Connected connect_to(chat::MemberId member, int& fd);

enum class Accepted : std::uint8_t {
  yes,      // `fd` is the caller's to close
  none,     // nobody waits
  refused,  // somebody was of another user, or is gone; the next may be accepted
  full,     // no descriptor or no memory is left
};
Accepted accept_from(int listener, int& fd);

enum class Sent : std::uint8_t { yes, full, broken };
// One packet, of a header and a body.
Sent send_packet(int fd, std::span<const std::uint8_t> header, std::span<const std::uint8_t> body);

enum class Received : std::uint8_t { yes, none, ended };
// One packet into `buffer`; `size` says how long it was. One that is longer, or empty, counts as
// the end.
Received receive_packet(int fd, std::span<std::uint8_t> buffer, std::size_t& size);

void close_socket(int fd);

}  // namespace share::unix_socket
