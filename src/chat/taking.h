// Who has the right to a seat: how it was taken, and what takes it again.
//
// Whoever takes a seat has a token of that taking, and takes it again by that: so takings follow
// each other. A token is good once, or until somebody has spoken with the next one. Whether a
// taking is right, as it follows one that is, is known to whoever knew that one, and once it is
// known where it was taken the token says so: it is proven. Where nobody knows, a token is
// believed, which may have been used before; so of two takings the one that is proven later has the
// seat.
#pragma once

#include <array>
#include <cstdint>

#include "chat/bounds.h"
#include "chat/seat.h"

namespace chat {

struct Taking {
  // The last that it follows, the latest first; 0: none.
  using Line = std::array<Stamp, line_max>;

  Stamp stamp = first_stamp;   // 0: not known
  Line line{};                 // the first of them is that of the token that took the seat
  Stamp proven = first_stamp;  // the last that is proven, of this one and those it follows
  Stamp first = 0;             // behind that one; 0: none
  bool takes_again = false;    // that token takes the seat once more, as nobody has spoken since
  bool is_right = true;        // as is known here; others find that out for themselves

  Stamp token() const { return line.front(); }  // 0: as the chat began
  bool is_known() const { return stamp != 0; }
  bool is_proven() const { return is_known() && proven == stamp; }
  void forget() { *this = Taking{0, {}, 0, 0, false, false}; }
  void prove() {
    proven = stamp;
    first = 0;
  }

  // Whether that one takes the seat from this one. Of any two at the most one yields; of three each
  // may yield to the next.
  bool yields_to(const Taking& other) const;
  // The one by the token of this one.
  Taking next(Stamp at) const;
  // That is the last one now, or this one again with more that is said of it.
  void become(const Taking& said);

 private:
  bool follows(const Taking& last) const;
  bool is_lost_to(const Taking& other) const;
  Stamp next_behind(Stamp of) const;
  Stamp oldest() const;
};

}  // namespace chat
