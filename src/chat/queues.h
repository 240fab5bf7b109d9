// The queues of a lobby by their key; a queue exists while somebody stands in it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "chat/list.h"
#include "chat/memory.h"
#include "chat/places.h"
#include "chat/standing.h"
#include "chat/table.h"

namespace chat {

struct Queue {
  explicit Queue(const QueueKey& of) : key(of) {}
  QueueKey key;
  List<Entry> entries;  // in the order in which they came into this queue
  Queue* next = nullptr;
};

struct QueueByKey {
  using Key = QueueKey;
  static const Key& key(const Queue& queue) { return queue.key; }
  static Queue*& next(Queue& queue) { return queue.next; }
  // The parts are keyed hashes that nobody outside can choose, so mixing them needs no key.
  static std::uint64_t hash(const Key& key) {
    std::uint64_t h =
        key.lobby ^ (key.topic * 0x9E3779B97F4A7C15) ^ (key.tongue * 0xC2B2AE3D27D4EB4F);
    h ^= h >> 32;
    h *= 0xD6E8FEB86659FD93;
    return h ^ (h >> 32);
  }
};

class Queues {
 public:
  Queues(TableState<Queue>& state, Memory& memory) : table_(state, memory), memory_(memory) {}

  // The queue, or null when it is empty.
  Queue* find(const QueueKey& key) const { return table_.find(key); }
  // Puts an entry at the end of its queue. False: out of memory, nothing was changed.
  bool push(const QueueKey& key, Entry& entry);
  // REQUIRES: the entry stands in a queue.
  void remove(Entry& entry);

  std::size_t size() const { return table_.size(); }

 private:
  Table<Queue, QueueByKey> table_;
  Memory& memory_;
};

}  // namespace chat
