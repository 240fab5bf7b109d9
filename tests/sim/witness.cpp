#include "sim/witness.h"

#include "chat/bounds.h"

namespace sim {

void Witness::fail(const std::string& what, const std::string& detail) {
  if (failed()) return;
  violation_ = what + " (" + detail + ", at " + std::to_string(clock_.now_ms() - 1'000'000) + ")";
}

// ---- people ----

void Witness::introduced(chat::ChatId chat, chat::Seat seat, chat::PersonId person) {
  Meeting& meeting = meetings_[chat];
  if (meeting.seats[seat].person != 0) fail("three have met", "seat " + std::to_string(seat));
  if (meeting.seats[1 - seat].person == person) fail("somebody has met themself");
  if (has_blocked(person, meeting.seats[1 - seat].person)) fail("met somebody who is blocked");
  meeting.seats[seat].person = person;
}

void Witness::blocks(chat::PersonId person, chat::PersonId stranger) {
  if (stranger == 0) return;  // they have met nobody
  std::deque<chat::PersonId>& strangers = blocked_[person];
  strangers.push_back(stranger);
  if (strangers.size() > chat::blocked_max) strangers.pop_front();
}

bool Witness::has_blocked(chat::PersonId person, chat::PersonId stranger) const {
  const auto at = blocked_.find(person);
  return at != blocked_.end() &&
         std::find(at->second.begin(), at->second.end(), stranger) != at->second.end();
}

void Witness::matched(chat::ChatId chat, chat::Seat seat, Page& page) {
  Meeting& meeting = meetings_[chat];
  meeting.seats[seat].page = &page;
  if (meeting.matched_ms == 0) meeting.matched_ms = clock_.now_ms();
  if (meeting.seats[1 - seat].page == &page) fail("somebody has met themself");
  if (troubles_ > 0) disturb(meeting);
}

void Witness::taken_over(chat::ChatId chat, chat::Seat seat, Page& page) {
  meetings_[chat].seats[seat].page = &page;
}

void Witness::absent(chat::ChatId chat, chat::Seat seat, bool reloads) {
  Meeting& meeting = meetings_[chat];
  meeting.seats[seat].is_absent = true;
  disturb(meeting);
  meeting.is_short |= reloads;
}

void Witness::present(chat::ChatId chat, chat::Seat seat) {
  Meeting& meeting = meetings_[chat];
  meeting.seats[seat].is_absent = false;
  calm(meeting);
}

void Witness::ends(chat::ChatId chat) {
  meetings_[chat].ends = true;
}

void Witness::over(chat::ChatId chat, const std::string& how) {
  Meeting& meeting = meetings_[chat];
  const bool both = meeting.seats[0].page != nullptr && meeting.seats[1].page != nullptr;
  if (both && !meeting.ends && !may_end(meeting)) {
    fail("a chat that both wanted has ended", how + " " + std::to_string(chat));
  }
  meeting.ends = true;
}

// ---- how well they are ----

bool Witness::is_disturbed(const Meeting& meeting) const {
  return troubles_ > 0 || meeting.seats[0].is_absent || meeting.seats[1].is_absent;
}

// What follows within a moment of the last trouble belongs to it.
void Witness::disturb(Meeting& meeting) {
  const std::uint64_t now_ms = clock_.now_ms();
  const bool anew = meeting.disturbed_since_ms == 0 ||
                    (meeting.well_since_ms != 0 && now_ms > meeting.well_since_ms + settled_ms);
  if (anew) {
    meeting.disturbed_since_ms = now_ms;
    meeting.is_short = false;
  }
  meeting.well_since_ms = 0;
}

// Who was out of reach for too long may have been given up by some, and by others not.
void Witness::calm(Meeting& meeting) {
  if (is_disturbed(meeting)) return;
  meeting.ends |= may_end(meeting);
  meeting.well_since_ms = clock_.now_ms();
}

bool Witness::may_end(const Meeting& meeting) const {
  const std::uint64_t now_ms = clock_.now_ms();
  if (meeting.disturbed_since_ms == 0) return false;
  if (meeting.well_since_ms != 0 && now_ms > meeting.well_since_ms + settled_ms) return false;
  const std::uint64_t kept_ms = meeting.is_short ? chat::page_closed_ms : window_ms_;
  return now_ms + 1'000 >= meeting.disturbed_since_ms + kept_ms;
}

void Witness::trouble_begins() {
  if (troubles_++ > 0) return;
  for (auto& [chat, meeting] : meetings_) {
    if (!meeting.ends) disturb(meeting);
  }
}

void Witness::trouble_ends() {
  if (--troubles_ > 0) return;
  calm_since_ms_ = clock_.now_ms();
  for (auto& [chat, meeting] : meetings_) calm(meeting);
}

// ---- messages ----

void Witness::shown(chat::ChatId chat, chat::Seat from, chat::Number number) {
  Meeting::Seated& speaker = meetings_[chat].seats[from];
  if (number <= speaker.shown) return fail("shown twice", std::to_string(number));
  if (number != speaker.shown + 1 && number - 1 > speaker.skipped) {
    fail("shown out of order", std::to_string(number) + " behind " + std::to_string(speaker.shown));
  }
  speaker.shown = number;
}

void Witness::skipped(chat::ChatId chat, chat::Seat from, chat::Number number) {
  Meeting::Seated& speaker = meetings_[chat].seats[from];
  speaker.skipped = std::max(speaker.skipped, number);
}

void Witness::confirmed(chat::ChatId chat, chat::Seat seat, chat::Number number) {
  const Meeting::Seated& speaker = meetings_[chat].seats[seat];
  if (number <= std::max(speaker.shown, speaker.skipped)) return;
  fail("confirmed and never shown",
       std::to_string(number) + " of " + std::to_string(speaker.shown));
}

}  // namespace sim
