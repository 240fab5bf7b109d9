// A ticket that stands in a lobby's queues.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>

#include "chat/list.h"
#include "chat/memory.h"
#include "chat/places.h"
#include "chat/ticket.h"

namespace chat {

struct Queue;
struct Standing;

// Its place in one queue.
struct Entry : Link {
  Standing* standing = nullptr;
  Queue* queue = nullptr;
};

// Plain data with pointers into one Memory. It has an entry for every queue that it can ever stand
// in, so that entering, widening and leaving allocate nothing for it.
struct Standing {
  // With its entries in one allocation. Null: out of memory.
  static Standing* make(const Ticket& ticket, Memory& memory) {
    const std::size_t entries = entries_for(ticket);
    void* at = memory.allocate(sizeof(Standing) + entries * sizeof(Entry));
    if (at == nullptr) return nullptr;
    auto* standing = new (at) Standing(ticket);
    standing->give(reinterpret_cast<Entry*>(standing + 1), entries);
    return standing;
  }
  // REQUIRES: it stands in no queue.
  static void destroy(Standing* standing, Memory& memory) {
    assert(standing->entries_size == 0);
    memory.release(standing);
  }

  // How many entries it may need.
  static std::size_t entries_for(const Ticket& ticket) {
    return standing_max(ticket.interests.size, ticket.languages.size);
  }
  // REQUIRES: there is room for `size` of them.
  void give(Entry* memory, std::size_t size) {
    std::uninitialized_default_construct_n(memory, size);
    entries = memory;
    entries_max = static_cast<std::uint8_t>(size);
  }

  explicit Standing(const Ticket& of) : ticket(of) {}

  // Those that stand in queues, and the next free one.
  std::span<Entry> places() { return {entries, entries_size}; }
  Entry& take_entry() {
    assert(entries_size < entries_max);
    Entry& entry = entries[entries_size++];
    entry.standing = this;
    return entry;
  }

  Ticket ticket;
  Entry* entries = nullptr;
  Standing* next_by_id = nullptr;
  std::uint8_t entries_size = 0;
  std::uint8_t entries_max = 0;
};

}  // namespace chat
