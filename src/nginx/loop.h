// nginx's events as the loop that src/share runs in. One per worker process.
//
// A watch is a connection of nginx's without a request: it takes one of `worker_connections`, and
// neither a shutdown nor its time-out touches it. Alarms are cancelable timers, so that they keep
// no worker from ending.
#pragma once

#include <cstdint>
#include <string_view>

#include "share/loop.h"

namespace nginx {

class Loop final : public share::Loop {
 public:
  std::uint64_t now_ms() const override;

  Watch* watch(int fd, share::Watcher& watcher) override;
  bool want(Watch& watch, bool reading, bool writing) override;
  void forget(Watch& watch) override;

  Alarm* make_alarm(void (*ring)(void* owner), void* owner) override;
  void set(Alarm& alarm, std::uint64_t delay_ms) override;
  void stop(Alarm& alarm) override;
  void destroy(Alarm& alarm) override;

  // Characters that could look like another line of the log are masked.
  void log(Severity severity, std::string_view text) override;
};

}  // namespace nginx
