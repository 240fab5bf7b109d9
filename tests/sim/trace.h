// What happens in a run, line by line, to read after one has failed.
#pragma once

#include <cstdint>
#include <string>

namespace sim {

class Trace {
 public:
  // Whether there is one; then `line` prints.
  static bool is_on;
  static void line(std::uint64_t now_ms, const std::string& text);
};

}  // namespace sim
