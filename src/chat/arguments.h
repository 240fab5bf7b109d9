// What stands behind the verb in a frame's line of header, taken by name.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace chat {

// Views into the line that was read.
class Arguments {
 public:
  // Reads what follows the verb: nothing, or a space before each argument. False: it is not that,
  // or more than any verb takes.
  bool read(std::string_view text);

  // Take the first argument that has no key, or that of a key. Empty: there is none (an argument is
  // never empty).
  std::string_view take_value() { return take({}); }
  std::string_view take(std::string_view key);

  // Nothing is left: each was known, and came once.
  bool all_taken() const { return left_ == 0; }

 private:
  // `report` takes three.
  static constexpr std::size_t size_max = 3;
  struct Argument {
    std::string_view key;    // empty: a value alone
    std::string_view value;  // empty: taken
  };

  bool add(std::string_view argument);

  std::array<Argument, size_max> arguments_;
  std::size_t size_ = 0;
  std::size_t left_ = 0;
};

}  // namespace chat
