#include "share/unix_socket.h"

#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string_view>

#include "share/unix_bounds.h"

namespace share::unix_socket {

namespace {

// struct ucred of <sys/socket.h> (SO_PEERCRED, unix(7)): glibc shows it to _GNU_SOURCE, which g++
// always defines.
bool is_same_user(int fd) {
  ucred peer{};
  socklen_t size = sizeof(peer);
  return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == geteuid();
}

int open_socket() {
  return socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

struct Name {
  sockaddr_un address{};
  socklen_t size;

  explicit Name(chat::MemberId member) {
    constexpr std::string_view prefix = "chatsj-";
    address.sun_family = AF_UNIX;
    char* at = address.sun_path + 1;  // the zero in front makes the name abstract
    std::memcpy(at, prefix.data(), prefix.size());
    at = write(write(at + prefix.size(), member.host), member.worker);
    size = static_cast<socklen_t>(at - reinterpret_cast<char*>(&address));
  }
  const sockaddr* pointer() const { return reinterpret_cast<const sockaddr*>(&address); }

 private:
  static char* write(char* at, std::uint64_t number) {
    for (int shift = 60; shift >= 0; shift -= 4) *at++ = "0123456789abcdef"[number >> shift & 15];
    return at;
  }
};

}  // namespace

int listen_as(chat::MemberId member) {
  const int fd = open_socket();
  if (fd == -1) return -1;
  const Name name(member);
  if (bind(fd, name.pointer(), name.size) == 0 && listen(fd, unix_backlog) == 0) return fd;
  close_socket(fd);
  return -1;
}

Connected connect_to(chat::MemberId member, int& fd) {
  fd = open_socket();
  if (fd == -1) return Connected::failed;
  const Name name(member);
  Connected what = Connected::failed;
  if (connect(fd, name.pointer(), name.size) == 0) {
    what = is_same_user(fd) ? Connected::yes : Connected::nobody;
  } else if (errno == ECONNREFUSED) {
    what = Connected::nobody;
  }
  if (what != Connected::yes) close_socket(fd);
  return what;
}

Accepted accept_from(int listener, int& fd) {
  fd = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd == -1) {
    switch (errno) {
      case EAGAIN:
        return Accepted::none;
      case EINTR:
      case ECONNABORTED:
        return Accepted::refused;
      default:
        return Accepted::full;
    }
  }
  if (is_same_user(fd)) return Accepted::yes;
  close_socket(fd);
  return Accepted::refused;
}

Sent send_packet(int fd, std::span<const std::uint8_t> header, std::span<const std::uint8_t> body) {
  // iovec lacks const; sendmsg writes to neither.
  std::array<iovec, 2> parts{
      iovec{const_cast<std::uint8_t*>(header.data()), header.size()},
      iovec{const_cast<std::uint8_t*>(body.data()), body.size()},
  };
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = parts.size();
  ssize_t size;
  do {
    size = sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  } while (size == -1 && errno == EINTR);
  if (size >= 0) return Sent::yes;  // a packet goes whole or not at all
  return errno == EAGAIN ? Sent::full : Sent::broken;
}

Received receive_packet(int fd, std::span<std::uint8_t> buffer, std::size_t& size) {
  ssize_t got;
  do {
    got = recv(fd, buffer.data(), buffer.size(), MSG_DONTWAIT | MSG_TRUNC);
  } while (got == -1 && errno == EINTR);
  if (got == -1) return errno == EAGAIN ? Received::none : Received::ended;
  size = static_cast<std::size_t>(got);
  return got == 0 || size > buffer.size() ? Received::ended : Received::yes;
}

void close_socket(int fd) {
  close(fd);
}

}  // namespace share::unix_socket
