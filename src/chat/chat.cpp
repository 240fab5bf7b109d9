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

bool Delivery::skip_unheard(Number number) {
  if (number < got_) return false;
  said_ = std::max(said_, number);
  got_ = number;
  return true;
}

Chat* Chat::make(ChatId id, Peer* peer) {
  void* memory = std::malloc(sizeof(Chat));
  return memory == nullptr ? nullptr : new (memory) Chat(id, peer);
}

void Chat::destroy(Chat* chat) {
  std::free(chat);
}

Seat Chat::join(Session* session) {
  assert(size_ < members_.size());
  members_[size_].session = session;
  return size_++;
}

bool Chat::was_said_to(Seat seat, Number number) {
  bool said = true;
  others(seat, [&](Member& other) { said &= other.delivery.was_said(number); });
  return said;
}

bool Chat::confirm(Seat seat, Number number) {
  if (!was_said_to(seat, number)) return false;
  others(seat, [&](Member& other) { other.delivery.confirm(number); });
  return true;
}

}  // namespace chat
