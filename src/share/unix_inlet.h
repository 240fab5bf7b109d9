// A link from another member: reads packets (unix_packets.h) and puts letters together again. A
// packet that is out of place ends the link.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "chat/member.h"
#include "share/loop.h"
#include "share/unix_links.h"
#include "share/unix_packets.h"

namespace share {

class UnixInlet final : public Watcher {
 public:
  // Owns `fd` from now on.
  UnixInlet(int fd, Loop& loop, UnixLinks& links) : fd_(fd), loop_(loop), links_(links) {}
  ~UnixInlet();
  UnixInlet(const UnixInlet&) = delete;
  UnixInlet& operator=(const UnixInlet&) = delete;

  // False: the loop has no room for it.
  bool start();
  // worker 0: it has not said yet.
  chat::MemberId from() const { return from_; }
  // Reads the hello if it has come and was not read yet. False: the link is over without one.
  bool hear_hello();

  void on_readable() override;
  void on_writable() override {}

 private:
  enum class Came : std::uint8_t { packet, nothing, end };

  Came receive();
  bool take(std::span<std::uint8_t> packet);
  bool take_hello(std::span<const std::uint8_t> packet);
  bool begin(PieceHeader header, std::span<std::uint8_t> body);
  bool go_on(PieceHeader header, std::span<const std::uint8_t> body);
  void append(std::span<const std::uint8_t> body);
  void drop_letter();

  const int fd_;
  Loop& loop_;
  UnixLinks& links_;
  Loop::Watch* watch_ = nullptr;
  chat::MemberId from_;

  // The letter under way: letter_room and its bytes. Null while there is none, and while one passes
  // by that no memory was left for.
  std::uint8_t* letter_ = nullptr;
  std::size_t letter_size_ = 0;  // 0: none is under way
  std::size_t letter_here_ = 0;
};

}  // namespace share
