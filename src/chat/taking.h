// Who has the right to a seat: how it was taken, and what takes it again.
//
// Whoever takes a seat has a token of that taking, and takes it again by that: so takings follow
// each other. A token is good once, or until somebody has spoken with the next one. Whether a
// taking is right, as it follows one that is, is known to whoever knew that one, and once it is
// known where it was taken the token says so: it is proven. Where nobody knows, a token is
// believed, which may have been used before; so of two takings the one that is proven later has the
// seat.
#pragma once

#include <algorithm>
#include <cstdint>

#include "chat/seat.h"

namespace chat {

struct Taking {
  Stamp stamp = first_stamp;  // 0: not known
  Stamp token = 0;            // that the seat was taken by; 0: as the chat began
  Stamp before = 0;           // the token that the one of that was taken by; 0: proven, or as above
  Stamp proven = first_stamp;  // the last that is proven, of this one and those it follows
  bool takes_again = false;    // that token takes the seat once more, as nobody has spoken since
  bool is_right = true;        // as is known here; others find that out for themselves

  bool is_known() const { return stamp != 0; }
  bool is_proven() const { return is_known() && proven == stamp; }
  void forget() { *this = Taking{0, 0, 0, 0, false, false}; }
  void prove() { proven = stamp; }

  bool follows(const Taking& last) const {
    return token == last.stamp || before == last.stamp || proven == last.stamp;
  }
  // Whether nobody has spoken since, and that one is, or follows, a later taking by the same token.
  bool is_overtaken_by(const Taking& other) const {
    if (!takes_again) return false;
    if (other.token == token) return stamp < other.stamp;
    if (other.before == token) return stamp < other.token;
    return other.proven == token && stamp < other.before;
  }
  // Whether that one takes the seat from this one. Of any two at the most one yields.
  bool yields_to(const Taking& other) const {
    if (!is_known() || other.follows(*this)) return true;
    if (follows(other) || other.is_overtaken_by(*this)) return false;
    if (is_overtaken_by(other)) return true;
    return proven != other.proven ? proven < other.proven : token < other.token;
  }
  // The one by the token of this one.
  Taking next(Stamp at) const { return {at, stamp, is_proven() ? 0 : token, proven, true, false}; }

  // It is the last one now, or again with more that is said of it.
  void become(const Taking& said) {
    const bool is_same = said.stamp == stamp;
    const bool goes_on = is_same || said.follows(*this) || said.token == token;
    const bool is_right_here = (is_right && goes_on) || said.is_proven();
    const Stamp proven_here = is_same ? proven : 0;
    *this = said;
    is_right = is_right_here;
    proven = std::max(proven, proven_here);
  }
};

}  // namespace chat
