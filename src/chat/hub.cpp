#include "chat/hub.h"

namespace chat {

// What it has of others' memory goes; nobody is told.
Hub::~Hub() {
  chats_.each([&](Chat& chat) { forget(chat); });
  wishes_.each([&](Wish& wish) {
    if (wish.entries_size > 0) lobby_.remove(wish);
    wishes_.remove(wish);
    Wish::destroy(&wish);
  });
}

// ---- coming and going ----

void Hub::open(Session& session, std::uint32_t online, std::uint64_t now_ms) {
  session.person.id = random_id();
  session.state = Idle{now_ms};
  ++people_;
  // A window of 0 s: a seat is not kept for whoever drops.
  const std::uint64_t window_ms = around_.seal != nullptr ? session.settings->window_ms : 0;
  send(session, Hello{session.settings->message_bytes_max,
                      static_cast<std::uint32_t>(window_ms / 1000), online});
}

void Hub::turn_away(Session& session) {
  send(session, Bye{ByeReason::full, 1 + random_.next() % session.settings->drain_ms});
  outlet_.close(session, Ending::full);
}

void Hub::close(Session& session, Departure how, std::uint64_t now_ms) {
  const auto* talking = std::get_if<Talking>(&session.state);
  const bool returns = how != Departure::left && around_.seal != nullptr;
  if (talking != nullptr && returns && can_mind(*talking->chat)) {
    vacate(*talking, how, now_ms);
  } else {
    rest(session, now_ms);
  }
  --people_;
}

// Everybody gets a moment of their own to come back at. Who talks comes back soon: they were let go
// at a moment of their own already.
void Hub::restart(Session& session, std::uint64_t now_ms) {
  const bool talks = std::holds_alternative<Talking>(session.state);
  const std::uint64_t within_ms = talks ? restart_retry_ms : session.settings->drain_ms;
  send(session, Bye{ByeReason::restart, 1 + random_.next() % within_ms});
  end(session, Ending::restart, now_ms);
}

// Whoever breaks the rules has left; the others are expected back.
void Hub::end(Session& session, Ending why, std::uint64_t now_ms) {
  close(session, why == Ending::restart ? Departure::dropped : Departure::left, now_ms);
  outlet_.close(session, why);
}

// Out of lobby and chat, whichever it is.
void Hub::rest(Session& session, std::uint64_t now_ms) {
  if (const auto* seeking = std::get_if<Seeking>(&session.state)) {
    give_up_asking(*seeking->wish, now_ms);
    settle(*seeking->wish);
    Wish::destroy(seeking->wish);
  } else if (const auto* talking = std::get_if<Talking>(&session.state)) {
    leave_chat(*talking, now_ms);
  }
  session.state = Idle{now_ms};
}

// ---- the time ----

std::uint64_t Hub::deadline_ms(const Session& session) {
  if (const auto* idle = std::get_if<Idle>(&session.state)) {
    return idle->since_ms + session.settings->idle_ms;
  }
  if (const auto* seeking = std::get_if<Seeking>(&session.state)) {
    return seeking->wish->deadline_ms();
  }
  const auto* talking = std::get_if<Talking>(&session.state);
  const Member& member = talking->chat->at(talking->seat);
  return member.entering ? member.until_ms : never;
}

void Hub::due(Session& session, std::uint64_t now_ms) {
  if (now_ms < deadline_ms(session)) return;
  if (const auto* seeking = std::get_if<Seeking>(&session.state)) {
    look_again(*seeking->wish, now_ms);
  } else if (const auto* talking = std::get_if<Talking>(&session.state)) {
    enter(*talking->chat, talking->seat, now_ms);
  } else {
    send(session, Bye{ByeReason::idle});
    end(session, Ending::idle, now_ms);
  }
}

// ---- small things ----

void Hub::send(Session& to, const ServerFrame& frame) {
  FrameBuffer buffer;
  outlet_.send(to, write(frame, buffer));
}

// Never 0, which is nobody's and nothing's.
std::uint64_t Hub::random_id() {
  for (;;) {
    if (const std::uint64_t id = random_.next()) return id;
  }
}

}  // namespace chat
