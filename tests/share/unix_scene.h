// Members that write to each other over Unix sockets, and ends of a link that a test holds by hand.
#pragma once

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "mail_contract.h"
#include "poll_loop.h"
#include "share/unix_mail.h"
#include "share/unix_packets.h"
#include "share/unix_socket.h"

namespace unix_scene {

using mail_contract::letter_of;
using Packet = std::vector<std::uint8_t>;

// Names are the host's: other runs of this test use it at the same time.
inline chat::MemberId new_member() {
  static std::uint64_t next = 1;
  static const pid_t host = getpid();
  return {static_cast<std::uint64_t>(host), next++ * 0x9E3779B97F4A7C15};
}

// A PollLoop that can have no room.
class Loop final : public share::Loop {
 public:
  std::uint64_t now_ms() const override { return poll.now_ms(); }
  Watch* watch(int fd, share::Watcher& watcher) override {
    return full ? nullptr : poll.watch(fd, watcher);
  }
  bool want(Watch& watch, bool reading, bool writing) override {
    if (writing) {
      writers.insert(&watch);
    } else {
      writers.erase(&watch);
    }
    return poll.want(watch, reading, writing);
  }
  void forget(Watch& watch) override {
    writers.erase(&watch);
    poll.forget(watch);
  }
  Alarm* make_alarm(void (*ring)(void*), void* owner) override {
    return poll.make_alarm(ring, owner);
  }
  void set(Alarm& alarm, std::uint64_t delay_ms) override { poll.set(alarm, delay_ms); }
  void stop(Alarm& alarm) override { poll.stop(alarm); }
  void destroy(Alarm& alarm) override { poll.destroy(alarm); }
  void log(Severity severity, std::string_view text) override { poll.log(severity, text); }

  PollLoop poll;
  bool full = false;
  std::set<Watch*> writers;  // who wants to write
};

struct Member {
  explicit Member(Loop& loop, chat::MemberId id = new_member()) : id(id) {
    mail.emplace(id, loop, heard);
    assert_true(mail->open());
  }
  const chat::MemberId id;
  MailHeard heard;
  std::optional<share::UnixMail> mail;
};

// ---- the other end of a link, by hand ----

class Raw {
 public:
  explicit Raw(int fd) : fd_(fd) {}
  static Raw to(chat::MemberId member) {
    int fd = -1;
    assert_true(share::unix_socket::connect_to(member, fd) == share::unix_socket::Connected::yes);
    return Raw(fd);
  }
  Raw(Raw&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  ~Raw() {
    if (fd_ != -1) close(fd_);
  }

  void says(const Packet& packet) const {
    assert_true(send(fd_, packet.data(), packet.size(), MSG_NOSIGNAL) ==
                static_cast<ssize_t>(packet.size()));
  }
  void says_hello(chat::MemberId from) const {
    const auto hello = share::write_hello(from);
    says({hello.begin(), hello.end()});
  }
  bool ended() const {
    std::uint8_t byte = 0;
    return recv(fd_, &byte, 1, MSG_DONTWAIT) == 0;
  }
  // The next packet; empty: there is none now.
  Packet next() const {
    Packet packet(share::piece_header_bytes + share::piece_bytes_max);
    const ssize_t size = recv(fd_, packet.data(), packet.size(), MSG_DONTWAIT);
    packet.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return packet;
  }

 private:
  int fd_;
};

// A member of nothing but a socket that listens.
class RawListener {
 public:
  explicit RawListener(chat::MemberId id) : fd_(share::unix_socket::listen_as(id)) {
    assert_true(fd_ != -1);
  }
  ~RawListener() { close(fd_); }
  std::optional<Raw> accept() const {
    int fd = -1;
    if (share::unix_socket::accept_from(fd_, fd) != share::unix_socket::Accepted::yes) {
      return std::nullopt;
    }
    return Raw(fd);
  }

 private:
  int fd_;
};

inline Packet piece(std::uint8_t kind, std::uint32_t letter_size, std::size_t size) {
  Packet packet(share::piece_header_bytes + size, 'x');
  chat::Packer(packet).put(kind).put(letter_size);
  return packet;
}
inline constexpr std::uint8_t first = 1, last = 2, middle = 0, whole = 3;

// Runs `work` in a process of its own, as another user if one is given.
template <typename Work>
pid_t in_child(Work work, std::optional<uid_t> user = std::nullopt) {
  const pid_t pid = fork();
  assert_true(pid != -1);
  if (pid > 0) return pid;
  if (user && setuid(*user) != 0) _exit(2);
  _exit(work() ? 0 : 1);
}

// It did what it was to do.
inline bool has_succeeded(pid_t pid) {
  int status = 0;
  if (waitpid(pid, &status, WNOHANG) != pid) return false;
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 0);
  return true;
}

}  // namespace unix_scene
