// What the matching must know of somebody who waits: random numbers and keyed hashes, no word and
// no address. Plain data: it lies in queues, in memory that workers share, and travels between
// hosts (ticket_bytes.h).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "chat/bounds.h"
#include "chat/interest.h"
#include "chat/member.h"
#include "chat/person.h"

namespace chat {

// Random, one for each `find`; 0 is none.
using TicketId = std::uint64_t;

// How far somebody goes to meet another. Everybody moves on with the patience that `chat_patience`
// gives.
enum class Stage : std::uint8_t {
  interest,  // only who shares an interest and a language
  language,  // anyone who shares a language; whoever has no interests begins here
  anyone,
};
constexpr Stage next(Stage stage) {
  return static_cast<Stage>(static_cast<int>(stage) + 1);
}

// Topics without order, each once.
template <std::size_t N>
struct Topics {
  std::array<Topic, N> items{};
  std::uint8_t size = 0;
  std::span<const Topic> span() const { return {items.data(), size}; }
  bool has(Topic topic) const {
    return std::find(items.begin(), items.begin() + size, topic) != items.begin() + size;
  }
};

struct Ticket {
  TicketId id = 0;
  MemberId owner;           // the worker that the session is in
  std::uint64_t lobby = 0;  // keyed hash of its name
  Person person;
  Topics<interests_max> interests;
  Topics<languages_max> languages;  // none: every language
  Stage stage = Stage::interest;
  std::uint64_t since_ms = 0;  // on the clock of whoever holds the ticket
  std::uint64_t patience_ms = 0;

  bool patient_at(std::uint64_t now_ms) const { return now_ms < since_ms + patience_ms; }
  // Moves the stage on to what `now_ms` allows.
  void widen(std::uint64_t now_ms) {
    const std::uint64_t patiences = (now_ms - since_ms) / patience_ms;
    if (patiences >= 1) stage = std::max(stage, Stage::language);
    if (patiences >= 2) stage = Stage::anyone;
  }
  // How many interests both have.
  std::size_t common_with(const Ticket& other) const {
    return std::count_if(interests.span().begin(), interests.span().end(),
                         [&](Topic topic) { return other.interests.has(topic); });
  }
};

// Whether the two may meet at all: not somebody and themself, nobody whom one has blocked, and not
// the stranger that one of them met last while one of them still may hope for somebody else.
bool acceptable(const Ticket& a, const Ticket& b, std::uint64_t now_ms);

}  // namespace chat
