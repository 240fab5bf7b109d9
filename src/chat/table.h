// A hash table whose links live in its elements, so that entering allocates at most a larger row of
// slots, and leaving nothing. Its state is plain data with pointers into one Memory, so that it may
// lie in memory that several processes map at one address.
//
// `Of` says how its elements T are found:
//   using Key;                               what they are looked up by
//   static const Key& key(const T&)
//   static std::uint64_t hash(const Key&)    of keys that nobody outside can choose
//   static T*& next(T&)                      a link for the table's use
#pragma once

#include <cstddef>
#include <cstdint>

#include "chat/memory.h"

namespace chat {

template <typename T>
struct TableState {
  T** slots = nullptr;
  std::size_t slots_size = 0;  // 0 or a power of two
  std::size_t size = 0;
};

template <typename T, typename Of>
class Table {
 public:
  using Key = typename Of::Key;

  Table(TableState<T>& state, Memory& memory) : state_(state), memory_(memory) {}

  std::size_t size() const { return state_.size; }

  // The element of that key, or null.
  T* find(const Key& key) const {
    if (state_.slots_size == 0) return nullptr;
    T* element = state_.slots[slot(key)];
    while (element != nullptr && !(Of::key(*element) == key)) element = Of::next(*element);
    return element;
  }

  // False: out of memory, it did not enter. A table that cannot grow serves on, slower; only the
  // first row must be there. REQUIRES: no element of its key is in the table.
  bool insert(T& element) {
    if (state_.size >= state_.slots_size && !grow() && state_.slots_size == 0) return false;
    link(element);
    ++state_.size;
    return true;
  }

  // REQUIRES: it is in the table. What a crowd needed is not kept once it has gone.
  void remove(T& element) {
    T** at = &state_.slots[slot(Of::key(element))];
    while (*at != &element) at = &Of::next(**at);
    *at = Of::next(element);
    --state_.size;
    if (state_.size == 0) clear();
  }

  // Calls `visit(T&)` for every element; it may remove the one that it gets, and nothing else.
  template <typename Visit>
  void each(Visit visit) {
    for (std::size_t i = 0; i < state_.slots_size; ++i) {
      for (T* element = state_.slots[i]; element != nullptr;) {
        T* next = Of::next(*element);
        const bool last = state_.size == 1;
        visit(*element);
        if (last && state_.size == 0) return;
        element = next;
      }
    }
  }

 private:
  static constexpr std::size_t slots_least = 64;

  std::size_t slot(const Key& key) const { return Of::hash(key) & (state_.slots_size - 1); }

  void link(T& element) {
    T*& head = state_.slots[slot(Of::key(element))];
    Of::next(element) = head;
    head = &element;
  }

  void clear() {
    memory_.release(state_.slots);
    state_.slots = nullptr;
    state_.slots_size = 0;
  }

  bool grow() {
    const std::size_t before = state_.slots_size;
    const std::size_t after = before == 0 ? slots_least : 2 * before;
    auto** slots = static_cast<T**>(memory_.allocate(after * sizeof(T*)));
    if (slots == nullptr) return false;
    for (std::size_t i = 0; i < after; ++i) slots[i] = nullptr;

    T** old = state_.slots;
    state_.slots = slots;
    state_.slots_size = after;
    for (std::size_t i = 0; i < before; ++i) {
      for (T* element = old[i]; element != nullptr;) {
        T* next = Of::next(*element);
        link(*element);
        element = next;
      }
    }
    if (old != nullptr) memory_.release(old);
    return true;
  }

  TableState<T>& state_;
  Memory& memory_;
};

}  // namespace chat
