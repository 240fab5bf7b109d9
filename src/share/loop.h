// The event loop that src/share runs in: nginx's, or a small one in tests.
#pragma once

#include <cstdint>
#include <string_view>

namespace share {

// Told when its descriptor can be read or written. Either call may forget the watch and destroy the
// watcher.
class Watcher {
 public:
  virtual void on_readable() = 0;
  virtual void on_writable() = 0;

 protected:
  ~Watcher() = default;
};

class Loop {
 public:
  struct Watch;  // of the loop's own kind
  struct Alarm;

  // Milliseconds on a clock that never goes back, the same in all processes of a host.
  virtual std::uint64_t now_ms() const = 0;

  // Watches a descriptor, level-triggered; at first for nothing. Null: no room. The descriptor
  // stays the caller's, who forgets the watch before closing it.
  virtual Watch* watch(int fd, Watcher& watcher) = 0;
  // What to watch for. False: the system refused.
  virtual bool want(Watch& watch, bool reading, bool writing) = 0;
  virtual void forget(Watch& watch) = 0;

  // An alarm that calls `ring(owner)`; not set. Null: out of memory. It keeps no process alive.
  virtual Alarm* make_alarm(void (*ring)(void* owner), void* owner) = 0;
  // Rings once, `delay_ms` from now (0: as soon as whatever runs now has returned), and not before;
  // replaces what was set.
  virtual void set(Alarm& alarm, std::uint64_t delay_ms) = 0;
  virtual void stop(Alarm& alarm) = 0;
  virtual void destroy(Alarm& alarm) = 0;

  // For the operator's log.
  enum class Severity : std::uint8_t { info, notice, warning, error };
  virtual void log(Severity severity, std::string_view text) = 0;

 protected:
  ~Loop() = default;
};

}  // namespace share
