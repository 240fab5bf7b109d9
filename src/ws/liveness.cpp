#include "ws/liveness.h"

#include <algorithm>

namespace ws {

namespace {

// Never stays never, and a time beyond the clock's end is never.
std::uint64_t after(std::uint64_t time_ms, std::uint64_t wait_ms) {
  return wait_ms > UINT64_MAX - time_ms ? UINT64_MAX : time_ms + wait_ms;
}

}  // namespace

void Liveness::heard(std::uint64_t now_ms, bool in_message) {
  heard_at_ms_ = now_ms;
  asked_at_ms_ = never;
  if (!in_message) {
    begun_at_ms_ = never;
  } else if (begun_at_ms_ == never) {
    begun_at_ms_ = now_ms;
  }
}

Liveness::Due Liveness::due(std::uint64_t now_ms, const Times& times) {
  if (now_ms < deadline_ms(times)) return Due::nothing;
  if (now_ms >= after(begun_at_ms_, times.message_ms)) return Due::stalled;
  if (asked_at_ms_ != never) return Due::dead;
  asked_at_ms_ = now_ms;  // not when it was due: who is asked late has as long to answer
  return Due::ping;
}

std::uint64_t Liveness::deadline_ms(const Times& times) const {
  const std::uint64_t silence = asked_at_ms_ == never ? after(heard_at_ms_, times.ping_ms)
                                                      : after(asked_at_ms_, times.answer_ms);
  return std::min(silence, after(begun_at_ms_, times.message_ms));
}

}  // namespace ws
