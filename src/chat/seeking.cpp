// How somebody who seeks meets somebody: first here, then through the lobby of the host, then
// through that of all hosts.
#include <utility>

#include "chat/hub.h"

namespace chat {

namespace {

constexpr std::array<Reach, reaches> all_reaches{Reach::host, Reach::cluster};

constexpr std::size_t index(Reach reach) {
  return static_cast<std::size_t>(reach);
}

constexpr std::uint64_t alone_ms(Reach reach) {
  return reach == Reach::host ? alone_on_worker_ms : alone_on_host_ms;
}

// Free to meet somebody: not while it asks for somebody already.
bool is_free(const Wish& wish) {
  return !wish.asking;
}

}  // namespace

// ---- here ----

void Hub::seek(Session& session, const Find& find, std::uint64_t now_ms) {
  Wish* wish = Wish::make(find, session, random_id(), around_.self, key_, now_ms);
  if (wish == nullptr) return send(session, Refused{"find", RefusedReason::full});
  if (!wishes_.insert(*wish)) {
    Wish::destroy(wish);
    return send(session, Refused{"find", RefusedReason::full});
  }
  rest(session, now_ms);
  session.state = Seeking{wish};
  if (!lobby_.add(*wish)) return give_up(*wish, now_ms);
  if (meet_here(*wish, now_ms)) return;
  for (Reach reach : all_reaches) {
    if (reaches(reach)) wish->post_ms[index(reach)] = now_ms + alone_ms(reach);
  }
  send(session, Waiting{});
}

// The time has come for something: a wider search, a renewed ticket, or the end of a question.
void Hub::look_again(Wish& wish, std::uint64_t now_ms) {
  if (wish.asking) return seek_again(wish, now_ms);
  const bool wider = now_ms >= wish.next_look_ms();
  if (wider) {
    if (!lobby_.widen(wish, now_ms)) return give_up(wish, now_ms);
    wish.looked_at(now_ms);
    if (meet_here(wish, now_ms)) return;
  }
  for (Reach reach : all_reaches) {
    if (reaches(reach) && (wider || now_ms >= wish.post_ms[index(reach)])) {
      post(wish, reach, now_ms);
    }
  }
}

// REQUIRES: the wish waits in the lobby.
bool Hub::meet_here(Wish& wish, std::uint64_t now_ms) {
  Standing* partner = lobby_.look(wish.ticket, now_ms);
  if (partner == nullptr) return false;
  meet(wish, Wish::of(*partner), now_ms);
  return true;
}

void Hub::meet(Wish& seeker, Wish& partner, std::uint64_t now_ms) {
  Chat* chat = begin(random_id(), seeker.session().settings->window_ms);
  if (chat == nullptr) return give_up(seeker, now_ms);
  settle(seeker);
  settle(partner);
  introduce(seeker, partner.ticket, *chat, seekers_seat);
  introduce(partner, seeker.ticket, *chat, partners_seat);
  Wish::destroy(&seeker);
  Wish::destroy(&partner);
}

// Gives that seat, which nobody had before.
void Hub::introduce(Wish& to, const Ticket& stranger, Chat& chat, Seat seat) {
  Session& session = to.session();
  session.person.strangers.meet(stranger.person.id);
  chat.at(seat) = Member{};
  chat.at(seat).session = &session;
  session.state = Talking{&chat, seat};
  TokenSeal::Text text;
  send(session, Matched{make_token(session, text), to.common_language(stranger),
                        to.common_interests(stranger)});
}

// Takes a wish out of every lobby.
void Hub::settle(Wish& wish) {
  if (wish.entries_size > 0) lobby_.remove(wish);
  for (Reach reach : all_reaches) withdraw(wish, reach);
  wishes_.remove(wish);
}

// Out of memory: whoever looks is told, and free to try again.
void Hub::give_up(Wish& wish, std::uint64_t now_ms) {
  Session& session = wish.session();
  settle(wish);
  Wish::destroy(&wish);
  session.state = Idle{now_ms};
  send(session, Refused{"find", RefusedReason::full});
}

// ---- in the shared lobbies ----

// Whoever stood in the lobby of hosts that cannot write back would be promised to somebody there,
// and never learn of it.
bool Hub::reaches(Reach reach) const {
  return lobby(reach) != nullptr && (reach == Reach::host || !is_cut_);
}

void Hub::post(Wish& wish, Reach reach, std::uint64_t now_ms) {
  wish.posted[index(reach)] = true;
  wish.post_ms[index(reach)] = now_ms + renew_ms;
  lobby(reach)->post(wish.ticket);
}

// Each at a moment of its own, so that two who have just missed each other do not do so again.
void Hub::post_soon(Wish& wish, std::uint64_t now_ms) {
  for (Reach reach : all_reaches) {
    if (!reaches(reach)) continue;
    wish.post_ms[index(reach)] = now_ms + 1 + random_.next() % post_again_ms;
  }
}

void Hub::withdraw(Wish& wish, Reach reach) {
  if (!wish.posted[index(reach)]) return;
  wish.posted[index(reach)] = false;
  lobby(reach)->withdraw(wish.ticket);
}

void Hub::offered(Reach reach, TicketId own, const Ticket& other, std::uint64_t now_ms) {
  Wish* wish = wishes_.find(own);
  if (wish == nullptr || !reaches(reach) || !is_free(*wish)) return;
  if (!acceptable(wish->ticket, other, now_ms)) return;
  if (other.owner == around_.self) return offered_here(reach, *wish, other, now_ms);

  // Out of reach for everybody else, so that nobody is promised twice.
  lobby_.remove(*wish);
  for (Reach other_reach : all_reaches) {
    if (other_reach != reach) withdraw(*wish, other_reach);
  }
  wish->asking = {Asking::For::ticket, reach,    random_id(),
                  other.owner,         other.id, now_ms + claim_ms};
  lobby(reach)->take(wish->ticket, other);
  outlet_.reschedule(wish->session());
}

// Both are here after all: nobody needs to be asked.
void Hub::offered_here(Reach reach, Wish& wish, const Ticket& other, std::uint64_t now_ms) {
  Wish* partner = wishes_.find(other.id);
  if (partner == nullptr) {
    lobby(reach)->withdraw(other);  // of somebody who has left; the lobby missed it
    post_soon(wish, now_ms);
    outlet_.reschedule(wish.session());
  } else if (is_free(*partner) && acceptable(wish.ticket, partner->ticket, now_ms)) {
    meet(wish, *partner, now_ms);
  }
}

void Hub::taken(Reach reach, TicketId own, Taken what, std::uint64_t now_ms) {
  Wish* wish = wishes_.find(own);
  if (wish == nullptr || !wish->asking) return;
  Asking& asking = *wish->asking;
  if (asking.what != Asking::For::ticket || asking.reach != reach) return;

  if (what != Taken::other_gone) wish->posted[index(reach)] = false;
  if (what == Taken::both && reaches(reach)) {
    asking.what = Asking::For::stranger;
    asking.until_ms = now_ms + claim_ms;
    write_to(asking.owner, Claim{asking.chat, asking.wanted, wish->ticket}, now_ms);
    return outlet_.reschedule(wish->session());
  }
  seek_again(*wish, now_ms);
}

// Nothing came of a question. Should its owner have said yes, and the word of it been lost, then
// that chat is over; for them too if they have come here since.
void Hub::give_up_asking(Wish& wish, std::uint64_t now_ms) {
  const std::optional<Asking> asking = std::exchange(wish.asking, std::nullopt);
  if (!asking || asking->what != Asking::For::stranger) return;
  note_end(asking->chat);
  if (Chat* chat = chats_.find(asking->chat)) part(*chat, now_ms);
}

// Whether somebody of another member is asked to begin that chat.
bool Hub::is_asked_for(ChatId chat) {
  bool is_asked = false;
  wishes_.each([&](Wish& wish) { is_asked |= wish.asking && wish.asking->chat == chat; });
  return is_asked;
}

void Hub::seek_again(Wish& wish, std::uint64_t now_ms) {
  give_up_asking(wish, now_ms);
  if (!lobby_.add(wish)) return give_up(wish, now_ms);
  if (meet_here(wish, now_ms)) return;
  post_soon(wish, now_ms);
  outlet_.reschedule(wish.session());
}

}  // namespace chat
