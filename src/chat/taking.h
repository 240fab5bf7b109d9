// Who has the right to a seat: how it was taken, and what takes it again.
//
// Whoever takes a seat has a token of that taking, and takes it again by that: so takings follow
// each other. A token is good once, or until somebody has spoken with the next one. Whether a
// taking is right, as it follows one that is, is known to whoever knew that one, and once it is
// known where it was taken the token says so: it is proven. Where nobody knows, a token is
// believed, which may have been used before; so of two takings the one that is proven later has the
// seat.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "chat/seat.h"

namespace chat {

struct Taking {
  Stamp stamp = first_stamp;   // 0: not known
  Stamp token = 0;             // that the seat was taken by; 0: as the chat began
  Stamp proven = first_stamp;  // the last that is proven, of this one and those it follows
  Stamp first = 0;             // behind that one; 0: none
  bool takes_again = false;    // that token takes the seat once more, as nobody has spoken since
  bool is_right = true;        // as is known here; others find that out for themselves

  bool is_known() const { return stamp != 0; }
  bool is_proven() const { return is_known() && proven == stamp; }
  void forget() { *this = Taking{0, 0, 0, 0, false, false}; }
  void prove() {
    proven = stamp;
    first = 0;
  }

  bool follows(const Taking& last) const {
    return token == last.stamp || first == last.stamp || proven == last.stamp;
  }
  // The next one behind that, as far as is known; 0: this one does not follow it.
  Stamp next_behind(Stamp of) const {
    if (of == 0) return 0;
    return of == token ? stamp : of == proven ? first : 0;
  }
  // Whether nobody has spoken since, and that one went on from where this one began.
  bool is_lost_to(const Taking& other) const {
    return takes_again && token != 0 && token == other.first && stamp < other.token;
  }
  // Whether that one takes the seat from this one. Of any two at the most one yields.
  bool yields_to(const Taking& other) const {
    if (!is_known() || other.follows(*this)) return true;
    if (follows(other) || other.is_lost_to(*this)) return false;
    if (is_lost_to(other)) return true;
    // By one token the earlier is right: but nobody may have spoken since, and then it is lost.
    for (const Stamp fork : {token, proven}) {
      const Stamp mine = next_behind(fork), theirs = other.next_behind(fork);
      if (mine == 0 || theirs == 0 || mine == theirs) continue;
      const bool is_lost = takes_again && fork == token;
      const bool theirs_is_lost = other.takes_again && fork == other.token;
      return mine < theirs ? is_lost : !theirs_is_lost;
    }
    return proven != other.proven ? proven < other.proven : token < other.token;
  }
  // The one by the token of this one.
  Taking next(Stamp at) const { return {at, stamp, proven, is_proven() ? at : first, true, false}; }

  // It is the last one now, or again with more that is said of it.
  void become(const Taking& said) {
    const bool is_same = said.stamp == stamp;
    const bool goes_on = is_same || said.follows(*this) || said.token == token;
    const bool is_right_here = (is_right && goes_on) || said.is_proven();
    const bool is_proven_here = is_same && is_proven();
    *this = said;
    is_right = is_right_here;
    if (is_proven_here) prove();
  }
};

}  // namespace chat
