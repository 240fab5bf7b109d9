#include "chat/chat.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <new>

namespace chat {

Delivery::Verdict Delivery::say(Number number) {
  if (number <= got_ || number > said_ + 1) return Verdict::ignore;
  if (number <= said_) return Verdict::pass;
  if (said_ - got_ >= unacknowledged_max) return Verdict::full;
  said_ = number;
  return Verdict::pass;
}

void Delivery::confirm(Number number) {
  assert(was_said(number));
  got_ = std::max(got_, number);
}

bool Delivery::skip(Number number) {
  if (number < got_ || number > said_) return false;
  got_ = number;
  return true;
}

Chat* Chat::make() {
  void* memory = std::malloc(sizeof(Chat));
  return memory == nullptr ? nullptr : new (memory) Chat;
}

void Chat::destroy(Chat* chat) {
  std::free(chat);
}

Seat Chat::join(Session& session) {
  assert(size_ < members_.size());
  members_[size_].session = &session;
  return size_++;
}

}  // namespace chat
