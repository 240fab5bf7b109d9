// Where the people of one worker wait for a partner. One object holds all lobbies: the lobby's key
// is part of every queue's key, so they never mix.
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

#include "chat/queues.h"
#include "chat/wish.h"

namespace chat {

class Lobby {
 public:
  // The best partner who waits, or null. Changes nothing.
  Wish* look(const Wish& seeker, std::uint64_t now_ms) const;

  // Lets a wish wait in the queues of its stage. False: out of memory, it does not wait.
  bool add(Wish& wish);
  // Moves a waiting wish on to the stage that `now_ms` allows. False: out of memory, it no longer
  // waits.
  bool widen(Wish& wish, std::uint64_t now_ms);
  // REQUIRES: the wish waits.
  void remove(Wish& wish);

  std::size_t waiting() const { return waiting_; }

 private:
  bool enter(Wish& wish, Topic topic);
  bool enter_queue(Wish& wish, Topic topic, Topic tongue);
  bool enter_stage(Wish& wish, Stage stage);
  void leave_queues(Wish& wish);

  Queues queues_;
  std::size_t waiting_ = 0;
};

}  // namespace chat
