// Who somebody is to the matching: random numbers, valid while the visit lasts.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "chat/bounds.h"

namespace chat {

// Random, one for each session; 0 is nobody.
using PersonId = std::uint64_t;

// A keyed hash of the address that somebody comes from (an IPv6 address counts by its /64). Equal
// tags: perhaps the same person in two windows, perhaps two behind one router; so it breaks ties
// and never keeps anybody waiting.
using Tag = std::uint64_t;

// The strangers that somebody is not to meet again: the last one for a while, the blocked ones
// while the visit lasts.
class Strangers {
 public:
  void meet(PersonId stranger) { last_ = stranger; }
  // Beyond blocked_max the oldest is forgotten.
  void block(PersonId stranger) {
    if (has_blocked(stranger)) return;
    blocked_[next_] = stranger;
    next_ = (next_ + 1) % blocked_max;
  }

  PersonId last() const { return last_; }
  // 0: a place that is free.
  const std::array<PersonId, blocked_max>& blocked() const { return blocked_; }
  bool has_blocked(PersonId stranger) const {
    return std::find(blocked_.begin(), blocked_.end(), stranger) != blocked_.end();
  }

 private:
  PersonId last_ = 0;
  std::array<PersonId, blocked_max> blocked_{};
  std::size_t next_ = 0;
};

struct Person {
  PersonId id = 0;
  Tag tag = 0;
  Strangers strangers;
};

}  // namespace chat
