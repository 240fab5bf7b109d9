// What several workers share: a lobby of tickets, and a register of who keeps which seat; of one
// host, or of all.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "chat/lobby.h"
#include "chat/memory.h"
#include "chat/shared.h"

namespace sim {

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

}  // namespace sim
