// UTF-8 (RFC 3629) checked as it arrives: no overlong form, no surrogate, nothing above U+10FFFF.
#pragma once

#include <cstdint>
#include <span>

namespace ws {

class Utf8 {
 public:
  // Takes the next bytes. False if one of them cannot follow what was before it, whatever comes
  // behind; false it stays until `reset`.
  bool take(std::span<const std::uint8_t> bytes);
  // Whether what was taken ends with a whole character.
  bool complete() const { return state_ == 0; }
  void reset() { state_ = 0; }

 private:
  std::uint8_t state_ = 0;
};

}  // namespace ws
