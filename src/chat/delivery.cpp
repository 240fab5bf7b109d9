#include "chat/delivery.h"

#include <algorithm>
#include <cassert>

namespace chat {

// Of whom nothing was heard, any number is the next one; no more than unacknowledged_max are under
// way with it.
void Delivery::hear_first(Number number) {
  const Number least = number - std::min(number, unacknowledged_max);
  is_heard_ = true;
  got_ = is_confirmed_ ? std::max(got_, least) : number - 1;
  said_ = std::max(number - 1, got_);
}

Delivery::Verdict Delivery::say(Number number) {
  if (!is_heard_) hear_first(number);
  if (number <= confirmed() || number > said_ + 1) return Verdict::ignore;
  if (number <= said_) return Verdict::pass;
  if (said_ - got_ >= unacknowledged_max) return Verdict::full;
  said_ = number;
  return Verdict::pass;
}

void Delivery::confirm(Number number) {
  assert(was_said(number));
  got_ = std::max(confirmed(), number);
  is_confirmed_ = true;
}

bool Delivery::skip(Number number) {
  if (number < confirmed()) return false;
  is_heard_ = is_confirmed_ = true;
  said_ = std::max(said_, number);
  got_ = number;
  return true;
}

}  // namespace chat
