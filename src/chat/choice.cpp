#include "chat/choice.h"

namespace chat {

namespace {

// Two who met last are kept apart while one of them still may hope for somebody else.
bool parted(const Ticket& a, const Ticket& b, std::uint64_t now_ms) {
  const bool met =
      a.person.strangers.last() == b.person.id || b.person.strangers.last() == a.person.id;
  return met && (a.patient_at(now_ms) || b.patient_at(now_ms));
}

}  // namespace

bool acceptable(const Ticket& a, const Ticket& b, std::uint64_t now_ms) {
  return a.lobby == b.lobby && a.person.id != b.person.id &&
         !a.person.strangers.has_blocked(b.person.id) &&
         !b.person.strangers.has_blocked(a.person.id) && !parted(a, b, now_ms);
}

bool Choice::consider(Tier tier, const Ticket& candidate) {
  if (&candidate == best_ || !acceptable(seeker_, candidate, now_ms_)) return false;
  const std::size_t common = seeker_.common_with(candidate);
  const bool same_tag = candidate.person.tag == seeker_.person.tag;
  if (best_ != nullptr && !better(tier, candidate, common, same_tag)) return false;
  best_ = &candidate;
  tier_ = tier;
  common_ = common;
  same_tag_ = same_tag;
  return true;
}

bool Choice::better(Tier tier, const Ticket& candidate, std::size_t common, bool same_tag) const {
  if (tier != tier_) return tier < tier_;
  if (common != common_) return common > common_;
  if (same_tag != same_tag_) return !same_tag;
  return candidate.since_ms < best_->since_ms;
}

}  // namespace chat
