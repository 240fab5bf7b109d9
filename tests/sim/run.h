// One run of a history, and how a history that fails is made shorter.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/history.h"

namespace sim {

struct Outcome {
  std::string violation;  // empty: none
  std::uint64_t events = 0;
  std::uint64_t person_ms = 0;
};

Outcome run(const Plan& plan, const std::vector<Action>& history);

// A part of the history, as short as can be found in so long, which is violated in the same way.
std::vector<Action> shorten(const Plan& plan, std::vector<Action> history, std::string violation,
                            std::uint64_t seconds);

}  // namespace sim
