#include "chat/hub.h"

#include <cassert>

namespace chat {

// ---- coming and going ----

void Hub::open(Session& session, std::uint32_t online, std::uint64_t now_ms) {
  while (session.person.id == 0) session.person.id = random_.next();
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
    lobby_.remove(*seeking->wish);
    Wish::destroy(seeking->wish);
  } else if (const auto* talking = std::get_if<Talking>(&session.state)) {
    leave_chat(*talking, now_ms);
  }
  session.state = Idle{now_ms};
}

// With two seats a chat ends when one leaves: the other is told, and both are free.
void Hub::leave_chat(const Talking& talking, std::uint64_t now_ms) {
  Chat* chat = talking.chat;
  chat->others(talking.seat, [&](Member& other) {
    other.session->state = Idle{now_ms};
    send(*other.session, Left{});
  });
  Chat::destroy(chat);
  --chats_;
}

// ---- the time ----

std::uint64_t Hub::deadline_ms(const Session& session) {
  if (const auto* idle = std::get_if<Idle>(&session.state)) {
    return idle->since_ms + session.settings->idle_ms;
  }
  if (const auto* seeking = std::get_if<Seeking>(&session.state)) {
    return seeking->wish->next_look_ms();
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

void Hub::look_again(Wish& wish, std::uint64_t now_ms) {
  if (!lobby_.widen(wish, now_ms)) return give_up(wish, now_ms);
  if (Wish* partner = lobby_.look(wish, now_ms)) {
    lobby_.remove(wish);
    meet(wish, *partner, now_ms);
  }
}

// ---- meeting ----

// REQUIRES: the partner's wish waits in the lobby, the seeker's does not.
void Hub::meet(Wish& seeker, Wish& partner, std::uint64_t now_ms) {
  Chat* chat = Chat::make();
  if (chat == nullptr) return give_up(seeker, now_ms);
  ++chats_;
  lobby_.remove(partner);
  introduce(seeker, partner, *chat);
  introduce(partner, seeker, *chat);
  Wish::destroy(&seeker);
  Wish::destroy(&partner);
}

void Hub::introduce(const Wish& to, const Wish& stranger, Chat& chat) {
  Session& session = to.session();
  session.person.strangers.meet(stranger.person().id);
  session.state = Talking{&chat, chat.join(session)};
  // No token yet takes a seat again.
  send(session, Matched{"-", to.common_language(stranger), to.common_interests(stranger)});
}

// Out of memory: whoever looks is told, and free to try again.
void Hub::give_up(Wish& seeker, std::uint64_t now_ms) {
  Session& session = seeker.session();
  Wish::destroy(&seeker);
  session.state = Idle{now_ms};
  send(session, Refused{"find", RefusedReason::full});
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

}  // namespace chat
