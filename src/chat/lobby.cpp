#include "chat/lobby.h"

#include "chat/choice.h"

namespace chat {

Standing* Lobby::look(const Ticket& seeker, std::uint64_t now_ms) const {
  Choice choice(seeker, now_ms);
  Standing* best = nullptr;
  each_looking(seeker, [&](Tier tier, const QueueKey& key) {
    if (choice.settled(tier)) return;
    Queue* queue = queues_.find(key);
    if (queue == nullptr) return;
    std::size_t scanned = 0;
    for (Entry* entry = queue->entries.front(); entry != nullptr && scanned < scan_max;
         entry = queue->entries.after(*entry), ++scanned) {
      if (choice.consider(tier, entry->standing->ticket)) best = entry->standing;
    }
  });
  return best;
}

bool Lobby::enter(Standing& standing, Stage stage) {
  bool entered = true;
  each_standing_at(standing.ticket, stage, [&](const QueueKey& key) {
    entered = entered && queues_.push(key, standing.take_entry());
  });
  return entered;
}

void Lobby::leave_queues(Standing& standing) {
  for (Entry& entry : standing.places()) {
    if (entry.queue != nullptr) queues_.remove(entry);
  }
  standing.entries_size = 0;
}

bool Lobby::add(Standing& standing) {
  bool entered = tickets_.insert(standing);
  if (!entered) return false;
  for (Stage stage = Stage::interest; entered && stage <= standing.ticket.stage;
       stage = next(stage)) {
    entered = enter(standing, stage);
  }
  if (!entered) remove(standing);
  return entered;
}

bool Lobby::widen(Standing& standing, std::uint64_t now_ms) {
  const Stage before = standing.ticket.stage;
  standing.ticket.widen(now_ms);
  for (Stage stage = next(before); stage <= standing.ticket.stage; stage = next(stage)) {
    if (enter(standing, stage)) continue;
    remove(standing);
    return false;
  }
  return true;
}

void Lobby::remove(Standing& standing) {
  leave_queues(standing);
  tickets_.remove(standing);
}

}  // namespace chat
