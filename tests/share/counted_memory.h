// What processes share, for tests in one process: a lock that says whether it is held, and memory
// that says how much of it is out.
#pragma once

#include <cstddef>
#include <cstdlib>

#include "chat/memory.h"
#include "unit.h"

class CountedLock {
 public:
  void lock() {
    assert_false(held);
    held = true;
  }
  void unlock() {
    assert_true(held);
    held = false;
  }
  bool held = false;
};

// The heap, with a limit, used with the lock held alone.
class LimitedHeap final : public chat::Memory {
 public:
  explicit LimitedHeap(const CountedLock& lock) : lock_(lock) {}
  void* allocate(std::size_t size) override {
    assert_true(lock_.held);
    if (pieces == limit) return nullptr;
    ++pieces;
    return std::malloc(size);
  }
  void release(void* memory) override {
    assert_true(lock_.held);
    --pieces;
    std::free(memory);
  }
  std::size_t pieces = 0;
  std::size_t limit = SIZE_MAX;

 private:
  const CountedLock& lock_;
};
