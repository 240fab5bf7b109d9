#include "share/zone_lobby.h"

#include <algorithm>

namespace share {

using chat::Standing;
using chat::Taken;
using chat::Ticket;
using chat::TicketId;

namespace {

// Whether both stand in the same queues (chat/places.h).
bool stand_alike(const Ticket& a, const Ticket& b) {
  return a.lobby == b.lobby && a.stage == b.stage &&
         std::ranges::equal(a.interests.span(), b.interests.span()) &&
         std::ranges::equal(a.languages.span(), b.languages.span());
}

}  // namespace

ZoneLobby::ZoneLobby(chat::LobbyState& state, chat::Memory& memory, Lock lock, Loop& loop,
                     Receiver& receiver)
    : memory_(memory),
      lobby_(state, memory),
      lock_(lock),
      loop_(loop),
      receiver_(receiver),
      answers_(
          loop,
          [](void* self, const Answer& answer) { static_cast<ZoneLobby*>(self)->bring(answer); },
          this) {}

// ---- the port ----

void ZoneLobby::post(const Ticket& ticket) {
  Answer answer{.own = ticket.id, .is_offer = true};
  bool has_room = false, found = false;
  {
    const Locked locked(lock_);
    has_room = put(ticket);
    const Standing* best = has_room ? lobby_.look(ticket, loop_.now_ms()) : nullptr;
    found = best != nullptr;
    if (found) answer.other = best->ticket;
  }
  if (!has_room) return say_full();
  if (found) answers_.add(answer);
}

void ZoneLobby::take(const Ticket& own, const Ticket& other) {
  Answer answer{.own = own.id, .is_offer = false};
  {
    const Locked locked(lock_);
    answer.taken = take_both(own.id, other.id);
  }
  answers_.add(answer);
}

void ZoneLobby::withdraw(const Ticket& ticket) {
  const Locked locked(lock_);
  if (Standing* standing = lobby_.find(ticket.id)) remove(standing);
}

void ZoneLobby::drop_owner(chat::MemberId owner) {
  const Locked locked(lock_);
  lobby_.each([&](Standing& standing) {
    if (standing.ticket.owner == owner) remove(&standing);
  });
}

// ---- in the zone: with the lock held ----

// Whoever renews keeps their places in the queues. False: there is no room.
bool ZoneLobby::put(const Ticket& ticket) {
  Standing* standing = lobby_.find(ticket.id);
  if (standing != nullptr && stand_alike(standing->ticket, ticket)) {
    standing->ticket = ticket;
    return true;
  }
  if (standing != nullptr) remove(standing);
  standing = Standing::make(ticket, memory_);
  if (standing == nullptr) return false;
  if (lobby_.add(*standing)) return true;
  Standing::destroy(standing, memory_);
  return false;
}

Taken ZoneLobby::take_both(TicketId own, TicketId other) {
  Standing* mine = lobby_.find(own);
  if (mine == nullptr) return Taken::own_gone;
  Standing* theirs = lobby_.find(other);
  if (theirs == nullptr) return Taken::other_gone;
  remove(mine);
  if (theirs != mine) remove(theirs);
  return Taken::both;
}

void ZoneLobby::remove(Standing* standing) {
  lobby_.remove(*standing);
  Standing::destroy(standing, memory_);
}

// Once: or the log of a full zone would be full too.
void ZoneLobby::say_full() {
  if (full_said_) return;
  full_said_ = true;
  loop_.log(Loop::Severity::warning,
            "a zone is full: who waits meets the people of their own worker alone");
}

// ---- answers ----

void ZoneLobby::bring(const Answer& answer) {
  if (answer.is_offer) {
    receiver_.offered(chat::Reach::host, answer.own, answer.other);
  } else {
    receiver_.taken(chat::Reach::host, answer.own, answer.taken);
  }
}

}  // namespace share
