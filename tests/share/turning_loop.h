// An event loop that turns when it is told to, on poll(2). Whoever derives from it has the clock.
#pragma once

#include <poll.h>

#include <algorithm>
#include <cstdint>
#include <list>
#include <vector>

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
  bool destroyed = false;
  std::uint64_t at_ms = 0;
};

class TurningLoop : public share::Loop {
 public:
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
  }
  void stop(Alarm& alarm) override { alarm.set = false; }
  void destroy(Alarm& alarm) override {
    alarm.set = false;
    alarm.destroyed = true;
  }

 protected:
  // What is due, then what is ready within `wait_ms`, each once.
  void turn_within(int wait_ms) {
    for (Alarm& alarm : alarms_) ring(alarm);
    std::erase_if(alarms_, [](const Alarm& alarm) { return alarm.destroyed; });
    std::vector<pollfd> fds;
    std::vector<Watch*> asked;
    for (Watch& watch : watches_) {
      const int events = (watch.reading ? POLLIN : 0) | (watch.writing ? POLLOUT : 0);
      if (watch.forgotten || events == 0) continue;
      fds.push_back({watch.fd, static_cast<short>(events), 0});
      asked.push_back(&watch);
    }
    poll(fds.data(), fds.size(), wait_ms);
    for (std::size_t i = 0; i < fds.size(); ++i) dispatch(*asked[i], fds[i].revents);
    std::erase_if(watches_, [](const Watch& watch) { return watch.forgotten; });
  }

  // Whether everybody has given back what they had.
  bool is_empty() {
    return std::ranges::all_of(watches_, &Watch::forgotten) &&
           std::ranges::all_of(alarms_, &Alarm::destroyed);
  }

 private:
  void ring(Alarm& alarm) {
    if (!alarm.set || alarm.at_ms > now_ms()) return;
    alarm.set = false;
    alarm.ring(alarm.owner);
  }
  static void dispatch(Watch& watch, int events) {
    const bool failed = (events & (POLLERR | POLLHUP)) != 0;
    if (!watch.forgotten && watch.reading && ((events & POLLIN) != 0 || failed)) {
      watch.watcher->on_readable();
    }
    if (!watch.forgotten && watch.writing && ((events & POLLOUT) != 0 || failed)) {
      watch.watcher->on_writable();
    }
  }

  std::list<Watch> watches_;
  std::list<Alarm> alarms_;
};
