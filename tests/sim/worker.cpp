#include "sim/worker.h"

#include <algorithm>

#include "chat/letter.h"
#include "sim/line.h"
#include "sim/trace.h"
#include "sim/world.h"

namespace sim {

namespace {

Line& line_of(chat::Session& session) {
  return static_cast<Line&>(session);
}

chat::Surroundings surroundings(chat::MemberId id, Worker& worker, std::array<Board, 2>& boards,
                                PlainSeal& seal, bool is_cluster) {
  chat::Surroundings around{id, &worker, {&boards[0], nullptr}, {&boards[0], nullptr}, &seal};
  if (is_cluster) {
    around.lobbies[1] = &boards[1];
    around.rendezvous[1] = &boards[1];
  }
  return around;
}

}  // namespace

Worker::Worker(World& world, chat::MemberId of, unsigned of_host, std::uint64_t seed,
               std::int64_t skew_ms)
    : id(of),
      host(of_host),
      world_(world),
      dice_(seed),
      skew_ms_(skew_ms),
      boards_{Board{world, *this, chat::Reach::host}, Board{world, *this, chat::Reach::cluster}},
      hub_(*this, *this, world.key(),
           surroundings(of, *this, boards_, seal_, world.plan().hosts.size() > 1)) {}

std::uint64_t Worker::now_ms() const {
  return world_.clock().now_ms();
}

void Worker::begin() {
  seal_.wall = 1'700'000'000'000 + now_ms() + static_cast<std::uint64_t>(skew_ms_);
}

// A token is shown as its seat alone.
void Worker::trace(Line& line, const char* arrow, std::string_view frame) const {
  if (!Trace::is_on) return;
  std::string text(frame.substr(0, frame.find('\n')));
  if (text.size() > 100) text = text.substr(0, 34) + "..." + text.substr(text.size() - 10);
  Trace::line(now_ms(), "worker " + std::to_string(id.worker) + arrow + "person " +
                            std::to_string(line.page().person()) + ": " + text);
}

// ---- people ----

void Worker::open(Line& line) {
  if (!is_alive || is_draining) return line.broken();
  line.is_inside = true;
  lines_.push_back(&line);
  touched_.push_back(&line);
  tell([&](chat::Hub& hub, std::uint64_t now) {
    hub.open(line, static_cast<std::uint32_t>(lines_.size()), now);
  });
}

void Worker::frame(Line& line, const std::string& frame) {
  if (!is_alive || !line.is_inside) return;
  trace(line, " > ", frame);
  // Only for the call, in memory of its own size, so that a sanitizer sees who reads beyond it.
  std::vector<std::uint8_t> bytes(chat::frame_room + frame.size());
  std::copy(frame.begin(), frame.end(), bytes.begin() + chat::frame_room);
  touched_.push_back(&line);
  witness(line, frame);
  tell([&](chat::Hub& hub, std::uint64_t now) {
    hub.frame(line, std::span(bytes).subspan(chat::frame_room), now);
  });
}

// A `leave` may have been meant for a search, and ends the chat that its `matched` crossed.
void Worker::witness(const Line& line, std::string_view frame) const {
  Witness& witness = world_.witness();
  const auto* talking = std::get_if<chat::Talking>(&line.state);
  const bool ends = frame.starts_with("find") || frame == "leave" || frame == "block";
  if (talking != nullptr && ends) witness.ends(talking->chat->id());
  if (frame == "block") witness.blocks(line.person.id, line.person.strangers.last());
}

void Worker::close(Line& line, chat::Departure how) {
  if (!is_alive || !line.is_inside) return;
  leave(line);
  tell([&](chat::Hub& hub, std::uint64_t now) { hub.close(line, how, now); });
}

// What its page says from now on is not heard; it learns so a moment later.
void Worker::restart(Line& line) {
  if (!is_alive || !line.is_inside) return;
  const auto* talking = std::get_if<chat::Talking>(&line.state);
  if (talking != nullptr && line.has_page()) {
    const std::uint64_t kept_ms = world_.plan().settings.window_ms;
    world_.witness().absent(talking->chat->id(), talking->seat, kept_ms);
  }
  tell([&](chat::Hub& hub, std::uint64_t now) { hub.restart(line, now); });
}

void Worker::leave(Line& line) {
  line.is_inside = false;
  lines_.erase(std::find(lines_.begin(), lines_.end(), &line));
}

void Worker::die() {
  is_alive = false;
  const std::vector<Line*> lines = std::move(lines_);
  lines_.clear();
  for (Line* line : lines) line->broken();
}

void Worker::letter(chat::MemberId from, const std::vector<std::uint8_t>& letter) {
  Trace::letter(now_ms(), id.worker, " <- ", from.worker, letter);
  std::vector<std::uint8_t> bytes(chat::frame_room + letter.size());
  std::copy(letter.begin(), letter.end(), bytes.begin() + chat::frame_room);
  tell([&](chat::Hub& hub, std::uint64_t now) {
    hub.letter(from, std::span(bytes).subspan(chat::frame_room), now);
  });
}

// ---- the time ----

void Worker::arm(Line& line) {
  const std::uint64_t due_ms = chat::Hub::deadline_ms(line);
  if (due_ms == line.due_ms) return;
  line.due_ms = due_ms;
  if (due_ms == chat::Hub::never) return;
  world_.clock().at(due_ms, [this, &line, due_ms] {
    if (!is_alive || !line.is_inside || line.due_ms != due_ms) return;
    line.due_ms = chat::Hub::never;
    touched_.push_back(&line);
    tell([&](chat::Hub& hub, std::uint64_t now) { hub.due(line, now); });
  });
}

void Worker::settle() {
  const std::vector<Line*> touched = std::move(touched_);
  touched_.clear();
  for (Line* line : touched) {
    if (line->is_inside) arm(*line);
  }
  if (hub_.people() != lines_.size()) world_.witness().fail("people miscounted");
  check();
  if (beats_ || !hub_.has_beats()) return;
  beats_ = true;
  world_.clock().in(chat::beat_ms, [this] {
    beats_ = false;
    tell([](chat::Hub& hub, std::uint64_t now) { hub.beat(now); });
  });
}

void Worker::check() {
  std::size_t seeking = 0;
  for (const Line* line : lines_) {
    const auto* wishing = std::get_if<chat::Seeking>(&line->state);
    if (wishing != nullptr && !wishing->wish->asking) ++seeking;
    if (const auto* talking = std::get_if<chat::Talking>(&line->state)) {
      if (talking->chat->at(talking->seat).session != line) {
        world_.witness().fail("a seat is somebody else's");
      }
    }
    if (chat::Hub::deadline_ms(*line) < line->due_ms) world_.witness().fail("not rescheduled");
  }
  if (hub_.waiting() != seeking) world_.witness().fail("waiting miscounted");
  if (hub_.chats() < talked_in()) world_.witness().fail("chats miscounted");
}

std::size_t Worker::talked_in() const {
  std::vector<const chat::Chat*> chats;
  for (const Line* line : lines_) {
    const auto* talking = std::get_if<chat::Talking>(&line->state);
    if (talking != nullptr) chats.push_back(talking->chat);
  }
  std::sort(chats.begin(), chats.end());
  return static_cast<std::size_t>(std::unique(chats.begin(), chats.end()) - chats.begin());
}

// ---- what the hub says ----

void Worker::send(chat::Session& to, std::string_view frame) {
  Line& line = line_of(to);
  if (!line.is_inside) return world_.witness().fail("told somebody who is out", std::string(frame));
  touched_.push_back(&line);
  trace(line, " < ", frame);
  note(line, frame);
  line.hears(std::string(frame));
}

// Whoever is told of a match is remembered with who they are.
void Worker::note(Line& line, std::string_view frame) {
  if (!frame.starts_with("matched ")) return;
  const auto* talking = std::get_if<chat::Talking>(&line.state);
  world_.witness().introduced(talking->chat->id(), talking->seat, line.person.id);
}

void Worker::relay(chat::Session& to, std::span<std::uint8_t> frame) {
  Line& line = line_of(to);
  if (!line.is_inside) return world_.witness().fail("relayed to somebody who is out");
  touched_.push_back(&line);
  trace(line, " < ", {reinterpret_cast<const char*>(frame.data()), frame.size()});
  constexpr std::size_t header = 10;
  std::fill_n(frame.data() - header, header, 0xEE);  // as the shell may
  line.hears({reinterpret_cast<const char*>(frame.data()), frame.size()});
}

void Worker::close(chat::Session& of, chat::Ending why) {
  Line& line = line_of(of);
  if (!line.is_inside) return world_.witness().fail("closed twice");
  leave(line);
  line.closed(why);
}

void Worker::reschedule(chat::Session& of) {
  touched_.push_back(&line_of(of));
}

void Worker::send(chat::MemberId to, std::span<const std::uint8_t> letter) {
  world_.post(*this, to, {letter.begin(), letter.end()});
}

// ---- what it shares ----

void Board::post(const chat::Ticket& ticket) {
  Exchange* exchange = world_.reach(worker_, reach_);
  if (exchange == nullptr) return;
  const auto other = exchange->post(ticket, world_.clock().now_ms());
  if (!other) return;
  world_.answer(worker_, reach_,
                [own = ticket.id, found = *other, reach = reach_](
                    chat::Hub& hub, std::uint64_t now) { hub.offered(reach, own, found, now); });
}

void Board::take(const chat::Ticket& own, const chat::Ticket& other) {
  Exchange* exchange = world_.reach(worker_, reach_);
  if (exchange == nullptr) return;
  const chat::Taken what = exchange->take(own.id, other.id);
  world_.answer(worker_, reach_,
                [id = own.id, what, reach = reach_](chat::Hub& hub, std::uint64_t now) {
                  hub.taken(reach, id, what, now);
                });
}

void Board::withdraw(const chat::Ticket& ticket) {
  if (Exchange* exchange = world_.reach(worker_, reach_)) exchange->withdraw(ticket.id);
}

void Board::keep(chat::ChatId chat, chat::Seat seat, chat::Stamp stamp, std::uint64_t ttl_ms) {
  Exchange* exchange = world_.reach(worker_, reach_);
  if (exchange == nullptr) return;
  const std::uint64_t now_ms = world_.clock().now_ms();
  for (const chat::Keeper& keeper :
       exchange->keep({chat, seat, worker_.id, stamp}, ttl_ms, now_ms)) {
    world_.answer(worker_, reach_,
                  [keeper](chat::Hub& hub, std::uint64_t now) { hub.kept(keeper, now); });
  }
}

}  // namespace sim
