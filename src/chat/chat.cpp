#include "chat/chat.h"

#include <algorithm>
#include <cstdlib>
#include <new>

namespace chat {

Chat* Chat::make(ChatId id, std::uint64_t window_ms) {
  void* memory = std::malloc(sizeof(Chat));
  return memory == nullptr ? nullptr : new (memory) Chat(id, window_ms);
}

void Chat::destroy(Chat* chat) {
  std::free(chat);
}

bool Chat::has_anybody() const {
  return std::any_of(members_.begin(), members_.end(),
                     [](const Member& member) { return member.is_here(); });
}

bool Chat::keeps_any() const {
  return std::any_of(members_.begin(), members_.end(),
                     [](const Member& member) { return member.is_here() || member.waits_here(); });
}

bool Chat::seeks_others(Seat seat) const {
  for (Seat i = 0; i < seats_max; ++i) {
    if (i != seat && members_[i].sought) return true;
  }
  return false;
}

bool Chat::seeks_any() const {
  return std::any_of(members_.begin(), members_.end(),
                     [](const Member& member) { return member.sought; });
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
