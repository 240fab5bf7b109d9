// The rendezvous of the workers of one host: a table of who keeps which seat, in memory that they
// share, under a lock that they share.
//
// Whoever keeps a seat may say so again, with the same stamp, for another time from now on. What
// the memory has no room for is not kept; one asks all the same, and the log says it once. What a
// dead member said is told until its time is over: nobody is there, and the mail says so.
#pragma once

#include <cstddef>
#include <cstdint>

#include "chat/memory.h"
#include "chat/seat.h"
#include "chat/shared.h"
#include "chat/table.h"
#include "share/answers.h"
#include "share/lock.h"
#include "share/loop.h"
#include "share/receiver.h"

namespace share {

// Of seats whose time may be over: looked at when somebody keeps one; looked at in a row when the
// time is due, which it is so often; and when there is no room.
inline constexpr std::size_t rendezvous_sweep_of_each = 4;
inline constexpr std::size_t rendezvous_sweep_in_a_row = 256;
inline constexpr std::uint64_t rendezvous_sweep_ms = 1'000;

// A seat that is kept.
struct KeptSeat {
  struct Key {
    chat::ChatId chat;
    chat::Seat seat;
    bool operator==(const Key&) const = default;
  };

  Key key;
  chat::MemberId at;
  chat::Stamp stamp;
  std::uint64_t until_ms;       // on the loop's clock
  KeptSeat* in_slot = nullptr;  // the next one, of the table's
  KeptSeat* in_turn = nullptr;  // the next one to be looked at
};

// All zero: nothing is kept.
struct RendezvousState {
  chat::TableState<KeptSeat> seats;
  KeptSeat* first = nullptr;  // to be looked at
  KeptSeat* last = nullptr;
};

class ZoneRendezvous final : public chat::Rendezvous {
 public:
  // All must outlive it. `memory` is called with the lock held alone. The lock must be free
  // whenever the rendezvous is called; it is not held while the receiver is. It keeps `most` seats,
  // so that there is room for others in that memory.
  ZoneRendezvous(RendezvousState& state, chat::Memory& memory, std::size_t most, Lock lock,
                 chat::MemberId self, Loop& loop, Receiver& receiver);
  // What is kept stays.
  ~ZoneRendezvous();
  ZoneRendezvous(const ZoneRendezvous&) = delete;
  ZoneRendezvous& operator=(const ZoneRendezvous&) = delete;

  void keep(chat::ChatId chat, chat::Seat seat, chat::Stamp stamp, std::uint64_t ttl_ms) override;

 private:
  struct ByKey {
    using Key = KeptSeat::Key;
    static const Key& key(const KeptSeat& kept) { return kept.key; }
    static KeptSeat*& next(KeptSeat& kept) { return kept.in_slot; }
    static std::uint64_t hash(const Key& key) { return key.chat + key.seat; }
  };

  bool put(const KeptSeat& said, std::uint64_t now_ms);
  bool add(const KeptSeat& said);
  bool sweep(std::size_t seats, std::uint64_t now_ms);
  KeptSeat* take_first();
  void push_last(KeptSeat* kept);

  static void on_sweep(void* self);
  void sweep_later();
  void say_full();

  RendezvousState& state_;
  chat::Memory& memory_;
  const std::size_t most_;
  chat::Table<KeptSeat, ByKey> seats_;
  Lock lock_;
  const chat::MemberId self_;
  Loop& loop_;
  Answers<chat::Keeper> answers_;
  Loop::Alarm* const sweep_;  // null: there was no memory for it, and only who keeps sweeps
  bool sweeps_ = false;       // it is set
  bool full_said_ = false;
};

}  // namespace share
