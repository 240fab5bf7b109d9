// The lobby of the workers of one host: chat::Lobby in memory that they share, under a lock that
// they share.
//
// A ticket that the memory has no room for is not posted, and what stood there by its id is gone;
// the log says so once.
// Answers beyond answers_max that the loop has not brought yet are lost.
#pragma once

#include "chat/lobby.h"
#include "chat/memory.h"
#include "chat/shared.h"
#include "share/answers.h"
#include "share/lock.h"
#include "share/loop.h"
#include "share/receiver.h"

namespace share {

class ZoneLobby final : public chat::SharedLobby {
 public:
  // All must outlive it. `memory` is called with the lock held alone. The lock must be free
  // whenever the lobby is called; it is not held while the receiver is.
  ZoneLobby(chat::LobbyState& state, chat::Memory& memory, Lock lock, Loop& loop,
            Receiver& receiver);
  // The tickets stay when it goes: drop_owner takes them out.
  ZoneLobby(const ZoneLobby&) = delete;
  ZoneLobby& operator=(const ZoneLobby&) = delete;

  void post(const chat::Ticket& ticket) override;
  void take(const chat::Ticket& own, const chat::Ticket& other) override;
  void withdraw(const chat::Ticket& ticket) override;

  // Takes out every ticket of a member that has ended.
  void drop_owner(chat::MemberId owner);

 private:
  // An offer, or what became of a take.
  struct Answer {
    chat::TicketId own = 0;
    bool is_offer = false;
    chat::Ticket other = {};  // of an offer
    chat::Taken taken = chat::Taken::both;
  };

  bool put(const chat::Ticket& ticket);
  chat::Taken take_both(chat::TicketId own, chat::TicketId other);
  void remove(chat::Standing* standing);
  void say_full();

  void bring(const Answer& answer);

  chat::Memory& memory_;
  chat::Lobby lobby_;
  Lock lock_;
  Loop& loop_;
  Receiver& receiver_;
  Answers<Answer> answers_;
  bool full_said_ = false;
};

}  // namespace share
