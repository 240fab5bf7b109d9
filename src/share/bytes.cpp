#include "share/bytes.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace share {

namespace {

constexpr std::size_t capacity_least = 256;

}  // namespace

bool Bytes::append(std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) return true;
  if (!reserve(bytes.size())) return false;
  std::memcpy(memory_ + end_, bytes.data(), bytes.size());
  end_ += bytes.size();
  return true;
}

bool Bytes::extend(std::size_t size) {
  if (!reserve(size)) return false;
  end_ += size;
  return true;
}

void Bytes::drop_front(std::size_t size) {
  begin_ += size;
  if (empty()) clear();
}

void Bytes::clear() {
  if (memory_ == nullptr) return;
  OPENSSL_cleanse(memory_, capacity_);
  std::free(memory_);
  memory_ = nullptr;
  capacity_ = begin_ = end_ = 0;
}

// Makes space for `more` bytes at the end. What moves is wiped where it was, so realloc will not
// do.
bool Bytes::reserve(std::size_t more) {
  if (memory_ != nullptr && end_ + more <= capacity_) return true;
  const std::size_t held = size();
  const std::size_t capacity = std::max({room + held + more, 2 * held, capacity_least});
  if (capacity > UINT32_MAX) return false;
  auto* memory = static_cast<std::uint8_t*>(std::malloc(capacity));
  if (memory == nullptr) return false;
  if (memory_ != nullptr) std::memcpy(memory + room, memory_ + begin_, held);
  clear();
  memory_ = memory;
  capacity_ = static_cast<std::uint32_t>(capacity);
  begin_ = room;
  end_ = static_cast<std::uint32_t>(room + held);
  return true;
}

}  // namespace share
