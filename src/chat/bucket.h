// A token bucket: `burst` at once, then `count` in each interval. The clock is passed in.
#pragma once

#include <cstdint>

namespace chat {

// A limit as an operator writes it: "5r/s burst=20" is {5, 1000, 20}, "30r/m burst=10" is {30,
// 60000, 10}.
struct Rate {
  std::uint32_t count;        // 1 to rate_max (bounds.h), for each
  std::uint32_t interval_ms;  // 1000 or 60000
  std::uint32_t burst;        // 1 to rate_max: how many at once after a rest
};

class Bucket {
 public:
  // Takes one: 0, or the milliseconds (1 or more) after which one can be taken, and not before;
  // then nothing was taken. A fresh bucket is full. `now_ms` is monotonic; a step back counts as no
  // time.
  std::uint64_t take(const Rate& rate, std::uint64_t now_ms);

 private:
  std::uint64_t last_ms_ = 0;
  // How much time must pass until the bucket is full, in units of 1/count ms: whole numbers, so
  // that nothing is lost to rounding. One token is worth interval_ms of them.
  std::uint64_t debt_ = 0;
};

}  // namespace chat
