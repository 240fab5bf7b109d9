// A growing array of bytes that somebody said: bounded by its user, wiped before its memory is
// given back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "chat/bounds.h"

namespace share {

class Bytes {
 public:
  // Bytes in front of what is held that may be written over.
  static constexpr std::size_t room = chat::frame_room;

  Bytes() = default;
  Bytes(const Bytes&) = delete;
  Bytes& operator=(const Bytes&) = delete;
  ~Bytes() { clear(); }

  bool empty() const { return begin_ == end_; }
  std::size_t size() const { return end_ - begin_; }
  std::span<std::uint8_t> span() { return {memory_ + begin_, size()}; }

  // False: out of memory, nothing was added.
  bool append(std::span<const std::uint8_t> bytes);
  // Grows by `size` bytes that are to be written over. False: out of memory, nothing was added.
  bool extend(std::size_t size);
  // Forgets the first `size` bytes. REQUIRES: size <= size().
  void drop_front(std::size_t size);
  void swap(Bytes& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(capacity_, other.capacity_);
    std::swap(begin_, other.begin_);
    std::swap(end_, other.end_);
  }
  // Wipes and frees everything.
  void clear();

 private:
  bool reserve(std::size_t size);

  std::uint8_t* memory_ = nullptr;
  std::uint32_t capacity_ = 0;
  std::uint32_t begin_ = 0;
  std::uint32_t end_ = 0;
};

}  // namespace share
