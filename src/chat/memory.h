// Where the domain's tables and waiting tickets lie: the heap of a worker, or memory that several
// share.
#pragma once

#include <cstddef>
#include <cstdlib>

namespace chat {

class Memory {
 public:
  // Aligned for any type. Null: there is none left.
  virtual void* allocate(std::size_t size) = 0;
  virtual void release(void* memory) = 0;

 protected:
  ~Memory() = default;
};

// malloc(3).
class Heap final : public Memory {
 public:
  void* allocate(std::size_t size) override { return std::malloc(size); }
  void release(void* memory) override { std::free(memory); }
};

}  // namespace chat
