#include "sim/witness.h"

#include <algorithm>

#include "chat/bounds.h"
#include "sim/page.h"

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
  const Page* other = meeting.seats[1 - seat].page;
  if (other == &page) fail("somebody has met themself");
  if (other != nullptr && other->lobby() != page.lobby()) fail("met somebody of another lobby");
  if (troubles_ > 0) disturb(meeting);
}

void Witness::taken_over(chat::ChatId chat, chat::Seat seat, Page& page) {
  meetings_[chat].seats[seat].page = &page;
}

void Witness::absent(chat::ChatId chat, chat::Seat seat, std::uint64_t kept_ms) {
  Meeting& meeting = meetings_[chat];
  Meeting::Seated& seated = meeting.seats[seat];
  // They may have been there meanwhile, and not heard of it.
  const std::uint64_t until_ms = clock_.now_ms() + kept_ms;
  seated.kept_until_ms = seated.is_absent ? std::min(seated.kept_until_ms, until_ms) : until_ms;
  seated.is_absent = true;
  disturb(meeting);
  meeting.kept_ms = std::min(meeting.kept_ms, kept_ms);
}

void Witness::present(chat::ChatId chat, chat::Seat seat) {
  Meeting& meeting = meetings_[chat];
  meeting.ends |= is_overdue(meeting.seats[seat]);
  meeting.seats[seat].is_absent = false;
  calm(meeting);
}

void Witness::ends(chat::ChatId chat) {
  meetings_[chat].ends = true;
}

void Witness::doubled(chat::ChatId chat) {
  Meeting& meeting = meetings_[chat];
  meeting.ends = meeting.is_doubled = true;
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
  return troubles_ > 0 || has_absent(meeting);
}

bool Witness::has_absent(const Meeting& meeting) {
  return std::any_of(meeting.seats.begin(), meeting.seats.end(),
                     [](const Meeting::Seated& seated) { return seated.is_absent; });
}

bool Witness::is_well(const Meeting& meeting) const {
  if (meeting.disturbed_since_ms == 0) return true;
  return meeting.well_since_ms != 0 && clock_.now_ms() > meeting.well_since_ms + settled_ms;
}

// Whoever comes back in the last moment may not be heard of in time, if a letter is lost.
bool Witness::is_overdue(const Meeting::Seated& seated) const {
  return seated.is_absent && clock_.now_ms() + chat::audit_ms >= seated.kept_until_ms;
}

void Witness::disturb(Meeting& meeting) {
  if (is_well(meeting)) {
    meeting.disturbed_since_ms = clock_.now_ms();
    meeting.is_troubled = false;
    meeting.kept_ms = window_ms_;
  }
  meeting.is_troubled |= !is_calm(settled_ms);
  meeting.well_since_ms = 0;
}

// Who was out of reach for too long may have been given up by some, and by others not.
void Witness::calm(Meeting& meeting) {
  if (is_disturbed(meeting)) return;
  meeting.ends |= may_end(meeting);
  meeting.well_since_ms = clock_.now_ms();
}

// Each absence counts for itself; but amid trouble nobody may have heard that it was over.
bool Witness::may_end(const Meeting& meeting) const {
  if (is_well(meeting)) return false;
  if (!meeting.is_troubled) {
    return std::any_of(meeting.seats.begin(), meeting.seats.end(),
                       [&](const Meeting::Seated& seated) { return is_overdue(seated); });
  }
  return clock_.now_ms() + 1'000 >= meeting.disturbed_since_ms + meeting.kept_ms;
}

void Witness::worker_ends() {
  const std::uint64_t until_ms = clock_.now_ms() + window_ms_;
  for (auto& [chat, meeting] : meetings_) {
    for (Meeting::Seated& seated : meeting.seats) {
      seated.kept_until_ms = std::min(seated.kept_until_ms, until_ms);
    }
  }
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
