// Somebody comes back: takes their seat again, by a token, whichever worker kept it.
#include <openssl/crypto.h>

#include <algorithm>
#include <utility>

#include "chat/hub.h"

namespace chat {

// ---- tokens ----

// Nothing: nobody here can seal one. REQUIRES: the session talks.
std::string_view Hub::make_token(const Session& session, TokenSeal::Text& text) {
  constexpr std::string_view none = "-";
  if (around_.seal == nullptr) return none;
  const auto& [chat, seat] = *std::get_if<Talking>(&session.state);
  Token token;
  token.chat = chat->id();
  token.seat = seat;
  token.taking = chat->at(seat).taking;
  token.home = around_.self;
  if (chat->seeks_others(seat)) token.others = chat->kin.back();
  token.lobby = session.lobby;
  token.until_ms = around_.seal->wall_ms() + token_life_ms;
  token.person = session.person;
  token.person.tag = 0;  // where somebody comes from does not go into their browser
  TokenSeal::Plain plain;
  const std::size_t size = write_token(token, plain);
  const std::string_view sealed = around_.seal->seal(std::span(plain).first(size), text);
  OPENSSL_cleanse(plain.data(), plain.size());
  return sealed.empty() ? none : sealed;
}

std::optional<Token> Hub::open_token(const Session& session, std::string_view text) {
  if (around_.seal == nullptr) return {};
  TokenSeal::Plain plain;
  const auto token = read_token(around_.seal->open(text, plain));
  OPENSSL_cleanse(plain.data(), plain.size());
  if (!token || token->lobby != session.lobby) return {};
  if (token->until_ms <= around_.seal->wall_ms()) return {};
  return token;
}

// ---- taking the seat ----

// False: that seat is not theirs any more.
bool Hub::resume(Session& session, const Token& token, Number got, std::uint64_t now_ms) {
  Chat* chat = chats_.find(token.chat);
  if (chat == nullptr) {
    return !has_ended(token.chat, token.seat, token.taking.stamp) &&
           take_unknown(session, token, got, now_ms);
  }
  const Taking& last = chat->at(token.seat).taking;
  if (!last.yields_to(next_taking(last, token))) return false;
  take_here(session, *chat, token, got, now_ms);
  return true;
}

Taking Hub::next_taking(const Taking& last, const Token& token) const {
  const Stamp last_known = std::max(token.taking.stamp, last.stamp);
  return token.taking.next(stamp_behind(last_known, around_.seal->wall_ms(), around_.self));
}

// The one who sits there now, in the place of whoever did.
void Hub::sit(Session& session, Chat& chat, const Token& token, Number got, std::uint64_t now_ms) {
  Member& member = chat.at(token.seat);
  if (member.is_here()) replace(member, now_ms);
  member.session = &session;
  member.away = member.sought = member.told_lost = false;
  member.entering = true;
  member.until_ms = now_ms + entering_ms;
  member.got = got;
  member.taking.become(next_taking(member.taking, token));
  if (member.taking.is_right) member.taking.prove();
  const Tag tag = session.person.tag;
  session.person = token.person;
  session.person.tag = tag;
  session.state = Talking{&chat, token.seat};
}

// Whoever may know of the chat, beside those here, is told; and once more before long, as a letter
// may be lost and then nobody might miss anybody.
void Hub::tell_kin(Chat& chat, const Token& token, std::uint64_t now_ms) {
  chat.kin = {token.home, token.others.worker != 0 ? token.others : token.home};
  miss(chat, now_ms);
  look_for(chat, now_ms);
  chat.asks = true;
}

// In a chat of which a seat is kept here.
void Hub::take_here(Session& session, Chat& chat, const Token& token, Number got,
                    std::uint64_t now_ms) {
  const bool was_away = chat.at(token.seat).away;
  // What was said meanwhile, with others, is not known.
  if (token.home != around_.self) chat.each([](Seat, Member& each) { each.delivery.forget(); });
  sit(session, chat, token, got, now_ms);
  if (chat.peer != nullptr) say_moved(chat, token.seat, chat.peer->id, now_ms);
  welcome_back(chat, token.seat);
  if (token.home != around_.self) tell_kin(chat, token, now_ms);
  if (was_away) detach(chat);
  enter_all(chat, now_ms);
}

// In a chat that nobody here knows: asks who does. False: out of memory.
bool Hub::take_unknown(Session& session, const Token& token, Number got, std::uint64_t now_ms) {
  Chat* chat = begin(token.chat, session.settings->window_ms);
  if (chat == nullptr) return false;
  chat->each([&](Seat, Member& member) {
    member.delivery.forget();
    member.taking.forget();
    member.sought = true;
    member.until_ms = now_ms + chat->window_ms();
  });
  sit(session, *chat, token, got, now_ms);
  tell_kin(*chat, token, now_ms);
  return true;
}

// Says who is there and who is not; what the page has is confirmed.
void Hub::enter(Chat& chat, Seat seat, std::uint64_t now_ms) {
  Member& member = chat.at(seat);
  member.entering = false;
  const std::uint64_t until_ms = missing_until_ms(chat, seat);
  member.told_lost = until_ms != 0;
  TokenSeal::Text text;
  const std::string_view token = make_token(*member.session, text);
  send(*member.session, Resumed{token, seconds_until(until_ms, now_ms)});
  if (member.got == 0 || !chat.confirm(seat, member.got)) return;
  say_got(chat, seat, member.got);
}

// There is word of the others that somebody waits for.
void Hub::enter_all(Chat& chat, std::uint64_t now_ms) {
  chat.each_here([&](Seat seat, const Member& member) {
    if (member.entering && !chat.seeks_others(seat)) enter(chat, seat, now_ms);
  });
}

// Whoever speaks has the newest token; the one that they came with is of no use any more.
void Hub::spend_token(Chat& chat, Seat seat, std::uint64_t now_ms) {
  Member& member = chat.at(seat);
  if (member.entering || !member.taking.takes_again) return;
  member.taking.takes_again = false;
  if (chat.peer != nullptr) say_kept(chat, seat, chat.peer->id, now_ms);
}

// ---- losing the seat ----

// A newer connection has it.
void Hub::replace(Member& member, std::uint64_t now_ms) {
  Session& session = *member.session;
  member.session = nullptr;
  member.entering = member.told_lost = false;
  session.state = Idle{now_ms};
  send(session, Bye{ByeReason::replaced});
  end(session, Ending::replaced, now_ms);
}

// The seat is somebody else's, and who keeps it is not known.
void Hub::lose_seat(Chat& chat, Seat seat, std::uint64_t now_ms) {
  Member& member = chat.at(seat);
  if (member.entering) {
    member.session->state = Idle{now_ms};
    send(*member.session, Refused{"resume", RefusedReason::stale});
    member.session = nullptr;
    member.entering = false;
  } else if (member.is_here()) {
    replace(member, now_ms);
  }
  member.sought = true;
  member.taking.forget();
  member.until_ms = now_ms + chat.window_ms();
  if (!chat.keeps_any()) return forget(chat);
  miss(chat, now_ms);
  ask_around(chat);
}

// That member keeps the seat from now on. False: none is kept here any more, and the chat is
// forgotten; whoever keeps the others' is pointed out.
bool Hub::hand_over(Chat& chat, const Kept& kept, MemberId to, std::uint64_t now_ms) {
  Member& member = chat.at(kept.seat);
  if (member.is_here()) replace(member, now_ms);
  if (member.away && chat.peer->id != to) {
    write_to(chat.peer->id, Outrun{chat.id(), kept.seat, kept.taking}, now_ms);
  }
  const bool was_away = std::exchange(member.away, true);
  member.sought = false;
  member.taking.become(kept.taking);
  member.until_ms = kept.vacant_ms == 0 ? 0 : now_ms + kept.vacant_ms;
  if (!chat.keeps_any()) {
    if (!was_away && chat.peer != nullptr && chat.peer->id != to) {
      write_to(to, Elsewhere{chat.id(), chat.peer->id}, now_ms);
    }
    forget(chat);
    return false;
  }
  if (attach(chat, to, now_ms)) return true;
  // Out of memory: as if nobody knew.
  member.away = false;
  member.sought = true;
  member.until_ms = now_ms + chat.window_ms();
  return true;
}

// ---- finding each other ----

// The taking of the other seat, if it is known to be right; or 0.
Stamp Hub::right_other(const Chat& chat, Seat seat) {
  const Taking& taking = chat.at(seat == seekers_seat ? partners_seat : seekers_seat).taking;
  return taking.is_right ? taking.stamp : 0;
}

Kept Hub::kept_here(const Chat& chat, Seat seat, std::uint64_t now_ms) {
  const Member& member = chat.at(seat);
  const std::uint64_t until_ms = missing_until_ms(chat, member);
  const std::uint64_t left_ms = until_ms - std::min(until_ms, now_ms);
  const std::uint64_t vacant_ms = until_ms == 0 ? 0 : std::max<std::uint64_t>(left_ms, 1);
  return {chat.id(), seat, member.taking, right_other(chat, seat),
          static_cast<std::uint32_t>(vacant_ms)};
}

void Hub::say_kept(const Chat& chat, Seat seat, MemberId to, std::uint64_t now_ms) {
  Keeps keeps;
  keeps.items[keeps.size++] = kept_here(chat, seat, now_ms);
  write_to(to, keeps, now_ms);
}

void Hub::say_moved(const Chat& chat, Seat seat, MemberId to, std::uint64_t now_ms) {
  const Member& member = chat.at(seat);
  write_to(to, Moved{chat.id(), seat, member.taking, right_other(chat, seat)}, now_ms);
}

// Everything that is kept here of the chat.
void Hub::say_all(Chat& chat, MemberId to, std::uint64_t now_ms) {
  chat.each([&](Seat seat, const Member& member) {
    if (member.is_here()) {
      say_moved(chat, seat, to, now_ms);
    } else if (member.waits_here()) {
      say_kept(chat, seat, to, now_ms);
    }
  });
}

void Hub::ask_around(Chat& chat) {
  chat.each([&](Seat seat, const Member& member) {
    if (!member.is_here() && !member.waits_here()) return;
    for (Rendezvous* rendezvous : around_.rendezvous) {
      if (rendezvous == nullptr) continue;
      rendezvous->keep(chat.id(), seat, member.taking.proven, chat.window_ms() * away_windows);
    }
  });
}

void Hub::kept(const Keeper& keeper, std::uint64_t now_ms) {
  Chat* chat = chats_.find(keeper.chat);
  if (chat == nullptr || keeper.seat >= seats_max || keeper.at == around_.self) return;
  const Member& named = chat->at(keeper.seat);
  const bool known = named.away && chat->peer->id == keeper.at && !chat->peer->lost();
  if (known) return;
  // This letter may be lost, and who keeps a seat of one's own would not be found again: the next
  // time only oneself is said to keep it.
  if (named.is_here() || named.waits_here()) chat->hear_of(keeper.at);
  say_all(*chat, keeper.at, now_ms);
}

}  // namespace chat
