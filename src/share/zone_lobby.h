// The lobby of the workers of one host: chat::Lobby in memory that they share, under a lock that
// they share.
//
// A ticket that the memory has no room for is not posted, and what stood there by its id is gone;
// the log says so once.
// Answers beyond lobby_answers_max that the loop has not brought yet are lost.
#pragma once

#include <concepts>
#include <cstddef>

#include "chat/lobby.h"
#include "chat/memory.h"
#include "chat/shared.h"
#include "share/loop.h"
#include "share/receiver.h"

namespace share {

// Answers that wait for the loop, and those that it brings before others have their turn. A worker
// whose people all post at once, and each within one round of events, has no more.
inline constexpr std::size_t lobby_answers_max = 4096;
inline constexpr std::size_t lobby_answers_in_a_row = 256;

// A view on whatever has lock() and unlock().
class Lock {
 public:
  template <typename Of>
  requires(!std::same_as<Of, Lock>) Lock(Of& of)
      : of_(&of),
        lock_([](void* of) { static_cast<Of*>(of)->lock(); }),
        unlock_([](void* of) { static_cast<Of*>(of)->unlock(); }) {}

  void lock() { lock_(of_); }
  void unlock() { unlock_(of_); }

 private:
  void* of_;
  void (*lock_)(void*);
  void (*unlock_)(void*);
};

class ZoneLobby final : public chat::SharedLobby {
 public:
  // All must outlive it. `memory` is called with the lock held alone. The lock must be free
  // whenever the lobby is called; it is not held while the receiver is.
  ZoneLobby(chat::LobbyState& state, chat::Memory& memory, Lock lock, Loop& loop,
            Receiver& receiver);
  // The tickets stay: drop_owner takes them out.
  ~ZoneLobby();
  ZoneLobby(const ZoneLobby&) = delete;
  ZoneLobby& operator=(const ZoneLobby&) = delete;

  void post(const chat::Ticket& ticket) override;
  void take(const chat::Ticket& own, const chat::Ticket& other) override;
  void withdraw(const chat::Ticket& ticket) override;

  // Takes out every ticket of a member that has ended.
  void drop_owner(chat::MemberId owner);

 private:
  struct Answer;

  bool put(const chat::Ticket& ticket);
  chat::Taken take_both(chat::TicketId own, chat::TicketId other);
  void remove(chat::Standing* standing);
  void say_full();

  void keep(const Answer& answer);
  void bring(const Answer& answer);
  Answer* take_first();
  static void on_answers(void* self);

  chat::Memory& memory_;
  chat::Lobby lobby_;
  Lock lock_;
  Loop& loop_;
  Receiver& receiver_;
  Loop::Alarm* alarm_;  // null: there was no memory for it, and no answer ever comes
  Answer* first_ = nullptr;
  Answer* last_ = nullptr;
  std::size_t answers_ = 0;
  bool full_said_ = false;
};

}  // namespace share
