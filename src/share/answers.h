// Answers that are known at once, and must not come before the question's call has returned: they
// wait for the loop, which brings them in their order.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <new>

#include "share/loop.h"

namespace share {

// Answers that wait for the loop, and those that it brings before others have their turn. A worker
// whose people all ask at once, and each within one round of events, has no more.
inline constexpr std::size_t answers_max = 4096;
inline constexpr std::size_t answers_in_a_row = 256;

template <typename Answer>
class Answers {
 public:
  // `bring` is called with the owner, and may ask again: what comes of that is brought in a later
  // round. They must outlive it.
  Answers(Loop& loop, void (*bring)(void* owner, const Answer& answer), void* owner)
      : loop_(loop), bring_(bring), owner_(owner), alarm_(loop.make_alarm(on_alarm, this)) {}
  // What was not brought is lost.
  ~Answers() {
    while (first_ != nullptr) std::free(take_first());
    if (alarm_ != nullptr) loop_.destroy(*alarm_);
  }
  Answers(const Answers&) = delete;
  Answers& operator=(const Answers&) = delete;

  // Beyond answers_max, or without memory, it is lost.
  void add(const Answer& answer) {
    if (alarm_ == nullptr || size_ == answers_max) return;
    void* memory = std::malloc(sizeof(Waiting));
    if (memory == nullptr) return;
    auto* waiting = new (memory) Waiting{answer, nullptr};
    if (first_ == nullptr) loop_.set(*alarm_, 0);
    (first_ == nullptr ? first_ : last_->next) = waiting;
    last_ = waiting;
    ++size_;
  }

 private:
  struct Waiting {
    Answer answer;
    Waiting* next;
  };

  Waiting* take_first() {
    Waiting* waiting = first_;
    first_ = waiting->next;
    --size_;
    return waiting;
  }

  static void on_alarm(void* self) {
    auto& answers = *static_cast<Answers*>(self);
    for (std::size_t left = std::min(answers.size_, answers_in_a_row); left > 0; --left) {
      Waiting* waiting = answers.take_first();
      answers.bring_(answers.owner_, waiting->answer);
      std::free(waiting);
    }
    if (answers.first_ != nullptr) answers.loop_.set(*answers.alarm_, 0);
  }

  Loop& loop_;
  void (*const bring_)(void* owner, const Answer& answer);
  void* const owner_;
  Loop::Alarm* const alarm_;  // null: there was no memory for it, and no answer ever comes
  Waiting* first_ = nullptr;
  Waiting* last_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace share
