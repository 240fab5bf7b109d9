#include "sim/exchange.h"

namespace sim {

// ---- tickets ----

void Exchange::drop(chat::Standing& standing) {
  until_ms_.erase(standing.ticket.id);
  lobby_.remove(standing);
  chat::Standing::destroy(&standing, heap_);
}

void Exchange::expire(std::uint64_t now_ms) {
  lobby_.each([&](chat::Standing& standing) {
    if (until_ms_[standing.ticket.id] <= now_ms) drop(standing);
  });
}

std::optional<chat::Ticket> Exchange::post(chat::Ticket ticket, std::uint64_t now_ms) {
  withdraw(ticket.id);
  expire(now_ms);
  const chat::Standing* other = lobby_.look(ticket, now_ms);
  lobby_.add(*chat::Standing::make(ticket, heap_));
  until_ms_[ticket.id] = now_ms + 3 * chat::renew_ms;
  return other == nullptr ? std::nullopt : std::optional(other->ticket);
}

chat::Taken Exchange::take(chat::TicketId own, chat::TicketId other) {
  if (lobby_.find(own) == nullptr) return chat::Taken::own_gone;
  if (lobby_.find(other) == nullptr) return chat::Taken::other_gone;
  withdraw(own);
  withdraw(other);
  return chat::Taken::both;
}

void Exchange::withdraw(chat::TicketId id) {
  if (chat::Standing* standing = lobby_.find(id)) drop(*standing);
}

void Exchange::drop_owner(chat::MemberId owner) {
  lobby_.each([&](chat::Standing& standing) {
    if (standing.ticket.owner == owner) drop(standing);
  });
}

// ---- seats ----

std::vector<chat::Keeper> Exchange::keep(const chat::Keeper& keeper, std::uint64_t ttl_ms,
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

void Exchange::forget() {
  lobby_.each([&](chat::Standing& standing) { drop(standing); });
  seats_.clear();
}

bool Exchange::is_empty(std::uint64_t now_ms) {
  expire(now_ms);
  if (lobby_.waiting() > 0) return false;
  for (const auto& [key, kept] : seats_) {
    if (kept.until_ms > now_ms) return false;
  }
  return true;
}

}  // namespace sim
