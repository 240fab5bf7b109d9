// What happens in a run, line by line, to read after one has failed.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace sim {

class Trace {
 public:
  // Whether there is one; else nothing is printed.
  static bool is_on;
  static void line(std::uint64_t now_ms, const std::string& text);
  // "worker 1 <- 3: moved": what a letter says, without what is sealed or random in it.
  static void letter(std::uint64_t now_ms, std::uint64_t worker, const char* arrow,
                     std::uint64_t other, std::span<const std::uint8_t> letter);
};

}  // namespace sim
