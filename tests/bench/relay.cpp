// The bare relay: the least that a process on epoll must do to carry bytes between two connections,
// as the measure that the module is held against.
//
//   relay
//
// listens on a free port of 127.0.0.1 and prints it, and ends when its standard input does. It
// answers each upgrade with one fixed 101 (the load generator always sends the sample key of RFC
// 6455 section 1.3), pairs connections in the order of their upgrades, the first with the second
// and so on, and from then on passes what one read gave on with one send. It knows no frame: what a
// client sent masked reaches the other one masked, which the load generator takes as well.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <vector>

#include "bench/fail.h"

namespace bench {

namespace {

constexpr std::string_view upgraded =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Protocol: chat.v1\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

constexpr int nobody = -1;
constexpr std::size_t events_at_once = 512;  // as nginx takes them
constexpr std::size_t read_bytes = std::size_t{64} * 1024;

class Relay {
 public:
  Relay();
  // Until standard input ends.
  void run();

 private:
  void watch(int fd);
  void welcome();
  void upgrade(int fd);
  void pass(int fd);
  void drop(int fd);

  const int epoll_ = epoll_create1(EPOLL_CLOEXEC);
  const int listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::vector<int> partners_;  // by descriptor
  int single_ = nobody;        // upgraded, without a partner
  std::array<char, read_bytes> buffer_;
};

Relay::Relay() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_, plain, size) != 0 || listen(listener_, SOMAXCONN) != 0 ||
      getsockname(listener_, plain, &size) != 0) {
    fail("cannot listen: %s", std::strerror(errno));
  }
  watch(listener_);
  watch(STDIN_FILENO);
  std::printf("%u\n", ntohs(address.sin_port));
  std::fflush(stdout);
}

void Relay::watch(int fd) {
  epoll_event event{EPOLLIN, {.fd = fd}};
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) fail("epoll: %s", std::strerror(errno));
}

void Relay::run() {
  std::array<epoll_event, events_at_once> events;
  for (;;) {
    const int ready = epoll_wait(epoll_, events.data(), events.size(), -1);
    if (ready < 0 && errno != EINTR) fail("epoll_wait: %s", std::strerror(errno));
    for (int i = 0; i < ready; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      if (fd == STDIN_FILENO) return;
      if (fd == listener_) {
        welcome();
      } else {
        pass(fd);
      }
    }
  }
}

void Relay::welcome() {
  const int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return;
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (partners_.size() <= static_cast<std::size_t>(fd)) {
    partners_.resize(static_cast<std::size_t>(fd) + 1, nobody);
  }
  watch(fd);
}

// A request of the generator comes whole in one read; what it says does not matter.
void Relay::upgrade(int fd) {
  if (send(fd, upgraded.data(), upgraded.size(), MSG_NOSIGNAL) < 0) return drop(fd);
  if (single_ == nobody) {
    single_ = fd;
    return;
  }
  partners_[static_cast<std::size_t>(fd)] = single_;
  partners_[static_cast<std::size_t>(single_)] = fd;
  single_ = nobody;
}

void Relay::pass(int fd) {
  const ssize_t got = recv(fd, buffer_.data(), buffer_.size(), 0);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) return drop(fd);
  const int partner = partners_[static_cast<std::size_t>(fd)];
  if (partner == nobody) return upgrade(fd);
  // The generator has a few messages under way: a socket always has room for them.
  if (send(partner, buffer_.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL) != got) drop(fd);
}

// With the partner. Its descriptor may come up once more in this round of events: closed by then,
// or taken by a new connection, whose read finds nothing.
void Relay::drop(int fd) {
  const int partner = partners_[static_cast<std::size_t>(fd)];
  for (const int each : {fd, partner}) {
    if (each == nobody) continue;
    partners_[static_cast<std::size_t>(each)] = nobody;
    if (single_ == each) single_ = nobody;
    close(each);
  }
}

}  // namespace

}  // namespace bench

int main() {
  bench::Relay().run();
}
