#include "chat/bucket.h"

#include <algorithm>

#include "chat/bounds.h"

namespace chat {

namespace {

// A full debt and one token more, the largest sum below, is far from the end of its type.
static_assert((std::uint64_t{rate_max} + 2) * UINT32_MAX < UINT64_MAX / 2);

// How much a bucket holds. Beyond the burst that is what a token that is taken at its very
// millisecond comes too late by: less than a millisecond's worth, and less than a token. Without it
// every rest that just fills the bucket would lose that much.
std::uint64_t room_of(const Rate& rate) {
  return std::uint64_t{rate.burst} * rate.interval_ms + std::min(rate.count, rate.interval_ms) - 1;
}

}  // namespace

std::uint64_t Bucket::take(const Rate& rate, std::uint64_t now_ms) {
  const std::uint64_t passed_ms = now_ms > last_ms_ ? now_ms - last_ms_ : 0;
  last_ms_ = now_ms;
  // Divided, as the product of a long rest would overflow.
  debt_ = passed_ms > debt_ / rate.count ? 0 : debt_ - passed_ms * rate.count;

  const std::uint64_t owed = debt_ + rate.interval_ms;
  const std::uint64_t room = room_of(rate);
  if (owed > room) return (owed - room + rate.count - 1) / rate.count;
  debt_ = owed;
  return 0;
}

}  // namespace chat
