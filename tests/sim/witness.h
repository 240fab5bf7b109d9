// Watches a run: remembers what was said and shown, and says what must not have been.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>

#include "chat/chat.h"
#include "chat/person.h"
#include "sim/clock.h"

namespace sim {

class Page;

// So long after the last trouble whoever misses somebody has found them.
inline constexpr std::uint64_t settled_ms = 15'000;

// A chat as its people know it.
struct Meeting {
  struct Seated {
    Page* page = nullptr;       // who has heard `matched`, or has taken the seat on
    chat::PersonId person = 0;  // as the hub said it
    chat::Number shown = 0;     // of this one's messages, to the other
    chat::Number skipped = 0;
    bool is_absent = false;
    std::uint64_t kept_until_ms = 0;  // at the least, while absent
  };
  std::array<Seated, chat::seats_max> seats;
  bool ends = false;             // somebody wants it to
  bool is_doubled = false;       // somebody has copied their page amid trouble
  std::uint64_t matched_ms = 0;  // when the first heard of it
  // Somebody is absent, or there is trouble; 0: never yet. What comes within a moment of it belongs
  // to it.
  std::uint64_t disturbed_since_ms = 0;
  std::uint64_t well_since_ms = 0;  // 0: it goes on
  bool is_troubled = false;         // it was not an absence alone
  std::uint64_t kept_ms = 0;        // how long any of those who were absent is waited for
};

class Witness {
 public:
  Witness(const Clock& clock, std::uint64_t window_ms) : clock_(clock), window_ms_(window_ms) {}

  // What is wrong; empty: nothing so far.
  const std::string& violation() const { return violation_; }
  bool failed() const { return !violation_.empty(); }
  // `what` is a kind of violation, the rest tells of this one.
  void fail(const std::string& what, const std::string& detail = "");

  // ---- people ----

  // A hub tells somebody that they have met another, with `seat`.
  void introduced(chat::ChatId chat, chat::Seat seat, chat::PersonId person);
  // The hub hears that somebody is not to meet that one again.
  void blocks(chat::PersonId person, chat::PersonId stranger);
  void matched(chat::ChatId chat, chat::Seat seat, Page& page);
  void taken_over(chat::ChatId chat, chat::Seat seat, Page& page);
  // Their seat is kept for so long.
  void absent(chat::ChatId chat, chat::Seat seat, std::uint64_t kept_ms);
  void present(chat::ChatId chat, chat::Seat seat);
  // Somebody wants the chat to end.
  void ends(chat::ChatId chat);
  // A page of it was copied while letters are lost: until a window is over both may hold the seat,
  // and longer if both were copied.
  void doubled(chat::ChatId chat);
  // Somebody who did not want it hears that it is over.
  void over(chat::ChatId chat, const std::string& how);

  // ---- messages ----

  void shown(chat::ChatId chat, chat::Seat from, chat::Number number);
  void skipped(chat::ChatId chat, chat::Seat from, chat::Number number);
  // The one in `seat` hears that the other has its messages.
  void confirmed(chat::ChatId chat, chat::Seat seat, chat::Number number);

  // ---- the weather ----

  void trouble_begins();
  void trouble_ends();
  // What it kept of those who are absent is gone: they are waited for as if they had gone now.
  void worker_ends();
  bool is_calm(std::uint64_t for_ms) const {
    return troubles_ == 0 && clock_.now_ms() >= calm_since_ms_ + for_ms;
  }

  Meeting& meeting(chat::ChatId chat) { return meetings_[chat]; }
  // Whether nobody of it was absent, and there was no trouble, for long enough to be over it.
  bool is_well(const Meeting& meeting) const;

 private:
  static bool has_absent(const Meeting& meeting);
  bool is_overdue(const Meeting::Seated& seated) const;
  bool is_disturbed(const Meeting& meeting) const;
  void disturb(Meeting& meeting);
  void calm(Meeting& meeting);
  bool may_end(const Meeting& meeting) const;
  bool has_blocked(chat::PersonId person, chat::PersonId stranger) const;

  const Clock& clock_;
  const std::uint64_t window_ms_;
  std::string violation_;
  std::unordered_map<chat::ChatId, Meeting> meetings_;
  std::unordered_map<chat::PersonId, std::deque<chat::PersonId>> blocked_;
  unsigned troubles_ = 0;
  std::uint64_t calm_since_ms_ = 0;
};

}  // namespace sim
