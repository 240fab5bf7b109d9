// In which queues somebody stands, and into which they look. Whoever implements a lobby, in memory
// or in Redis, follows these; so the rules of matching (lobby.h) are the same everywhere.
#pragma once

#include <cstddef>
#include <cstdint>

#include "chat/bounds.h"
#include "chat/ticket.h"

namespace chat {

// Who stands in a queue: those of one lobby, with one topic, speaking one language. Each is a keyed
// hash, or one of the small numbers below.
struct QueueKey {
  std::uint64_t lobby;
  Topic topic;
  Topic tongue;
  bool operator==(const QueueKey&) const = default;
};

// Topics that are no interest, and tongues that are no language: a keyed hash is one of them with a
// chance of 2^-62.
inline constexpr Topic anything = 1;  // who takes anyone of their language
inline constexpr Topic present = 2;   // everybody
inline constexpr Topic starving = 3;  // who takes anyone
inline constexpr Topic every_tongue = 1;
inline constexpr Topic no_tongue = 2;

// The most queues a ticket can stand in: every topic and "anything", each in every language and in
// "all" (or "none" and "all"), "present" and "starving".
constexpr std::size_t standing_max(std::size_t interests, std::size_t languages) {
  const std::size_t tongues = (languages == 0 ? 1 : languages) + 1;
  return (interests + 1) * tongues + 2;
}
// The most queues a ticket can look into.
constexpr std::size_t looking_max(std::size_t interests, std::size_t languages) {
  return (interests + 1) * (languages + 1) + 1;
}

// Calls `visit(QueueKey)` for each queue that it enters when it comes to `stage`.
template <typename Visit>
void each_standing_at(const Ticket& ticket, Stage stage, Visit visit) {
  const auto in_all_tongues = [&](Topic topic) {
    visit(QueueKey{ticket.lobby, topic, every_tongue});
    if (ticket.languages.size == 0) visit(QueueKey{ticket.lobby, topic, no_tongue});
    for (Topic language : ticket.languages.span()) visit(QueueKey{ticket.lobby, topic, language});
  };
  switch (stage) {
    case Stage::interest:
      for (Topic interest : ticket.interests.span()) in_all_tongues(interest);
      return visit(QueueKey{ticket.lobby, present, every_tongue});
    case Stage::language:
      return in_all_tongues(anything);
    case Stage::anyone:
      return visit(QueueKey{ticket.lobby, starving, every_tongue});
  }
}

// And for each queue that it stands in at the stage that it has.
template <typename Visit>
void each_standing(const Ticket& ticket, Visit visit) {
  for (Stage stage = Stage::interest; stage <= ticket.stage; stage = next(stage)) {
    each_standing_at(ticket, stage, visit);
  }
}

// How a queue's people fit: whoever is found in an earlier tier is better than all of a later one.
enum class Tier : std::uint8_t { interest, language, anyone };

// Calls `visit(Tier, QueueKey)` for each queue that it looks into, the earlier tiers first.
template <typename Visit>
void each_looking(const Ticket& ticket, Visit visit) {
  const auto in_tongues = [&](Tier tier, Topic topic) {
    if (ticket.languages.size == 0) return visit(tier, QueueKey{ticket.lobby, topic, every_tongue});
    for (Topic language : ticket.languages.span()) {
      visit(tier, QueueKey{ticket.lobby, topic, language});
    }
    visit(tier, QueueKey{ticket.lobby, topic, no_tongue});
  };
  for (Topic interest : ticket.interests.span()) in_tongues(Tier::interest, interest);
  if (ticket.stage >= Stage::language) in_tongues(Tier::language, anything);
  const Topic rest = ticket.stage == Stage::anyone ? present : starving;
  visit(Tier::anyone, QueueKey{ticket.lobby, rest, every_tongue});
}

}  // namespace chat
