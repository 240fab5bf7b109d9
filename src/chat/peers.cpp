// The members that have people in chats with people here.
#include "chat/hub.h"

namespace chat {

void Hub::write_to(MemberId to, const Letter& letter, std::uint64_t now_ms) {
  if (around_.mail == nullptr || to == around_.self) return;
  LetterBuffer buffer;
  around_.mail->send(to, write(letter, now_ms, buffer));
}

// It is there. If it was lost, its people are back.
void Hub::heard(Peer& peer, std::uint64_t now_ms) {
  peer.heard_ms = now_ms;
  if (!peer.lost()) return;
  peer.lost_ms = 0;
  for (Chat* chat = peer.chats.front(); chat != nullptr; chat = peer.chats.after(*chat)) {
    tell(*chat, now_ms);
  }
}

// It cannot be reached; its people may come back through others.
void Hub::lose(Peer& peer, std::uint64_t now_ms) {
  if (peer.lost()) return;
  peer.lost_ms = now_ms;
  for (Chat* chat = peer.chats.front(); chat != nullptr; chat = peer.chats.after(*chat)) {
    miss(*chat, now_ms);
    ask_around(*chat);
  }
}

// Whoever kept the others' seats does so no more, and nobody knows who does: they are waited for
// here.
void Hub::disown(Chat& chat, std::uint64_t now_ms) {
  chat.each([&](Seat, Member& member) {
    if (!member.away) return;
    member.until_ms = missing_until_ms(chat, member);
    if (member.until_ms == 0) member.until_ms = now_ms + chat.window_ms();
    member.away = false;
    member.sought = true;
  });
  detach(chat);
  miss(chat, now_ms);
  ask_around(chat);
}

// Tells it what is kept here of the chats in common: a letter that said so may have been lost.
void Hub::audit(Peer& peer, std::uint64_t now_ms) {
  peer.asked_ms = now_ms;
  Keeps keeps;
  for (Chat* chat = peer.chats.front(); chat != nullptr; chat = peer.chats.after(*chat)) {
    chat->each([&](Seat seat, const Member& member) {
      if (member.is_here() || member.waits_here())
        keeps.items[keeps.size++] = kept_here(*chat, seat, now_ms);
    });
    if (keeps.size + seats_max <= audit_chats_max) continue;
    write_to(peer.id, keeps, now_ms);
    keeps.size = 0;
  }
  if (keeps.size > 0) write_to(peer.id, keeps, now_ms);
}

// With the last chat of it the peer goes.
void Hub::gone(MemberId member, std::uint64_t now_ms) {
  fail_asking(member, now_ms);
  Peer* peer = peers_.find(member);
  if (peer == nullptr) return;
  for (Chat *chat = peer->chats.front(), *next = nullptr; chat != nullptr; chat = next) {
    next = peer->chats.after(*chat);
    disown(*chat, now_ms);
  }
}

void Hub::unreached(MemberId member, std::uint64_t now_ms) {
  fail_asking(member, now_ms);
  Peer* peer = peers_.find(member);
  if (peer != nullptr && now_ms - peer->heard_ms >= hearsay_ms) lose(*peer, now_ms);
}

// Whoever asks for somebody of that member need not wait for an answer.
void Hub::fail_asking(MemberId owner, std::uint64_t now_ms) {
  wishes_.each([&](Wish& wish) {
    if (!wish.asking || wish.asking->owner != owner) return;
    if (wish.asking->what != Asking::For::stranger) return;
    wish.asking->until_ms = now_ms;
    outlet_.reschedule(wish.session());
  });
}

// ---- other hosts ----

bool Hub::is_cut_from(MemberId member) const {
  return is_cut_ && member.host != around_.self.host;
}

void Hub::cut(std::uint64_t now_ms) {
  is_cut_ = true;
  peers_.each([&](Peer& peer) {
    if (peer.id.host != around_.self.host) lose(peer, now_ms);
  });
  wishes_.each([](Wish& wish) { wish.post_ms[static_cast<std::size_t>(Reach::cluster)] = never; });
}

// Their lobby may have forgotten all tickets, and who keeps which seat; it gets them back one after
// another.
void Hub::mended(std::uint64_t now_ms) {
  is_cut_ = false;
  peers_.each([&](Peer& peer) {
    if (peer.id.host != around_.self.host) audit(peer, now_ms);
  });
  chats_.each([&](Chat& chat) {
    const bool was_taken = chat.kin[0].worker != 0;
    if (!was_taken && !chat.missing.is_linked()) return;  // nobody can have missed a taking
    mind(chat, now_ms);
    chat.asks = true;
    chat.ask_ms = now_ms + random_.next() % post_all_ms;
  });
  if (around_.lobbies[static_cast<std::size_t>(Reach::cluster)] == nullptr) return;
  wishes_.each([&](Wish& wish) {
    wish.post_ms[static_cast<std::size_t>(Reach::cluster)] = now_ms + random_.next() % post_all_ms;
    outlet_.reschedule(wish.session());
  });
}

}  // namespace chat
