// What every ticket holds to, wherever it came from.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "chat/places.h"
#include "chat/ticket_bytes.h"
#include "fuzz.h"

namespace fuzz {

inline void must_be_once(std::span<const chat::Topic> topics) {
  std::vector<chat::Topic> sorted(topics.begin(), topics.end());
  std::sort(sorted.begin(), sorted.end());
  must(std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end(), "a topic comes once");
}

inline std::vector<chat::PersonId> blocked(const chat::Person& person) {
  std::vector<chat::PersonId> all;
  for (const chat::PersonId each : person.strangers.blocked()) {
    if (each != 0) all.push_back(each);
  }
  std::sort(all.begin(), all.end());
  return all;
}

// On one clock.
inline void must_be_same(const chat::Ticket& a, const chat::Ticket& b) {
  must(a.id == b.id && a.owner == b.owner && a.lobby == b.lobby, "it is the same ticket");
  must(a.person.id == b.person.id && a.person.tag == b.person.tag, "it is the same person");
  must(a.person.strangers.last() == b.person.strangers.last(), "the last stranger is the same");
  must(blocked(a.person) == blocked(b.person), "the same strangers are blocked");
  must(std::ranges::equal(a.interests.span(), b.interests.span()), "interests are the same");
  must(std::ranges::equal(a.languages.span(), b.languages.span()), "languages are the same");
  must(a.stage == b.stage && a.since_ms == b.since_ms && a.patience_ms == b.patience_ms,
       "its time is the same");
}

// Bounds, and the way to another host and back.
inline void check_ticket(const chat::Ticket& ticket, std::uint64_t now_ms) {
  must(ticket.interests.size <= chat::interests_max, "interests have their bound");
  must(ticket.languages.size <= chat::languages_max, "languages have their bound");
  must_be_once(ticket.interests.span());
  must_be_once(ticket.languages.span());
  must(ticket.stage <= chat::Stage::anyone && ticket.since_ms <= now_ms, "it has a stage");

  std::size_t standing = 0, looking = 0;
  each_standing(ticket, [&](const chat::QueueKey&) { ++standing; });
  each_looking(ticket, [&](chat::Tier, const chat::QueueKey&) { ++looking; });
  must(standing <= chat::standing_max(ticket.interests.size, ticket.languages.size),
       "it stands in as many queues as it may");
  must(looking <= chat::looking_max(ticket.interests.size, ticket.languages.size),
       "it looks into as many queues as it may");

  std::array<std::uint8_t, chat::ticket_bytes_max> buffer;
  const std::size_t size = write_ticket(ticket, now_ms, buffer);
  const Bytes bytes(buffer.begin(), buffer.begin() + static_cast<long>(size));
  const auto again = chat::read_ticket(bytes, now_ms);
  must(again.has_value(), "what was written can be read");
  must_be_same(ticket, *again);
}

}  // namespace fuzz
