#include "chat/queues.h"

#include <cassert>
#include <cstdlib>
#include <new>

namespace chat {

namespace {

constexpr std::size_t slots_least = 64;

// The parts are keyed hashes that nobody outside can choose, so mixing them needs no key of its
// own.
std::uint64_t mix(const QueueKey& key) {
  std::uint64_t h =
      key.lobby ^ (key.topic * 0x9E3779B97F4A7C15) ^ (key.tongue * 0xC2B2AE3D27D4EB4F);
  h ^= h >> 32;
  h *= 0xD6E8FEB86659FD93;
  return h ^ (h >> 32);
}

}  // namespace

Queues::~Queues() {
  assert(size_ == 0);
  std::free(slots_);
}

std::size_t Queues::slot(const QueueKey& key) const {
  return mix(key) & (slots_size_ - 1);
}

Queue* Queues::find(const QueueKey& key) const {
  if (slots_size_ == 0) return nullptr;
  Queue* queue = slots_[slot(key)];
  while (queue != nullptr && queue->key != key) queue = queue->next;
  return queue;
}

bool Queues::push(const QueueKey& key, Entry& entry) {
  Queue* queue = find(key);
  if (queue == nullptr) {
    // A table that cannot grow serves on, slower; only the first one must be there.
    if (size_ >= slots_size_ && !grow() && slots_size_ == 0) return false;
    void* memory = std::malloc(sizeof(Queue));
    if (memory == nullptr) return false;
    queue = new (memory) Queue(key);
    Queue*& head = slots_[slot(key)];
    queue->next = head;
    head = queue;
    ++size_;
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

  Queue** at = &slots_[slot(queue->key)];
  while (*at != queue) at = &(*at)->next;
  *at = queue->next;
  std::free(queue);
  --size_;
  if (size_ == 0 && slots_size_ > slots_least) shrink();
}

// What a crowd needed is not kept once it has gone.
void Queues::shrink() {
  std::free(slots_);
  slots_ = nullptr;
  slots_size_ = 0;
}

bool Queues::grow() {
  const std::size_t before = slots_size_;
  const std::size_t after = before == 0 ? slots_least : 2 * before;
  auto** slots = static_cast<Queue**>(std::calloc(after, sizeof(Queue*)));
  if (slots == nullptr) return false;

  Queue** old = slots_;
  slots_ = slots;
  slots_size_ = after;
  for (std::size_t i = 0; i < before; ++i) {
    for (Queue* queue = old[i]; queue != nullptr;) {
      Queue* next = queue->next;
      Queue*& head = slots_[slot(queue->key)];
      queue->next = head;
      head = queue;
      queue = next;
    }
  }
  std::free(old);
  return true;
}

}  // namespace chat
