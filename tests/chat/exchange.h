// What several workers share, for tests in one process: a lobby of tickets, and a register of who
// keeps which seat; of one host, or of all.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "chat/bounds.h"
#include "chat/lobby.h"
#include "chat/memory.h"
#include "chat/shared.h"

class Exchange {
 public:
  ~Exchange() { forget(); }

  // Whoever fits best of those who were in before.
  std::optional<chat::Ticket> post(chat::Ticket ticket, std::uint64_t now_ms);
  chat::Taken take(chat::TicketId own, chat::TicketId other);
  void withdraw(chat::TicketId id);
  void drop_owner(chat::MemberId owner);

  // Who else keeps a seat of that chat.
  std::vector<chat::Keeper> keep(const chat::Keeper& keeper, std::uint64_t ttl_ms,
                                 std::uint64_t now_ms);

  std::size_t waiting(std::uint64_t now_ms) {
    expire(now_ms);
    return lobby_.waiting();
  }
  chat::Ticket only_ticket();  // REQUIRES: one is in
  void forget();
  // Nobody has said anything that is not over.
  bool is_empty(std::uint64_t now_ms);

  std::uint64_t stalled_until_ms = 0;

 private:
  struct Kept {
    chat::MemberId at;
    chat::Stamp stamp = 0;
    std::uint64_t until_ms = 0;
  };
  void drop(chat::Standing& standing);
  void expire(std::uint64_t now_ms);

  chat::Heap heap_;
  chat::LobbyState state_;
  chat::Lobby lobby_{state_, heap_};
  std::map<chat::TicketId, std::uint64_t> until_ms_;  // of tickets
  std::map<std::pair<chat::ChatId, chat::Seat>, Kept> seats_;
};

// ---- tickets ----

inline void Exchange::drop(chat::Standing& standing) {
  until_ms_.erase(standing.ticket.id);
  lobby_.remove(standing);
  chat::Standing::destroy(&standing, heap_);
}

inline void Exchange::expire(std::uint64_t now_ms) {
  lobby_.each([&](chat::Standing& standing) {
    if (until_ms_[standing.ticket.id] <= now_ms) drop(standing);
  });
}

inline std::optional<chat::Ticket> Exchange::post(chat::Ticket ticket, std::uint64_t now_ms) {
  withdraw(ticket.id);
  expire(now_ms);
  const chat::Standing* other = lobby_.look(ticket, now_ms);
  lobby_.add(*chat::Standing::make(ticket, heap_));
  until_ms_[ticket.id] = now_ms + 3 * chat::renew_ms;
  return other == nullptr ? std::nullopt : std::optional(other->ticket);
}

inline chat::Taken Exchange::take(chat::TicketId own, chat::TicketId other) {
  if (lobby_.find(own) == nullptr) return chat::Taken::own_gone;
  if (lobby_.find(other) == nullptr) return chat::Taken::other_gone;
  withdraw(own);
  withdraw(other);
  return chat::Taken::both;
}

inline void Exchange::withdraw(chat::TicketId id) {
  if (chat::Standing* standing = lobby_.find(id)) drop(*standing);
}

inline void Exchange::drop_owner(chat::MemberId owner) {
  lobby_.each([&](chat::Standing& standing) {
    if (standing.ticket.owner == owner) drop(standing);
  });
}

inline chat::Ticket Exchange::only_ticket() {
  chat::Ticket only;
  lobby_.each([&](const chat::Standing& standing) { only = standing.ticket; });
  return only;
}

// ---- seats ----

inline std::vector<chat::Keeper> Exchange::keep(const chat::Keeper& keeper, std::uint64_t ttl_ms,
                                                std::uint64_t now_ms) {
  std::vector<chat::Keeper> others;
  for (chat::Seat seat = 0; seat < chat::seats_max; ++seat) {
    const auto at = seats_.find({keeper.chat, seat});
    if (at == seats_.end() || at->second.until_ms <= now_ms || at->second.at == keeper.at) continue;
    others.push_back({keeper.chat, seat, at->second.at, at->second.stamp});
  }
  Kept& own = seats_[{keeper.chat, keeper.seat}];
  if (own.until_ms <= now_ms || own.stamp <= keeper.stamp) {
    own = {keeper.at, keeper.stamp, now_ms + ttl_ms};
  }
  return others;
}

// ---- all of it ----

inline void Exchange::forget() {
  lobby_.each([&](chat::Standing& standing) { drop(standing); });
  seats_.clear();
}

inline bool Exchange::is_empty(std::uint64_t now_ms) {
  expire(now_ms);
  if (lobby_.waiting() > 0) return false;
  for (const auto& [key, kept] : seats_) {
    if (kept.until_ms > now_ms) return false;
  }
  return true;
}
