#include "sim/run.h"

#include <algorithm>
#include <chrono>

#include "sim/world.h"

namespace sim {

namespace {

// So long after everybody has left their workers know it.
constexpr std::uint64_t gone_ms = 5'000;

// What of a violation does not differ from run to run.
std::string_view kind_of(std::string_view violation) {
  return violation.substr(0, violation.find(" ("));
}

std::vector<Action> without(const std::vector<Action>& history, std::size_t begin,
                            std::size_t size) {
  const auto at = history.begin() + static_cast<std::ptrdiff_t>(begin);
  const auto end = at + static_cast<std::ptrdiff_t>(std::min(size, history.size() - begin));
  std::vector<Action> rest(history.begin(), at);
  rest.insert(rest.end(), end, history.end());
  return rest;
}

}  // namespace

Outcome run(const Plan& plan, const std::vector<Action>& history) {
  World world(plan);
  const std::uint64_t begin_ms = world.clock().now_ms();
  for (const Action& action : history) {
    world.clock().at(begin_ms + action.at_ms, [&world, action] { world.act(action); });
  }
  // Whoever is away may come back late, and is waited for long.
  const std::uint64_t calm_ms = 4 * plan.settings.window_ms + 100'000;
  if (world.passes(plan.length_ms)) {
    world.clear_up();
    if (world.passes(calm_ms)) world.check_calm();
    world.listen();
    if (world.passes(quiet_ms)) world.check_quiet();
    world.go_home();
    if (world.passes(gone_ms)) world.check_tickets();
    if (world.passes(calm_ms)) world.check_empty();
  }
  return {world.witness().violation(), world.clock().events(), world.person_ms()};
}

// Takes out ever smaller pieces that it takes no part of.
std::vector<Action> shorten(const Plan& plan, std::vector<Action> history, std::string violation,
                            std::uint64_t seconds) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  for (std::size_t piece = history.size() / 2; piece > 0; piece /= 2) {
    bool shorter = true;
    while (shorter) {
      shorter = false;
      for (std::size_t begin = 0; begin < history.size();) {
        if (std::chrono::steady_clock::now() > until) return history;
        std::vector<Action> rest = without(history, begin, piece);
        if (kind_of(run(plan, rest).violation) == kind_of(violation)) {
          history = std::move(rest);
          shorter = true;
        } else {
          begin += piece;
        }
      }
      if (piece > 1) break;
    }
  }
  return history;
}

}  // namespace sim
