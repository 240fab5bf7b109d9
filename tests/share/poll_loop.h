// A small event loop for tests, on poll(2) and the real clock: real sockets and a real Redis need
// real time. What is awaited is a condition; only one that never comes runs into `hang_ms`.
#pragma once

#include <cstdint>
#include <cstdio>
#include <ctime>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "turning_loop.h"
#include "unit.h"

class PollLoop final : public TurningLoop {
 public:
  static constexpr std::uint64_t hang_ms = 30'000;

  ~PollLoop() { assert_true(is_empty()); }

  std::uint64_t now_ms() const override {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1000 +
           static_cast<std::uint64_t>(now.tv_nsec) / 1'000'000 + ahead_ms_;
  }
  // Lets the clock jump, for time-outs and back-offs.
  void jump(std::uint64_t ms) { ahead_ms_ += ms; }

  void set(Alarm& alarm, std::uint64_t delay_ms) override {
    TurningLoop::set(alarm, delay_ms);
    delays.push_back(delay_ms);
  }

  void log(Severity, std::string_view text) override { logged.emplace_back(text); }

  // Runs until the condition holds.
  void until(const std::function<bool()>& condition, const char* what) {
    const std::uint64_t began = now_ms() - ahead_ms_;
    while (!condition()) {
      if (now_ms() - ahead_ms_ - began > hang_ms) {
        print_error("waited in vain for %s\n", what);
        for (const std::string& line : logged) print_error("logged: %s\n", line.c_str());
        fail();
      }
      turn();
    }
  }

  // One round: what is due and what is ready, or a short wait.
  void turn() { turn_within(2); }

  std::vector<std::string> logged;
  std::vector<std::uint64_t> delays;  // of every alarm that was set

 private:
  std::uint64_t ahead_ms_ = 0;
};
