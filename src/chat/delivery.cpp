#include "chat/delivery.h"

#include <algorithm>
#include <cassert>

namespace chat {

Delivery::Verdict Delivery::say(Number number) {
  if (!known_) {
    known_ = true;
    said_ = got_ = number - 1;
  }
  if (number <= got_ || number > said_ + 1) return Verdict::ignore;
  if (number <= said_) return Verdict::pass;
  if (said_ - got_ >= unacknowledged_max) return Verdict::full;
  said_ = number;
  return Verdict::pass;
}

void Delivery::confirm(Number number) {
  assert(was_said(number));
  if (!known_) {
    known_ = true;
    said_ = number;
  }
  got_ = std::max(got_, number);
}

bool Delivery::skip(Number number) {
  if (number < got_) return false;
  known_ = true;
  said_ = std::max(said_, number);
  got_ = number;
  return true;
}

}  // namespace chat
