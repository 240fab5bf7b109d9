#include "chat/hub.h"

namespace chat {

// ---- coming and going ----

void Hub::open(Session& session, std::uint32_t online, std::uint64_t now_ms) {
  session.person.id = random_id();
  session.state = Idle{now_ms};
  ++people_;
  // A window of 0 s: a seat is not kept for whoever drops.
  send(session, Hello{session.settings->message_bytes_max, 0, online});
}

void Hub::turn_away(Session& session) {
  send(session, Bye{ByeReason::full, retry_ms(session)});
  outlet_.close(session, Ending::full);
}

void Hub::close(Session& session, std::uint64_t now_ms) {
  rest(session, now_ms);
  --people_;
}

void Hub::restart(Session& session, std::uint64_t now_ms) {
  send(session, Bye{ByeReason::restart, retry_ms(session)});
  end(session, Ending::restart, now_ms);
}

void Hub::end(Session& session, Ending why, std::uint64_t now_ms) {
  close(session, now_ms);
  outlet_.close(session, why);
}

// Out of lobby and chat, whichever it is.
void Hub::rest(Session& session, std::uint64_t now_ms) {
  if (const auto* seeking = std::get_if<Seeking>(&session.state)) {
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
  return never;
}

void Hub::due(Session& session, std::uint64_t now_ms) {
  if (now_ms < deadline_ms(session)) return;
  if (const auto* seeking = std::get_if<Seeking>(&session.state)) {
    look_again(*seeking->wish, now_ms);
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

// Everybody who is sent away gets a moment of their own to come back at.
std::uint64_t Hub::retry_ms(const Session& session) {
  return 1 + random_.next() % session.settings->drain_ms;
}

// Never 0, which is nobody's and nothing's.
std::uint64_t Hub::random_id() {
  for (;;) {
    if (const std::uint64_t id = random_.next()) return id;
  }
}

}  // namespace chat
