// What other members say of who keeps which seat.
#include "chat/incoming.h"

namespace chat {

// Somebody has taken a seat again, with whoever writes.
void Hub::Incoming::operator()(const Moved& moved) const {
  Chat* of = hub.chats_.find(moved.chat);
  if (of == nullptr) {
    if (hub.has_ended(moved.chat, moved.seat, moved.taking.token())) answer(Parted{moved.chat});
    return;
  }
  // Told again; or whoever took it was lost sight of.
  const Member& member = of->at(moved.seat);
  const bool theirs = member.sought || (member.away && of->peer->id == from);
  const bool again = theirs && member.taking.stamp == moved.taking.stamp;
  const Kept kept{moved.chat, moved.seat, moved.taking, moved.theirs, 0};
  take_word(*of, kept);
  if (again || member.taking.yields_to(kept.taking)) return take_over(*of, kept);
  refuse(*of, kept);
}

// Whoever writes knows that the seat was taken here by right.
void Hub::Incoming::take_word(Chat& of, const Kept& kept) const {
  of.each([&](Seat seat, Member& member) {
    if (seat == kept.seat || member.away || member.sought) return;
    if (member.taking.stamp != kept.theirs) return;
    member.taking.is_right = true;
    if (!member.is_here() || member.taking.is_proven()) return;
    member.taking.prove();
    if (!member.entering) hub.enter(of, seat, now_ms);  // late: their token says less
  });
}

// It is not theirs to take. But of two that took it by the same token the earlier knows whether it
// was good twice.
void Hub::Incoming::refuse(Chat& of, const Kept& kept) const {
  const Member& member = of.at(kept.seat);
  const bool is_kept = member.is_here() || member.waits_here();
  const bool is_earlier =
      kept.taking.token() == member.taking.token() && kept.taking.stamp < member.taking.stamp;
  if (is_kept && is_earlier) return hub.say_all(of, from, now_ms);
  answer(Denied{kept.chat, kept.seat, kept.taking.stamp});
}

// The seat is theirs. They are told who is here; who is here, that they are back.
void Hub::Incoming::take_over(Chat& of, const Kept& kept) const {
  Member& theirs = of.at(kept.seat);
  const bool newly = kept.taking.stamp != theirs.taking.stamp;
  if (newly) theirs.delivery.forget();
  if (!hub.hand_over(of, kept, from, now_ms)) return;
  of.each([&](Seat seat, const Member& member) {
    if (member.is_here() || member.waits_here()) hub.say_kept(of, seat, from, now_ms);
  });
  if (newly && kept.vacant_ms == 0) hub.welcome_back(of, kept.seat);
  hub.miss(of, now_ms);
  hub.enter_all(of, now_ms);
}

void Hub::Incoming::operator()(const Denied& denied) const {
  Chat* of = hub.chats_.find(denied.chat);
  if (of == nullptr) return;
  const Member& member = of->at(denied.seat);
  if (member.away || member.sought || member.taking.stamp != denied.stamp) return;
  hub.lose_seat(*of, denied.seat, now_ms);
}

void Hub::Incoming::operator()(const Outrun& outrun) const {
  Chat* of = hub.chats_.find(outrun.chat);
  if (of == nullptr) return;
  const Member& member = of->at(outrun.seat);
  if (member.away || member.sought || !member.taking.yields_to(outrun.taking)) return;
  hub.lose_seat(*of, outrun.seat, now_ms);
}

void Hub::Incoming::operator()(const Elsewhere& elsewhere) const {
  Chat* of = hub.chats_.find(elsewhere.chat);
  if (of == nullptr) return;
  of->hear_of(elsewhere.at);  // to be told again: this letter may be lost
  hub.say_all(*of, elsewhere.at, now_ms);
}

void Hub::Incoming::operator()(const Keeps& keeps) const {
  Audited audited;
  for (const Kept& kept : keeps.span()) {
    if (!take_in(kept)) audited.items[audited.size++] = kept.chat;
  }
  answer(audited);
}

// False: there is no such chat here, nor will there be.
bool Hub::Incoming::take_in(const Kept& kept) const {
  Chat* of = hub.chats_.find(kept.chat);
  if (of == nullptr) {
    if (!hub.has_ended(kept.chat, kept.seat, kept.taking.token()))
      return hub.is_asked_for(kept.chat);
    answer(Parted{kept.chat});
    return true;
  }
  take_word(*of, kept);
  Member& member = of->at(kept.seat);
  if (member.away && of->peer->id == from) {
    if (kept.taking.stamp < member.taking.stamp) return true;  // late
    const bool newly = kept.taking.stamp > member.taking.stamp;
    if (newly) member.delivery.forget();
    member.taking.become(kept.taking);
    member.until_ms = kept.vacant_ms == 0 ? 0 : now_ms + kept.vacant_ms;
    if (newly && kept.vacant_ms == 0) hub.welcome_back(*of, kept.seat);
    hub.miss(*of, now_ms);
  } else if (member.taking.yields_to(kept.taking) ||
             (kept.taking.stamp == member.taking.stamp && member.sought)) {
    take_over(*of, kept);
  } else if (kept.taking.stamp != member.taking.stamp) {
    refuse(*of, kept);
  }
  return true;
}

void Hub::Incoming::operator()(const Audited& audited) const {
  for (ChatId id : audited.span()) {
    if (Chat* of = chat(id)) hub.disown(*of, now_ms);
  }
}

}  // namespace chat
