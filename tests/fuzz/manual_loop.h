// An event loop that turns when it is told to, with a clock that is set.
#pragma once

#include <poll.h>

#include <cstdint>
#include <list>
#include <string_view>

#include "share/loop.h"

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
  std::uint64_t at_ms = 0;
};

namespace fuzz {

class ManualLoop final : public share::Loop {
 public:
  std::uint64_t clock_ms = 1'000'000;

  std::uint64_t now_ms() const override { return clock_ms; }

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
    alarm.at_ms = clock_ms + delay_ms;
  }
  void stop(Alarm& alarm) override { alarm.set = false; }
  void destroy(Alarm& alarm) override { alarm.set = false; }

  void log(Severity, std::string_view) override {}

  // What is due, then what is ready, each once.
  void turn() {
    for (Alarm& alarm : alarms_) {
      if (!alarm.set || alarm.at_ms > clock_ms) continue;
      alarm.set = false;
      alarm.ring(alarm.owner);
    }
    for (Watch& watch : watches_) dispatch(watch);
    std::erase_if(watches_, [](const Watch& watch) { return watch.forgotten; });
  }

 private:
  static void dispatch(Watch& watch) {
    if (watch.forgotten) return;
    pollfd ready{watch.fd,
                 static_cast<short>((watch.reading ? POLLIN : 0) | (watch.writing ? POLLOUT : 0)),
                 0};
    if (poll(&ready, 1, 0) != 1) return;
    const bool failed = (ready.revents & (POLLERR | POLLHUP)) != 0;
    if (watch.reading && ((ready.revents & POLLIN) != 0 || failed)) watch.watcher->on_readable();
    if (watch.forgotten || !watch.writing) return;
    if ((ready.revents & POLLOUT) != 0 || failed) watch.watcher->on_writable();
  }

  std::list<Watch> watches_;
  std::list<Alarm> alarms_;
};

}  // namespace fuzz
