#include "chat/delivery.h"

#include <algorithm>
#include <cassert>

namespace chat {

// Of whom nothing was heard, any number is the next one. If it does not fit what was confirmed,
// that is not to be relied on either.
void Delivery::hear_first(Number number) {
  is_heard_ = true;
  said_ = number - 1;
  if (is_confirmed_ && said_ <= got_) {
    said_ = got_;
  } else if (!is_confirmed_ || said_ - got_ >= unacknowledged_max) {
    is_confirmed_ = false;
    got_ = said_;
  }
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
  said_ = std::max(said_, got_);
  is_confirmed_ = true;
}

bool Delivery::skip(Number number) {
  if (number < confirmed()) return false;
  is_heard_ = true;  // not confirmed by it: it may be a late one
  said_ = std::max(said_, number);
  got_ = number;
  return true;
}

}  // namespace chat
