#include "chat/queues.h"

#include <new>

namespace chat {

bool Queues::push(const QueueKey& key, Entry& entry) {
  Queue* queue = find(key);
  if (queue == nullptr) {
    void* memory = memory_.allocate(sizeof(Queue));
    if (memory == nullptr) return false;
    queue = new (memory) Queue(key);
    if (!table_.insert(*queue)) {
      memory_.release(queue);
      return false;
    }
  }
  queue->entries.push_back(entry);
  entry.queue = queue;
  return true;
}

void Queues::remove(Entry& entry) {
  Queue* queue = entry.queue;
  List<Entry>::remove(entry);
  entry.queue = nullptr;
  if (!queue->entries.empty()) return;
  table_.remove(*queue);
  memory_.release(queue);
}

}  // namespace chat
