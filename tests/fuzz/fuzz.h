// What a fuzzer is made of (docs/build.md, "Fuzzers"). Each NAME_fuzz.cpp here defines fuzz::run,
// which gives some bytes to one thing that reads bytes from outside, and holds it to its
// properties.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fuzz {

using Input = std::span<const std::uint8_t>;
// In memory of its own size, so that a sanitizer sees a step over its end.
using Bytes = std::vector<std::uint8_t>;

// One run. The input ends where its memory ends. Nothing may be left of it when the next begins.
void run(Input input);

// A property. When it does not hold, the run is a finding.
inline void must(bool holds, const char* property) {
  if (holds) return;
  std::fprintf(stderr, "it does not hold that %s\n", property);
  std::abort();
}

inline std::string_view text_of(Input bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline Input bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline Bytes copy_of(Input bytes) {
  return {bytes.begin(), bytes.end()};
}

// Takes what a run needs from the front of its input; zeros, when there is no more.
class Source {
 public:
  explicit Source(Input input) : left_(input) {}

  bool empty() const { return left_.empty(); }
  Input rest() const { return left_; }
  std::uint8_t byte() {
    if (left_.empty()) return 0;
    const std::uint8_t byte = left_.front();
    left_ = left_.subspan(1);
    return byte;
  }
  // 0 to `end` - 1. REQUIRES: end is at most 65,536.
  std::size_t below(std::size_t end) {
    const std::size_t high = end > 256 ? byte() : 0;
    return (high << 8 | byte()) % end;
  }
  std::uint64_t number() {
    std::uint64_t number = 0;
    for (int i = 0; i < 8; ++i) number = number << 8 | byte();
    return number;
  }
  Input bytes(std::size_t size) {
    const Input taken = left_.first(size < left_.size() ? size : left_.size());
    left_ = left_.subspan(taken.size());
    return taken;
  }
  // What stands in front of the next `separator`, or all.
  Input until(std::uint8_t separator) {
    std::size_t size = 0;
    while (size < left_.size() && left_[size] != separator) ++size;
    const Input taken = bytes(size);
    byte();
    return taken;
  }

 private:
  Input left_;
};

}  // namespace fuzz
