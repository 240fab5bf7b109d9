// The queues of a lobby by their key: a hash table whose queues exist while somebody stands in
// them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "chat/interest.h"
#include "chat/list.h"
#include "chat/wish.h"

namespace chat {

// Who stands in a queue: those of one lobby, with one topic, speaking one language. Each is a keyed
// hash, or one of the small numbers that the lobby gives a meaning of its own.
struct QueueKey {
  std::uint64_t lobby;
  Topic topic;
  Topic tongue;
  bool operator==(const QueueKey&) const = default;
};

struct Queue {
  explicit Queue(const QueueKey& of) : key(of) {}
  QueueKey key;
  List<Entry> entries;  // in the order in which they came into this queue
  Queue* next = nullptr;
};

class Queues {
 public:
  Queues() = default;
  Queues(const Queues&) = delete;
  Queues& operator=(const Queues&) = delete;
  // REQUIRES: nobody stands in any queue.
  ~Queues();

  // The queue, or null when it is empty.
  Queue* find(const QueueKey& key) const;
  // Puts an entry at the end of its queue. False: out of memory, nothing was changed.
  bool push(const QueueKey& key, Entry& entry);
  // REQUIRES: the entry stands in a queue.
  void remove(Entry& entry);

  std::size_t size() const { return size_; }

 private:
  std::size_t slot(const QueueKey& key) const;
  bool grow();
  void shrink();

  Queue** slots_ = nullptr;
  std::size_t slots_size_ = 0;  // 0 or a power of two
  std::size_t size_ = 0;
};

}  // namespace chat
