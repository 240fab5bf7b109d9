// The best of the people that somebody who looks is shown: of the earliest tier, then with the most
// in common, then not of the same tag, then who waits longest. Nobody who is not acceptable.
#pragma once

#include <cstddef>
#include <cstdint>

#include "chat/places.h"
#include "chat/ticket.h"

namespace chat {

class Choice {
 public:
  // `seeker` must outlive it.
  Choice(const Ticket& seeker, std::uint64_t now_ms) : seeker_(seeker), now_ms_(now_ms) {}

  // Looks at one more; true if it is the best so far. It must outlive the choice.
  bool consider(Tier tier, const Ticket& candidate);
  // Null: nobody yet.
  const Ticket* best() const { return best_; }
  // Whether nobody of `tier` can be better any more.
  bool settled(Tier tier) const { return best_ != nullptr && tier_ < tier; }

 private:
  bool better(Tier tier, const Ticket& candidate, std::size_t common, bool same_tag) const;

  const Ticket& seeker_;
  const std::uint64_t now_ms_;
  const Ticket* best_ = nullptr;
  Tier tier_ = Tier::anyone;
  std::size_t common_ = 0;
  bool same_tag_ = false;
};

}  // namespace chat
