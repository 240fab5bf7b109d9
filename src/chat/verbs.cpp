// What each verb of a client does.
#include "chat/hub.h"

namespace chat {

// A frame on its way through its verb's handler.
struct Hub::Event {
  Hub& hub;
  Session& session;
  std::span<std::uint8_t> frame;
  std::uint64_t now_ms;

  void operator()(const Find& find) const;
  void operator()(const Say& say) const;
  void operator()(const Got& got) const;
  void operator()(const Seen& seen) const;
  void operator()(const Skip& skip) const;
  void operator()(const Typing&) const { relay(); }
  void operator()(const Away&) const { turn(true); }
  void operator()(const Here&) const { turn(false); }
  void operator()(const Leave&) const { hub.rest(session, now_ms); }
  void operator()(const Block&) const;
  // This version cannot carry it out: nothing is known of what was said.
  void operator()(const Report&) const { refuse({"report", RefusedReason::state}); }
  void operator()(const Resume& resume) const;
  void operator()(const Ping&) const { hub.send(session, Pong{}); }
  void operator()(Fault fault) const;

  // The seat of somebody who may speak: they have one, and have entered.
  const Talking* talking() const {
    const auto* seat = std::get_if<Talking>(&session.state);
    return seat != nullptr && !seat->chat->at(seat->seat).entering ? seat : nullptr;
  }
  void refuse(const Refused& refused) const { hub.send(session, refused); }
  void relay() const;
  void turn(bool away) const;
  bool confirm(Number number) const;
};

bool Hub::admit(Session& session, std::uint64_t now_ms) {
  if (session.frames.take(session.settings->frame_rate(), now_ms) == 0) return true;
  end(session, Ending::flood, now_ms);
  return false;
}

void Hub::frame(Session& session, std::span<std::uint8_t> frame, std::uint64_t now_ms) {
  if (!admit(session, now_ms)) return;
  if (auto* seat = std::get_if<Talking>(&session.state)) {
    spend_token(*seat->chat, seat->seat, now_ms);
  }
  const Event event{*this, session, frame, now_ms};
  const auto parsed = parse({reinterpret_cast<const char*>(frame.data()), frame.size()});
  if (const Fault* fault = std::get_if<Fault>(&parsed)) return event(*fault);
  std::visit(event, *std::get_if<ClientFrame>(&parsed));
}

void Hub::Event::operator()(Fault fault) const {
  // Only a find can ask for too much.
  if (fault == Fault::too_many) return refuse({"find", RefusedReason::full});
  hub.end(session, Ending::broken, now_ms);
}

// ---- looking for somebody ----

void Hub::Event::operator()(const Find& find) const {
  if (const std::uint64_t wait_ms = session.finds.take(session.settings->find_rate, now_ms)) {
    return refuse({"find", RefusedReason::rate, 0, wait_ms});
  }
  hub.seek(session, find, now_ms);
}

// After the stranger has left, or was left, the last one is meant.
void Hub::Event::operator()(const Block&) const {
  if (session.person.strangers.last() == 0) return;
  session.person.strangers.block(session.person.strangers.last());
  if (std::holds_alternative<Talking>(session.state)) hub.rest(session, now_ms);
  if (const auto* seeking = std::get_if<Seeking>(&session.state)) {
    seeking->wish->ticket.person = session.person;
  }
}

// ---- coming back ----

void Hub::Event::operator()(const Resume& resume) const {
  if (!std::holds_alternative<Idle>(session.state)) {
    return refuse({"resume", RefusedReason::state});
  }
  const auto token = hub.open_token(session, resume.token);
  if (!token || !hub.resume(session, *token, resume.got, now_ms)) {
    refuse({"resume", RefusedReason::stale});
  }
}

// ---- talking ----

void Hub::Event::operator()(const Say& say) const {
  if (say.text.size() > session.settings->message_bytes_max) {
    return hub.end(session, Ending::too_big, now_ms);
  }
  const Talking* seat = talking();
  if (seat == nullptr) return refuse({"say", RefusedReason::state, say.number});
  const Rate& rate = session.settings->message_rate;
  if (const std::uint64_t wait_ms = session.messages.take(rate, now_ms)) {
    return refuse({"say", RefusedReason::rate, say.number, wait_ms});
  }
  Member& speaker = seat->chat->at(seat->seat);
  switch (speaker.delivery.say(say.number)) {
    case Delivery::Verdict::pass:
      if (!say.got || confirm(*say.got)) relay();
      return;
    case Delivery::Verdict::full:
      return refuse({"say", RefusedReason::full, say.number});
    case Delivery::Verdict::ignore:
      // Confirmed already, and the word of it was lost with a connection.
      if (say.number <= speaker.delivery.confirmed()) {
        const Seat other = seat->seat == 0 ? 1 : 0;
        hub.say_got(*seat->chat, other, speaker.delivery.confirmed());
      }
      return;
  }
}

void Hub::Event::operator()(const Got& got) const {
  if (confirm(got.number)) relay();
}

void Hub::Event::operator()(const Seen& seen) const {
  const Talking* seat = talking();
  if (seat != nullptr && seat->chat->was_said_to(seat->seat, seen.number)) relay();
}

void Hub::Event::operator()(const Skip& skip) const {
  const Talking* seat = talking();
  if (seat != nullptr && seat->chat->at(seat->seat).delivery.skip(skip.number)) relay();
}

// To everybody else in the chat. Outside a chat nobody is there to hear it: it crossed the
// partner's `leave`.
void Hub::Event::relay() const {
  if (const Talking* seat = talking()) hub.relay(*seat->chat, seat->seat, frame);
}

// Whoever has turned away from the page is waited for longer.
void Hub::Event::turn(bool away) const {
  session.is_away = away;
  relay();
}

// Takes a confirmation in. False: it confirms what was never said.
bool Hub::Event::confirm(Number number) const {
  const Talking* seat = talking();
  return seat != nullptr && seat->chat->confirm(seat->seat, number);
}

}  // namespace chat
