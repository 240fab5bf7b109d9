// sim [-k] [-q] [-t] [-w] [-s FILE] [COUNT [SEED]]: runs the seeds that the file's lines begin
// with, and so many from SEED on, until one fails. Of that one it shows the shortest history that
// it finds.
//   -k  goes on after a failure
//   -q  does not look for shorter histories
//   -t  shows what happens in the shortest one
//   -w  leaves it whole: what is shortened may fail for another reason
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

#include "sim/run.h"
#include "sim/trace.h"

namespace {

using Count = unsigned long long;

constexpr std::uint64_t shorten_s = 20;

Count current_seed = 0;

// Where a sanitizer ends the process, the seed is all that is left of it.
#if defined(__SANITIZE_ADDRESS__)
void say_seed() {
  std::fprintf(stderr, "sim: died with seed %llu\n", current_seed);
}
#endif

struct Options {
  bool goes_on = false;
  bool is_quick = false;
  bool is_traced = false;
  bool is_whole = false;
  const char* seeds = nullptr;
  Count runs = 100;
  Count first = 1;
};

struct Sum {
  Count runs = 0;
  Count failed = 0;
  Count events = 0;
  Count person_ms = 0;
};

Options read(int count, char** arguments) {
  Options options;
  Count* number = &options.runs;
  for (int i = 1; i < count; ++i) {
    const std::string_view argument = arguments[i];
    options.goes_on |= argument == "-k";
    options.is_quick |= argument == "-q";
    options.is_traced |= argument == "-t";
    options.is_whole |= argument == "-w";
    if (argument == "-s" && i + 1 < count) options.seeds = arguments[++i];
    if (argument.starts_with('-')) continue;
    *number = std::strtoull(arguments[i], nullptr, 10);
    number = &options.first;
  }
  return options;
}

void show(const sim::Plan& plan, const std::vector<sim::Action>& history,
          const std::string& violation, const Options& options) {
  std::printf("  %s\n", describe(plan).c_str());
  const std::vector<sim::Action> shortest =
      options.is_whole ? history : shorten(plan, history, violation, shorten_s);
  for (const sim::Action& action : shortest) std::printf("  %s\n", describe(action).c_str());
  if (!options.is_traced) return;
  sim::Trace::is_on = true;
  std::printf("  %s\n", run(plan, shortest).violation.c_str());
  sim::Trace::is_on = false;
}

void run_seed(std::uint64_t seed, const Options& options, Sum& sum) {
  current_seed = seed;
  const sim::Plan plan = sim::make_plan(seed);
  const std::vector<sim::Action> history = sim::make_history(plan);
  const sim::Outcome outcome = sim::run(plan, history);
  ++sum.runs;
  sum.events += outcome.events;
  sum.person_ms += outcome.person_ms;
  if (outcome.violation.empty()) return;
  ++sum.failed;
  std::printf("seed %llu: %s\n", current_seed, outcome.violation.c_str());
  if (!options.is_quick) show(plan, history, outcome.violation, options);
  std::fflush(stdout);
}

std::vector<Count> seeds_in(const char* path) {
  std::vector<Count> seeds;
  std::FILE* file = path == nullptr ? nullptr : std::fopen(path, "r");
  if (file == nullptr) return seeds;
  char line[200];
  while (std::fgets(line, sizeof(line), file) != nullptr) {
    if (line[0] >= '1' && line[0] <= '9') seeds.push_back(std::strtoull(line, nullptr, 10));
  }
  std::fclose(file);
  return seeds;
}

}  // namespace

int main(int count, char** arguments) {
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_set_death_callback(say_seed);
#endif
  const Options options = read(count, arguments);
  const auto begin = std::chrono::steady_clock::now();
  Sum sum;
  std::vector<Count> seeds = seeds_in(options.seeds);
  for (Count i = 0; i < options.runs; ++i) seeds.push_back(options.first + i);
  for (Count seed : seeds) {
    if (sum.failed == 0 || options.goes_on) run_seed(seed, options, sum);
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::printf("sim: %llu runs, %.1f person-hours, %llu events, %.0f events/s, %llu failed\n",
              sum.runs, static_cast<double>(sum.person_ms) / 3'600'000.0, sum.events,
              static_cast<double>(sum.events) / took.count(), sum.failed);
  return sum.failed == 0 ? 0 : 1;
}
