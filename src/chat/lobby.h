// Where people wait for a partner: those of one worker, or, in memory that they share, of the
// workers of a host. One object holds all lobbies: the lobby's key is part of every queue's key, so
// they never mix.
//
// Who meets whom (the seeker looks, everybody else in the lobby waits):
//   1. a common interest and a common language: most in common first, then the longest waiting;
//   2. a common language, once both have no interest of their own or their patience is over;
//   3. anyone, once one of the two has waited for twice the patience.
// Who names no language speaks every language. Never: oneself, or somebody that either of the two
// has blocked. The stranger that one of them met last: once both have waited for their patience.
// Somebody with the same tag: after everybody else who is as good.
//
// Looking costs the same at 10 and at 100,000 waiting: a seeker looks into as many queues as it has
// interests and languages, at scan_max people in each at the most.
#pragma once

#include <cstddef>
#include <cstdint>

#include "chat/memory.h"
#include "chat/queues.h"
#include "chat/standing.h"
#include "chat/table.h"

namespace chat {

// Plain data; all zero is an empty lobby.
struct LobbyState {
  TableState<Queue> queues;
  TableState<Standing> tickets;
};

struct StandingById {
  using Key = TicketId;
  static const Key& key(const Standing& standing) { return standing.ticket.id; }
  static Standing*& next(Standing& standing) { return standing.next_by_id; }
  static std::uint64_t hash(const Key& key) { return key; }
};

// A view on a lobby: its state and what it holds lie in `memory`, which may be mapped elsewhere
// too.
class Lobby {
 public:
  Lobby(LobbyState& state, Memory& memory)
      : queues_(state.queues, memory), tickets_(state.tickets, memory) {}

  // The best partner who waits, or null. Changes nothing.
  Standing* look(const Ticket& seeker, std::uint64_t now_ms) const;

  // Who waits with that ticket, or null.
  Standing* find(TicketId id) const { return tickets_.find(id); }

  // Lets somebody wait in the queues of their stage. False: out of memory, they do not wait.
  // REQUIRES: no ticket of the same id waits.
  bool add(Standing& standing);
  // Moves somebody who waits on to the stage that `now_ms` allows. False: out of memory, they no
  // longer wait.
  bool widen(Standing& standing, std::uint64_t now_ms);
  // REQUIRES: they wait.
  void remove(Standing& standing);

  // Calls `visit(Standing&)` for everybody; it may remove whom it gets, and nobody else.
  template <typename Visit>
  void each(Visit visit) {
    tickets_.each(visit);
  }

  std::size_t waiting() const { return tickets_.size(); }

 private:
  bool enter(Standing& standing, Stage stage);
  void leave_queues(Standing& standing);

  Queues queues_;
  Table<Standing, StandingById> tickets_;
};

}  // namespace chat
