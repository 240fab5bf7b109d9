#include "share/zone_rendezvous.h"

#include <algorithm>
#include <array>
#include <new>

#include "chat/bounds.h"

namespace share {

using chat::Keeper;

ZoneRendezvous::ZoneRendezvous(RendezvousState& state, chat::Memory& memory, std::size_t most,
                               Lock lock, chat::MemberId self, Loop& loop, Receiver& receiver)
    : state_(state),
      memory_(memory),
      most_(most),
      seats_(state.seats, memory),
      lock_(lock),
      self_(self),
      loop_(loop),
      answers_(
          loop, [](void* to, const Keeper& keeper) { static_cast<Receiver*>(to)->kept(keeper); },
          &receiver),
      sweep_(loop.make_alarm(on_sweep, this)) {
  sweep_later();  // this worker may be here in the place of one that is dead
}

ZoneRendezvous::~ZoneRendezvous() {
  if (sweep_ != nullptr) loop_.destroy(*sweep_);
}

void ZoneRendezvous::keep(chat::ChatId chat, chat::Seat seat, chat::Stamp stamp,
                          std::uint64_t ttl_ms) {
  const std::uint64_t now_ms = loop_.now_ms();
  std::array<Keeper, chat::seats_max> others;
  std::size_t others_size = 0;
  bool full = false;
  {
    const Locked locked(lock_);
    sweep(rendezvous_sweep_of_each, now_ms);
    for (chat::Seat each = 0; each < chat::seats_max; ++each) {
      const KeptSeat* kept = seats_.find({chat, each});
      if (kept == nullptr || kept->until_ms <= now_ms || kept->at == self_) continue;
      others[others_size++] = {chat, each, kept->at, kept->stamp};
    }
    full = !put({{chat, seat}, self_, stamp, now_ms + ttl_ms}, now_ms);
  }
  for (std::size_t i = 0; i < others_size; ++i) answers_.add(others[i]);
  if (full) say_full();
  sweep_later();
}

// ---- in the zone: with the lock held ----

// False: there is no room.
bool ZoneRendezvous::put(const KeptSeat& said, std::uint64_t now_ms) {
  KeptSeat* kept = seats_.find(said.key);
  if (kept == nullptr) {
    return add(said) || (sweep(rendezvous_sweep_in_a_row, now_ms) && add(said));
  }
  if (kept->until_ms > now_ms && kept->stamp > said.stamp) return true;  // that one stays
  kept->at = said.at;
  kept->stamp = said.stamp;
  kept->until_ms = said.until_ms;
  return true;
}

bool ZoneRendezvous::add(const KeptSeat& said) {
  void* memory = seats_.size() < most_ ? memory_.allocate(sizeof(KeptSeat)) : nullptr;
  if (memory == nullptr) return false;
  auto* kept = new (memory) KeptSeat(said);
  if (!seats_.insert(*kept)) {
    memory_.release(kept);
    return false;
  }
  push_last(kept);
  return true;
}

// Looks at so many, and takes out those whose time is over; the others have their turn again later.
// True: it took some out.
bool ZoneRendezvous::sweep(std::size_t seats, std::uint64_t now_ms) {
  const std::size_t before = seats_.size();
  for (std::size_t left = std::min(seats, before); left > 0; --left) {
    KeptSeat* kept = take_first();
    if (kept->until_ms > now_ms) {
      push_last(kept);
      continue;
    }
    seats_.remove(*kept);
    memory_.release(kept);
  }
  return seats_.size() < before;
}

KeptSeat* ZoneRendezvous::take_first() {
  KeptSeat* kept = state_.first;
  state_.first = kept->in_turn;
  return kept;
}

void ZoneRendezvous::push_last(KeptSeat* kept) {
  kept->in_turn = nullptr;
  (state_.first == nullptr ? state_.first : state_.last->in_turn) = kept;
  state_.last = kept;
}

// ---- the time ----

void ZoneRendezvous::on_sweep(void* self) {
  auto& rendezvous = *static_cast<ZoneRendezvous*>(self);
  rendezvous.sweeps_ = false;
  bool any = false;
  {
    const Locked locked(rendezvous.lock_);
    rendezvous.sweep(rendezvous_sweep_in_a_row, rendezvous.loop_.now_ms());
    any = rendezvous.seats_.size() > 0;
  }
  if (any) rendezvous.sweep_later();
}

void ZoneRendezvous::sweep_later() {
  if (sweeps_ || sweep_ == nullptr) return;
  sweeps_ = true;
  loop_.set(*sweep_, rendezvous_sweep_ms);
}

void ZoneRendezvous::say_full() {
  if (full_said_) return;
  full_said_ = true;
  loop_.log(Loop::Severity::warning,
            "a zone is full: who loses a connection may not find the chat again");
}

}  // namespace share
