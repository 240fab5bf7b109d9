// What happens in a run, made from its seed: the cluster, its weather, and a list of actions. An
// action stands for itself, so that a run is one without any of them.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "chat/settings.h"

namespace sim {

enum class What : std::uint8_t {
  // of somebody
  find,
  say,
  typing,
  leave,
  block,
  away,
  here,
  drop,  // the connection is gone, and the server notices at once
  fade,  // it is gone, and the server notices much later
  reload,
  close,  // for good
  copy,   // a second tab with the same token
  // of workers and hosts
  crash,
  crash_both,  // two workers at once
  crash_host,
  drain,
  cut,  // a host from the others
  // of what they share
  stall,
  forget,
  storm,
};
inline constexpr std::size_t whats = 20;

struct Action {
  std::uint64_t at_ms;  // from the start
  What what;
  unsigned who;          // a person, a worker or a host
  std::uint64_t number;  // for whatever else there is to choose
};

// How late what is late may be.
inline constexpr std::uint64_t late_most_ms = 4'000;

// How often, of a thousand letters or questions, something happens to one.
struct Weather {
  unsigned lost = 0;
  unsigned doubled = 0;
  unsigned late = 0;       // by up to late_most_ms
  unsigned overtaken = 0;  // comes when others behind it have come
};

struct Plan {
  std::uint64_t seed;
  std::vector<unsigned> hosts;  // how many workers each has
  unsigned people;
  unsigned lobbies = 1;  // who goes into which: by their number
  std::uint64_t length_ms;
  chat::Settings settings;
  Weather usual;
  std::uint64_t cut_most_ms;
};

Plan make_plan(std::uint64_t seed);
std::vector<Action> make_history(const Plan& plan);
std::string describe(const Plan& plan);
std::string describe(const Action& action);

}  // namespace sim
