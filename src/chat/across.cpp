// Chats whose members sit at two workers, and the peers that they are shared with.
#include <algorithm>
#include <cstdlib>
#include <new>

#include "chat/hub.h"

namespace chat {

// ---- a chat's life ----

// With an empty seat for somebody there, and one for somebody here. Null: out of memory.
Chat* Hub::begin_across(ChatId id, MemberId with, std::uint64_t now_ms) {
  Peer* peer = peers_.find(with);
  const bool known = peer != nullptr;
  if (!known) {
    void* memory = std::malloc(sizeof(Peer));
    if (memory == nullptr) return nullptr;
    peer = new (memory) Peer(with, now_ms);
  }
  Chat* chat = Chat::make(id, peer);
  if (chat != nullptr && across_.insert(*chat)) {
    if (known || peers_.insert(*peer)) {
      peer->chats.push_back(*chat);
      ++chats_;
      return chat;
    }
    across_.remove(*chat);
  }
  if (chat != nullptr) Chat::destroy(chat);
  if (!known) std::free(peer);
  return nullptr;
}

// A chat is over, and who was in it knows.
void Hub::finish(Chat& chat) {
  --chats_;
  if (Peer* peer = chat.peer()) {
    across_.remove(chat);
    List<Chat>::remove(chat);
    if (peer->chats.empty()) {
      peers_.remove(*peer);
      std::free(peer);
    }
  }
  Chat::destroy(&chat);
}

// Whoever is here is told that the others have left.
void Hub::part(Chat& chat, std::uint64_t now_ms) {
  chat.each_here([&](Member& member) {
    member.session->state = Idle{now_ms};
    send(*member.session, Left{});
  });
  finish(chat);
}

// With two seats a chat ends when one leaves: the other is told, and both are free.
void Hub::leave_chat(const Talking& talking, std::uint64_t now_ms) {
  Chat& chat = *talking.chat;
  if (chat.peer() != nullptr) write_to(chat.peer()->id, Parted{chat.id()}, now_ms);
  chat.at(talking.seat).session = nullptr;
  part(chat, now_ms);
}

// ---- what is said ----

void Hub::relay(Chat& chat, Seat from, std::span<std::uint8_t> frame) {
  chat.others(from, [&](Member& other) {
    if (other.session != nullptr) {
      outlet_.relay(*other.session, frame);
    } else {
      relay_away(chat, frame);
    }
  });
}

// While the other side is lost nothing is sent to it: the browser that said it keeps it.
void Hub::relay_away(Chat& chat, std::span<std::uint8_t> frame) {
  if (chat.peer()->lost()) return;
  LetterBuffer buffer;
  const auto header = write(Relayed{chat.id(), {}}, 0, buffer);
  std::uint8_t* letter = frame.data() - header.size();
  std::copy(header.begin(), header.end(), letter);
  around_.mail->send(chat.peer()->id, {letter, header.size() + frame.size()});
}

void Hub::write_to(MemberId to, const Letter& letter, std::uint64_t now_ms) {
  LetterBuffer buffer;
  around_.mail->send(to, write(letter, now_ms, buffer));
}

// ---- peers ----

// It is there. If it was lost, its people are back.
void Hub::heard(Peer& peer, std::uint64_t now_ms) {
  peer.heard_ms = now_ms;
  if (!peer.lost()) return;
  peer.lost_ms = 0;
  for (Chat* chat = peer.chats.front(); chat != nullptr; chat = peer.chats.after(*chat)) {
    chat->each_here([&](Member& member) { send(*member.session, Back{}); });
  }
}

void Hub::lose(Peer& peer, std::uint64_t now_ms) {
  if (peer.lost()) return;
  peer.lost_ms = now_ms;
  for (Chat* chat = peer.chats.front(); chat != nullptr; chat = peer.chats.after(*chat)) {
    chat->each_here([&](Member& member) {
      send(*member.session, Lost{(member.session->settings->window_ms + 999) / 1000});
    });
  }
}

// Asks whether it knows the chats in common: a letter that said otherwise may have been lost.
void Hub::ask(Peer& peer, std::uint64_t now_ms) {
  peer.asked_ms = now_ms;
  Audit audit;
  for (Chat* chat = peer.chats.front(); chat != nullptr; chat = peer.chats.after(*chat)) {
    audit.chats.items[audit.chats.size++] = chat->id();
    if (audit.chats.size < audit_chats_max) continue;
    write_to(peer.id, audit, now_ms);
    audit.chats.size = 0;
  }
  if (audit.chats.size > 0) write_to(peer.id, audit, now_ms);
}

// Ends the chats that have been lost for too long. With the last one the peer goes.
void Hub::expire(Peer& peer, std::uint64_t now_ms) {
  const std::uint64_t lost_ms = peer.lost_ms;
  for (Chat *chat = peer.chats.front(), *next = nullptr; chat != nullptr; chat = next) {
    next = peer.chats.after(*chat);
    bool over = true;
    chat->each_here(
        [&](Member& member) { over = now_ms - lost_ms >= member.session->settings->window_ms; });
    if (!over) continue;
    write_to(chat->peer()->id, Parted{chat->id()}, now_ms);
    part(*chat, now_ms);
  }
}

void Hub::beat(std::uint64_t now_ms) {
  peers_.each([&](Peer& peer) {
    if (!peer.lost() && now_ms - peer.heard_ms >= silent_ms) lose(peer, now_ms);
    if (now_ms - peer.asked_ms >= (peer.lost() ? audit_lost_ms : audit_ms)) ask(peer, now_ms);
    if (peer.lost()) expire(peer, now_ms);
  });
}

void Hub::gone(MemberId member, std::uint64_t now_ms) {
  fail_asking(member, now_ms);
  Peer* peer = peers_.find(member);
  if (peer == nullptr) return;
  for (Chat *chat = peer->chats.front(), *next = nullptr; chat != nullptr; chat = next) {
    next = peer->chats.after(*chat);
    part(*chat, now_ms);
  }
}

void Hub::unreached(MemberId member, std::uint64_t now_ms) {
  fail_asking(member, now_ms);
  if (Peer* peer = peers_.find(member)) lose(*peer, now_ms);
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

void Hub::kept(const Keeper&, std::uint64_t) {}

// ---- other hosts ----

void Hub::cut(std::uint64_t now_ms) {
  peers_.each([&](Peer& peer) {
    if (peer.id.host != around_.self.host) lose(peer, now_ms);
  });
}

// Their lobby may have forgotten all tickets; it gets them back one after another.
void Hub::mended(std::uint64_t now_ms) {
  peers_.each([&](Peer& peer) {
    if (peer.id.host != around_.self.host) ask(peer, now_ms);
  });
  if (around_.lobbies[static_cast<std::size_t>(Reach::cluster)] == nullptr) return;
  wishes_.each([&](Wish& wish) {
    wish.post_ms[static_cast<std::size_t>(Reach::cluster)] = now_ms + random_.next() % post_all_ms;
    outlet_.reschedule(wish.session());
  });
}

}  // namespace chat
