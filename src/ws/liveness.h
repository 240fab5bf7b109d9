// When a connection that says nothing is asked, and when it is given up. Times are milliseconds of
// one monotonic clock.
#pragma once

#include <cstdint>

namespace ws {

class Liveness {
 public:
  // After `ping_ms` without a byte from the peer a ping is due; `answer_ms` after it, still without
  // a byte, the peer is dead. A message that has begun must be complete `message_ms` after its
  // first byte, however it trickles in.
  struct Times {
    std::uint64_t ping_ms;
    std::uint64_t answer_ms;
    std::uint64_t message_ms;
  };
  enum class Due : std::uint8_t { nothing, ping, dead, stalled };

  explicit Liveness(std::uint64_t now_ms) : heard_at_ms_(now_ms) {}

  // Bytes came; `in_message` says whether they left a frame or a message unfinished.
  // REQUIRES: a call for each message that ends, not only for each read. Otherwise the messages of
  // a peer who always has the next one under way look like one that does not end.
  void heard(std::uint64_t now_ms, bool in_message);

  // What is due now. `ping` is said once for each silence, `dead` and `stalled` from then on.
  Due due(std::uint64_t now_ms, const Times& times);

  // When `due` has something to say at the earliest. Changes with each `heard` and each `due`.
  std::uint64_t deadline_ms(const Times& times) const;

 private:
  static constexpr std::uint64_t never = UINT64_MAX;

  std::uint64_t heard_at_ms_;
  std::uint64_t asked_at_ms_ = never;  // by a ping in this silence
  std::uint64_t begun_at_ms_ = never;  // the message that is not complete yet
};

}  // namespace ws
