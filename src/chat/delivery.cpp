#include "chat/delivery.h"

#include <algorithm>
#include <cassert>

namespace chat {

// Of whom nothing was heard, any number is the next one. If it does not fit what was confirmed,
// that is not to be relied on either.
void Delivery::hear_first(Number number) {
  is_heard_ = true;
  said_ = number - 1;
  if (is_confirmed_ && said_ <= done_) {
    said_ = done_;
  } else if (!is_confirmed_ || said_ - done_ >= unacknowledged_max) {
    is_confirmed_ = false;
    done_ = said_;
  }
}

Delivery::Verdict Delivery::say(Number number) {
  if (!is_heard_) hear_first(number);
  if (number <= done() || number > said_ + 1) return Verdict::ignore;
  if (number <= said_) return Verdict::pass;
  if (said_ - done_ >= unacknowledged_max) return Verdict::full;
  said_ = number;
  return Verdict::pass;
}

void Delivery::do_up_to(Number number) {
  done_ = std::max(done(), number);
  said_ = std::max(said_, done_);
}

void Delivery::confirm(Number number) {
  assert(was_said(number));
  do_up_to(number);
  confirmed_ = std::max(confirmed(), number);
  is_confirmed_ = true;
}

bool Delivery::skip(Number number) {
  if (number < done()) return false;
  is_heard_ = true;  // not confirmed by it: it may be a late one
  do_up_to(number);
  return true;
}

}  // namespace chat
