#include "chat/taking.h"

#include <initializer_list>

namespace chat {

bool Taking::follows(const Taking& last) const {
  return token == last.stamp || first == last.stamp || proven == last.stamp;
}

// Whether nobody has spoken since, and that one went on from where this one began.
bool Taking::is_lost_to(const Taking& other) const {
  return takes_again && token != 0 && token == other.first && stamp < other.token;
}

// The next one behind that, as far as is known; 0: this one does not follow it.
Stamp Taking::next_behind(Stamp of) const {
  if (of == 0) return 0;
  if (of == token) return stamp;
  return of == proven ? first : 0;
}

bool Taking::yields_to(const Taking& other) const {
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

void Taking::become(const Taking& said) {
  const bool is_same = said.stamp == stamp;
  const bool goes_on = is_same || said.follows(*this) || said.token == token;
  const bool is_right_here = (is_right && goes_on) || said.is_proven();
  const bool is_proven_here = is_same && is_proven();
  *this = said;
  is_right = is_right_here;
  if (is_proven_here) prove();
}

}  // namespace chat
