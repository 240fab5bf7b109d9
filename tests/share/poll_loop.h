// A small event loop for tests, on poll(2) and the real clock: real sockets and a real Redis need
// real time. What is awaited is a condition; only one that never comes runs into `hang_ms`.
#pragma once

#include <poll.h>

#include <cstdint>
#include <cstdio>
#include <ctime>
#include <functional>
#include <list>
#include <string>
#include <string_view>
#include <vector>

#include "share/loop.h"
#include "unit.h"

struct share::Loop::Watch {
  int fd;
  share::Watcher* watcher;
  bool reading = false, writing = false;
  bool forgotten = false;
};

struct share::Loop::Alarm {
  void (*ring)(void*);
  void* owner;
  bool set = false;
  bool destroyed = false;
  std::uint64_t at_ms = 0;
};

class PollLoop final : public share::Loop {
 public:
  static constexpr std::uint64_t hang_ms = 30'000;

  ~PollLoop() {
    for (const Watch& watch : watches_) assert_true(watch.forgotten);
    for (const Alarm& alarm : alarms_) assert_true(alarm.destroyed);
  }

  std::uint64_t now_ms() const override {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1000 +
           static_cast<std::uint64_t>(now.tv_nsec) / 1'000'000 + ahead_ms_;
  }
  // Lets the clock jump, for time-outs and back-offs.
  void jump(std::uint64_t ms) { ahead_ms_ += ms; }

  Watch* watch(int fd, share::Watcher& watcher) override {
    watches_.push_back({fd, &watcher});
    return &watches_.back();
  }
  bool want(Watch& watch, bool reading, bool writing) override {
    watch.reading = reading;
    watch.writing = writing;
    return true;
  }
  void forget(Watch& watch) override { watch.forgotten = true; }

  Alarm* make_alarm(void (*ring)(void*), void* owner) override {
    alarms_.push_back({ring, owner});
    return &alarms_.back();
  }
  void set(Alarm& alarm, std::uint64_t delay_ms) override {
    alarm.set = true;
    alarm.at_ms = now_ms() + delay_ms;
    delays.push_back(delay_ms);
  }
  void stop(Alarm& alarm) override { alarm.set = false; }
  void destroy(Alarm& alarm) override { alarm.destroyed = true; }

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
  void turn() {
    ring();
    std::vector<pollfd> ready;
    std::vector<Watch*> asked;
    for (auto at = watches_.begin(); at != watches_.end();) {
      if (at->forgotten) {
        at = watches_.erase(at);
        continue;
      }
      const auto events =
          static_cast<short>((at->reading ? POLLIN : 0) | (at->writing ? POLLOUT : 0));
      if (events != 0) {
        ready.push_back({at->fd, events, 0});
        asked.push_back(&*at);
      }
      ++at;
    }
    poll(ready.data(), ready.size(), 2);
    for (std::size_t i = 0; i < ready.size(); ++i) {
      Watch& watch = *asked[i];
      const bool failed = (ready[i].revents & (POLLERR | POLLHUP)) != 0;
      if (!watch.forgotten && watch.reading && ((ready[i].revents & POLLIN) != 0 || failed)) {
        watch.watcher->on_readable();
      }
      if (!watch.forgotten && watch.writing && ((ready[i].revents & POLLOUT) != 0 || failed)) {
        watch.watcher->on_writable();
      }
    }
  }

  std::vector<std::string> logged;
  std::vector<std::uint64_t> delays;  // of every alarm that was set

 private:
  void ring() {
    for (auto at = alarms_.begin(); at != alarms_.end();) {
      if (at->destroyed) {
        at = alarms_.erase(at);
        continue;
      }
      if (at->set && at->at_ms <= now_ms()) {
        at->set = false;
        at->ring(at->owner);
      }
      ++at;
    }
  }

  std::list<Watch> watches_;
  std::list<Alarm> alarms_;
  std::uint64_t ahead_ms_ = 0;
};
