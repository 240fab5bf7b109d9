// An event loop that turns when it is told to, with a clock that is set.
#pragma once

#include <cstdint>
#include <string_view>

#include "share/turning_loop.h"

namespace fuzz {

class ManualLoop final : public TurningLoop {
 public:
  std::uint64_t clock_ms = 1'000'000;

  std::uint64_t now_ms() const override { return clock_ms; }
  void log(Severity, std::string_view) override {}
  void turn() { turn_within(0); }
};

}  // namespace fuzz
