// The time of a simulation, and what is to happen in it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

namespace sim {

class Clock {
 public:
  std::uint64_t now_ms() const { return now_ms_; }
  std::uint64_t events() const { return events_; }

  // Of two things at the same time, the one that was asked for first happens first.
  void at(std::uint64_t ms, std::function<void()> what) {
    queue_.push_back({std::max(ms, now_ms_), ++asked_, std::move(what)});
    std::push_heap(queue_.begin(), queue_.end(), later);
  }
  void in(std::uint64_t ms, std::function<void()> what) { at(now_ms_ + ms, std::move(what)); }

  // The next thing happens. False: nothing is to happen until then, and the time is `until_ms`.
  bool step(std::uint64_t until_ms) {
    if (queue_.empty() || queue_.front().ms > until_ms) {
      now_ms_ = until_ms;
      return false;
    }
    std::pop_heap(queue_.begin(), queue_.end(), later);
    const Event event = std::move(queue_.back());
    queue_.pop_back();
    now_ms_ = event.ms;
    ++events_;
    event.what();
    return true;
  }

 private:
  struct Event {
    std::uint64_t ms;
    std::uint64_t order;
    std::function<void()> what;
  };
  static bool later(const Event& a, const Event& b) {
    return std::pair(a.ms, a.order) > std::pair(b.ms, b.order);
  }

  std::uint64_t now_ms_ = 1'000'000;
  std::uint64_t asked_ = 0;
  std::uint64_t events_ = 0;
  std::vector<Event> queue_;
};

}  // namespace sim
