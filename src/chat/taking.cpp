#include "chat/taking.h"

#include <algorithm>
#include <optional>

namespace chat {

Taking Taking::next(Stamp at) const {
  Taking next{at, {stamp}, proven, is_proven() ? at : first, true, false};
  std::copy(line.begin(), line.end() - 1, next.line.begin() + 1);
  return next;
}

bool Taking::follows(const Taking& last) const {
  const bool is_named = std::find(line.begin(), line.end(), last.stamp) != line.end();
  return is_named || first == last.stamp || proven == last.stamp;
}

// The first of the line: which came between it and `first` is not known.
Stamp Taking::oldest() const {
  Stamp oldest = stamp;
  for (const Stamp before : line) oldest = before == 0 ? oldest : before;
  return oldest;
}

// Whether that one went on from where this one began, and did so earlier, or nobody has spoken
// since.
bool Taking::is_lost_to(const Taking& other) const {
  const Stamp oldest = other.oldest();
  if (token() == 0 || token() != other.first || oldest <= token()) return false;
  return oldest < stamp || takes_again;
}

// The next one behind that, as far as is known; 0: this one does not follow it, or more than that
// is proven.
Stamp Taking::next_behind(Stamp of) const {
  if (of == 0 || (of < proven && of != token())) return 0;
  Stamp next = stamp;
  for (const Stamp before : line) {
    if (before == of) return next;
    next = before;
  }
  return of == proven ? first : 0;
}

bool Taking::yields_to(const Taking& other) const {
  if (!is_known()) return true;
  if (stamp == other.stamp) return false;  // the same; or by a rare chance two at one time
  if (other.follows(*this)) return true;
  if (follows(other) || other.is_lost_to(*this)) return false;
  if (is_lost_to(other)) return true;
  // Where they part the earlier is right: but nobody may have spoken since, and then it is lost.
  const auto decide = [&](Stamp fork) -> std::optional<bool> {
    const Stamp mine = next_behind(fork), theirs = other.next_behind(fork);
    if (mine == 0 || theirs == 0 || mine == theirs) return {};
    const bool is_lost = takes_again && fork == token();
    const bool theirs_is_lost = other.takes_again && fork == other.token();
    return mine < theirs ? is_lost : !theirs_is_lost;
  };
  for (const Stamp before : line) {
    if (const auto yields = decide(before)) return *yields;
  }
  if (const auto yields = decide(proven)) return *yields;
  return proven != other.proven ? proven < other.proven : token() < other.token();
}

void Taking::become(const Taking& said) {
  const bool is_same = said.stamp == stamp;
  const bool goes_on = is_same || said.follows(*this) || said.token() == token();
  const bool is_right_here = (is_right && goes_on) || said.is_proven();
  const bool is_proven_here = is_same && is_proven();
  *this = said;
  is_right = is_right_here;
  if (is_proven_here) prove();
}

}  // namespace chat
