// Gathers the frames that one read gives for one partner, and sends them in one write. The frames
// are not copied out: they move together within the buffer they were read into, each behind its new
// header.
#pragma once

#include <cstdint>
#include <span>

namespace nginx {

class Connection;

class Burst {
 public:
  // Frames from now on lie in `input`, until `end`.
  void begin(std::span<std::uint8_t> input) { input_ = input; }
  void end();

  // Sends the payload of a text message to `to`, now or with what follows. REQUIRES: room for a
  // header in front of it.
  void relay(Connection& to, std::span<std::uint8_t> payload);
  // Sends what was gathered. To be called before anything else is written to anybody.
  void flush();

 private:
  bool holds(std::span<std::uint8_t> payload) const;

  std::span<std::uint8_t> input_;
  Connection* to_ = nullptr;
  std::uint8_t* begin_ = nullptr;
  std::uint8_t* end_ = nullptr;
};

}  // namespace nginx
