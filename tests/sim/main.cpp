// sim [COUNT [SEED]]: runs so many seeds from SEED on; of one that fails it shows the shortest
// history that it finds.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "sim/run.h"
#include "sim/trace.h"

extern "C" void __sanitizer_set_death_callback(void (*)()) __attribute__((weak));

namespace {

std::uint64_t current_seed = 0;

void say_seed() {
  std::fprintf(stderr, "sim: died with seed %llu\n", static_cast<unsigned long long>(current_seed));
}

struct Sum {
  std::uint64_t runs = 0;
  std::uint64_t failed = 0;
  std::uint64_t events = 0;
  std::uint64_t person_ms = 0;
};

bool is_verbose() {
  return std::getenv("SIM_BRIEF") == nullptr;
}

void show(const sim::Plan& plan, const std::vector<sim::Action>& history,
          const std::string& violation) {
  constexpr std::uint64_t shorten_s = 20;
  std::printf("seed %llu: %s\n", static_cast<unsigned long long>(plan.seed), violation.c_str());
  if (!is_verbose()) return;
  std::printf("  %s\n", describe(plan).c_str());
  const std::vector<sim::Action> shortest = shorten(plan, history, violation, shorten_s);
  for (const sim::Action& action : shortest) std::printf("  %s\n", describe(action).c_str());
  if (std::getenv("SIM_TRACE") == nullptr) return;
  sim::Trace::is_on = true;
  std::printf("  %s\n", run(plan, shortest).violation.c_str());
}

void run_seed(std::uint64_t seed, Sum& sum) {
  current_seed = seed;
  const sim::Plan plan = sim::make_plan(seed);
  const std::vector<sim::Action> history = sim::make_history(plan);
  const sim::Outcome outcome = sim::run(plan, history);
  ++sum.runs;
  sum.events += outcome.events;
  sum.person_ms += outcome.person_ms;
  if (outcome.violation.empty()) return;
  ++sum.failed;
  show(plan, history, outcome.violation);
  std::fflush(stdout);
}

}  // namespace

int main(int count, char** arguments) {
  if (__sanitizer_set_death_callback != nullptr) __sanitizer_set_death_callback(say_seed);
  const std::uint64_t runs = count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 100;
  const std::uint64_t first = count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 1;
  const std::uint64_t failures_most = is_verbose() ? 1 : UINT64_MAX;

  const auto begin = std::chrono::steady_clock::now();
  Sum sum;
  for (std::uint64_t i = 0; i < runs && sum.failed < failures_most; ++i) run_seed(first + i, sum);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::printf(
      "sim: %llu runs, %.1f person-hours, %llu events, %.0f events/s, %llu failed\n",
      static_cast<unsigned long long>(sum.runs), static_cast<double>(sum.person_ms) / 3'600'000.0,
      static_cast<unsigned long long>(sum.events), static_cast<double>(sum.events) / took.count(),
      static_cast<unsigned long long>(sum.failed));
  return sum.failed == 0 ? 0 : 1;
}
