// Numbers and bytes in a row, little-endian, for what travels between members. Total both ways: a
// span that is too short sets `ok` to false, and what is read beyond it is 0.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace chat {

class Packer {
 public:
  explicit Packer(std::span<std::uint8_t> out) : out_(out) {}

  template <typename Number>
  Packer& put(Number number) {
    for (std::size_t i = 0; i < sizeof(number); ++i) {
      put_byte(static_cast<std::uint8_t>(static_cast<std::uint64_t>(number) >> (8 * i)));
    }
    return *this;
  }

  bool ok() const { return ok_; }
  std::span<std::uint8_t> packed() const { return out_.first(size_); }

 private:
  void put_byte(std::uint8_t byte) {
    if (size_ == out_.size()) {
      ok_ = false;
    } else {
      out_[size_++] = byte;
    }
  }

  std::span<std::uint8_t> out_;
  std::size_t size_ = 0;
  bool ok_ = true;
};

class Unpacker {
 public:
  explicit Unpacker(std::span<const std::uint8_t> in) : in_(in) {}

  template <typename Number>
  Number take() {
    if (in_.size() < sizeof(Number)) {
      in_ = {};
      ok_ = false;
      return 0;
    }
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < sizeof(Number); ++i) {
      number |= static_cast<std::uint64_t>(in_[i]) << (8 * i);
    }
    in_ = in_.subspan(sizeof(Number));
    return static_cast<Number>(number);
  }

  bool ok() const { return ok_; }
  // Everything was there, and nothing is left.
  bool done() const { return ok_ && in_.empty(); }
  std::span<const std::uint8_t> rest() const { return in_; }

 private:
  std::span<const std::uint8_t> in_;
  bool ok_ = true;
};

}  // namespace chat
