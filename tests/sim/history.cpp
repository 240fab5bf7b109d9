#include "sim/history.h"

#include <algorithm>

#include "sim/dice.h"

namespace sim {

namespace {

struct Kind {
  What what;
  const char* name;
  unsigned often;  // compared with the others
};

constexpr std::array<Kind, whats> kinds{{
    {What::find, "find", 220},
    {What::say, "say", 500},
    {What::typing, "typing", 20},
    {What::leave, "leave", 14},
    {What::block, "block", 8},
    {What::away, "away", 12},
    {What::here, "here", 14},
    {What::drop, "drop", 40},
    {What::fade, "fade", 40},
    {What::reload, "reload", 20},
    {What::close, "close", 4},
    {What::copy, "copy", 6},
    {What::crash, "crash", 8},
    {What::crash_both, "crash_both", 4},
    {What::crash_host, "crash_host", 2},
    {What::drain, "drain", 6},
    {What::cut, "cut", 5},
    {What::stall, "stall", 5},
    {What::forget, "forget", 5},
    {What::storm, "storm", 5},
}};

bool is_of_person(What what) {
  return what <= What::copy;
}

std::vector<unsigned> make_hosts(Dice& dice) {
  static const std::vector<unsigned> shapes[] = {{2, 2}, {1, 1, 1}, {4},      {2, 1},
                                                 {1},    {2},       {3, 2, 1}};
  return shapes[dice.below(std::size(shapes))];
}

}  // namespace

Plan make_plan(std::uint64_t seed) {
  Dice dice(seed);
  Plan plan;
  plan.seed = seed;
  plan.hosts = make_hosts(dice);
  plan.people = static_cast<unsigned>(dice.between(2, 12));
  plan.length_ms = dice.between(30, 600) * 1000;
  plan.settings.window_ms = dice.chance(500) ? 60'000 : dice.between(20, 60) * 1000;
  plan.settings.patience_ms = dice.between(1, 5) * 1000;
  plan.settings.message_rate = {1000, 1000, 1000};
  plan.settings.find_rate = {1000, 1000, 1000};
  if (dice.chance(500)) plan.usual = {10, 10, 5, 20};
  plan.cut_most_ms = dice.chance(700) ? plan.settings.window_ms / 3 : 2 * plan.settings.window_ms;
  if (dice.chance(100)) plan.lobbies = 2;
  return plan;
}

std::vector<Action> make_history(const Plan& plan) {
  Dice dice(plan.seed ^ 0x5851F42D4C957F2D);
  // Some kinds do not happen at all, others are the whole of it.
  std::array<unsigned, whats> often;
  unsigned all = 0;
  const auto trouble = static_cast<unsigned>(dice.between(0, 3));
  for (std::size_t i = 0; i < whats; ++i) {
    often[i] = kinds[i].often;
    if (kinds[i].what >= What::drop) {
      often[i] = dice.chance(300) ? 0 : often[i] * trouble;
      if (dice.chance(100)) often[i] *= 4;
    }
    all += often[i];
  }
  std::vector<Action> history;
  const std::uint64_t pause_ms = 4000 / plan.people + 50;
  for (std::uint64_t at_ms = 0; at_ms < plan.length_ms; at_ms += 1 + dice.below(2 * pause_ms)) {
    std::uint64_t rolled = dice.below(all);
    std::size_t i = 0;
    while (rolled >= often[i]) rolled -= often[i++];
    const What what = kinds[i].what;
    const auto who = static_cast<unsigned>(dice.below(is_of_person(what) ? plan.people : 1000));
    history.push_back({at_ms, what, who, dice.next()});
  }
  return history;
}

std::string describe(const Plan& plan) {
  std::string text = "workers";
  for (unsigned workers : plan.hosts) text += " " + std::to_string(workers);
  text += ", people " + std::to_string(plan.people) + ", lobbies " + std::to_string(plan.lobbies) +
          ", seconds " + std::to_string(plan.length_ms / 1000) + ", window " +
          std::to_string(plan.settings.window_ms / 1000) + ", patience " +
          std::to_string(plan.settings.patience_ms / 1000) + ", lost " +
          std::to_string(plan.usual.lost);
  return text;
}

std::string describe(const Action& action) {
  return std::to_string(action.at_ms) + " " + kinds[static_cast<std::size_t>(action.what)].name +
         " " + std::to_string(action.who) + " " + std::to_string(action.number);
}

}  // namespace sim
