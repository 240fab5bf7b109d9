// What must be true of a world.
#include <set>
#include <vector>

#include "sim/world.h"

namespace sim {

namespace {

// Within quiet_ms, one way: the questions of one's own audits and the answers to the other's, and
// one more of each as it is not known when the first was.
constexpr unsigned quiet_letters_max = 2 * (quiet_ms / chat::audit_ms + 1);

}  // namespace

void World::check() {
  check_seats();
  check_meetings();
}

// Whoever has heard of a match has met somebody, or is told soon that it came to nothing.
void World::check_meetings() {
  if (!witness_.is_calm(settled_ms)) return;
  for (const Page* page : people_) {
    if (!page->has_seat()) continue;
    const Meeting& meeting = witness_.meeting(page->chat());
    const bool is_new = clock_.now_ms() < meeting.matched_ms + settled_ms;
    // A claim outlives its worker, whose person was never told.
    const bool is_crashed = meeting.matched_ms < last_crash_ms_ + late_most_ms + 1'000;
    // If nobody knows any more, they are waited for.
    const std::uint64_t waited_ms = plan_.settings.window_ms + settled_ms;
    const bool is_waited_for =
        meeting.disturbed_since_ms != 0 && clock_.now_ms() < meeting.well_since_ms + waited_ms;
    if (is_new || is_crashed || is_waited_for || !witness_.is_well(meeting)) continue;
    if (meeting.seats[1 - page->seat()].person != 0) continue;
    witness_.fail("met nobody", "person " + std::to_string(page->person()));
  }
}

// Of the pages that are there, one sits in a seat.
void World::check_seats() {
  // A connection that is gone seems to be there for a while, and then its seat is kept.
  const std::uint64_t gone_ms = 45'000 + chat::away_windows * plan_.settings.window_ms;
  if (!witness_.is_calm(gone_ms) || clock_.now_ms() < last_copy_ms_ + gone_ms) return;
  std::set<std::pair<chat::ChatId, chat::Seat>> seats;
  for (const auto& worker : workers_) {
    if (!worker->is_alive) continue;
    worker->each_line([&](Line& line) {
      const auto* talking = std::get_if<chat::Talking>(&line.state);
      if (talking == nullptr || !line.has_page() || line.page().is_thief()) return;
      if (witness_.meeting(talking->chat->id()).is_doubled) return;
      if (!seats.insert({talking->chat->id(), talking->seat}).second) {
        witness_.fail("two sit in a seat", "person " + std::to_string(line.page().person()));
      }
    });
  }
}

void World::check_calm() {
  for (const auto& worker : workers_) {
    if (worker->is_alive && worker->hub().chats() != worker->talked_in()) {
      witness_.fail("chats stay", "worker " + std::to_string(worker->id.worker));
    }
  }
  std::vector<const Line*> waiting;
  for (Page* page : people_) {
    const std::string who = "person " + std::to_string(page->person());
    if (page->is_closed()) continue;
    if (page->is_talking()) {
      if (!page->has_seat()) witness_.fail("never resumed", who);
      if (page->is_alone()) witness_.fail("alone for ever", who);
      if (!page->is_settled()) witness_.fail("never confirmed", who);
      const auto& seats = witness_.meeting(page->chat()).seats;
      const Page* partner = seats[1 - page->seat()].page;
      if (partner == nullptr || partner->chat() != page->chat()) {
        witness_.fail("talks with nobody", who);
      }
    } else if (page->is_seeking()) {
      if (page->line() == nullptr || !page->line()->is_inside) {
        witness_.fail("seeks nowhere", who);
        continue;
      }
      const Line& line = *page->line();
      for (const Line* other : waiting) {
        const bool apart = line.lobby != other->lobby ||
                           line.person.strangers.has_blocked(other->person.id) ||
                           other->person.strangers.has_blocked(line.person.id);
        if (!apart) witness_.fail("two wait", who);
      }
      waiting.push_back(&line);
    }
  }
  for (const auto& line : lines_) {
    const auto* talking = std::get_if<chat::Talking>(&line->state);
    if (!line->is_inside || talking == nullptr) continue;
    if (talking->chat->at(talking->seat).entering) witness_.fail("enters for ever");
    if (!line->has_page()) witness_.fail("nobody sits there");
  }
}

// Members who have chats in common ask each other, and that is all.
void World::check_quiet() {
  for (const auto& [link, letters] : letters_) {
    if (letters <= quiet_letters_max) continue;
    witness_.fail("letters for ever", "from " + std::to_string(link.first.worker) + " to " +
                                          std::to_string(link.second.worker) + " " +
                                          std::to_string(letters));
  }
}

// Nobody waits, so no ticket is in a lobby, although none is too old.
void World::check_tickets() {
  if (cluster_.waiting(clock_.now_ms()) != 0) witness_.fail("tickets stay");
  for (Host& host : hosts_) {
    if (host.exchange.waiting(clock_.now_ms()) != 0) witness_.fail("tickets stay");
  }
}

void World::check_empty() {
  for (const auto& worker : workers_) {
    if (!worker->is_alive) continue;
    worker->tell([](chat::Hub& hub, std::uint64_t now) { hub.beat(now); });
    chat::Hub& hub = worker->hub();
    const std::string which = "worker " + std::to_string(worker->id.worker);
    if (hub.people() != 0) witness_.fail("people stay", which);
    if (hub.waiting() != 0) witness_.fail("wishes stay", which);
    if (hub.chats() != 0) witness_.fail("chats stay", which);
    if (hub.has_beats()) witness_.fail("beats for ever", which);
  }
  const std::uint64_t now_ms = clock_.now_ms();
  if (!cluster_.is_empty(now_ms)) witness_.fail("the lobby of all hosts is not empty");
  for (Host& host : hosts_) {
    if (!host.exchange.is_empty(now_ms)) witness_.fail("the lobby of a host is not empty");
  }
}

}  // namespace sim
