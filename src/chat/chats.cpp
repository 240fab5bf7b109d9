// A chat's life, and what is said in it.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <new>

#include "chat/hub.h"

namespace chat {

// ---- beginning and end ----

// With two seats that nobody has. Null: out of memory.
Chat* Hub::begin(ChatId id, std::uint64_t window_ms) {
  Chat* chat = Chat::make(id, window_ms);
  if (chat == nullptr || chats_.insert(*chat)) return chat;
  Chat::destroy(chat);
  return nullptr;
}

// That member keeps what is away. False: out of memory, and whoever kept it keeps it.
bool Hub::attach(Chat& chat, MemberId to, std::uint64_t now_ms) {
  Peer* peer = peers_.find(to);
  if (peer == nullptr) {
    void* memory = std::malloc(sizeof(Peer));
    if (memory == nullptr) return false;
    peer = new (memory) Peer(to, now_ms);
    if (!peers_.insert(*peer)) {
      std::free(peer);
      return false;
    }
  }
  if (chat.peer == peer) return true;
  detach(chat);
  chat.peer = peer;
  peer->chats.push_back(chat);
  return true;
}

// Nobody else keeps any seat of it. A peer without a chat goes.
void Hub::detach(Chat& chat) {
  Peer* peer = chat.peer;
  if (peer == nullptr) return;
  List<Chat>::remove(chat);
  chat.peer = nullptr;
  if (!peer->chats.empty()) return;
  peers_.remove(*peer);
  std::free(peer);
}

// No seat of it is kept here any more; it may go on elsewhere.
void Hub::forget(Chat& chat) {
  mind_no_more(chat);
  detach(chat);
  chats_.remove(chat);
  Chat::destroy(&chat);
}

// In the place of what was noted first.
void Hub::note(const Ended& ended) {
  ended_[ended_next_] = ended;
  ended_next_ = (ended_next_ + 1) % ended_max;
}

// It is over, wherever it is asked for.
void Hub::note_end(ChatId id) {
  Ended ended{id, {}};
  ended.stamps.fill(std::numeric_limits<Stamp>::max());
  note(ended);
}

// Nobody came in time. If somebody is here, it ends with them. If not, whoever has taken a seat
// again elsewhere, and was not heard of here, may have met the other there.
void Hub::note_lapse(const Chat& chat) {
  if (chat.has_anybody()) return note_end(chat.id());
  Ended ended{chat.id(), {}};
  for (Seat seat = 0; seat < seats_max; ++seat) ended.stamps[seat] = chat.at(seat).taking.stamp;
  note(ended);
}

// For whoever has a token of that stamp for that seat.
bool Hub::has_ended(ChatId id, Seat seat, Stamp stamp) const {
  return std::any_of(ended_.begin(), ended_.end(), [&](const Ended& ended) {
    return ended.chat == id && stamp <= ended.stamps[seat];
  });
}

// Whoever is here is told that the others have left, or that there is no way back.
void Hub::part(Chat& chat, std::uint64_t now_ms) {
  chat.each_here([&](Seat, Member& member) {
    member.session->state = Idle{now_ms};
    if (member.entering) {
      send(*member.session, Refused{"resume", RefusedReason::stale});
    } else {
      send(*member.session, Left{});
    }
  });
  forget(chat);
}

// With two seats a chat ends when one leaves: the other is told, and both are free.
void Hub::leave_chat(const Talking& talking, std::uint64_t now_ms) {
  Chat& chat = *talking.chat;
  if (chat.peer != nullptr) write_to(chat.peer->id, Parted{chat.id()}, now_ms);
  chat.at(talking.seat).session = nullptr;
  note_end(chat.id());
  part(chat, now_ms);
}

// ---- what is said ----

void Hub::relay(Chat& chat, Seat from, std::span<std::uint8_t> frame) {
  chat.others(from, [&](Member& other) {
    if (other.is_here()) {
      if (!other.entering) outlet_.relay(*other.session, frame);
    } else if (other.away && other.until_ms == 0) {
      relay_away(chat, from, frame);
    }
  });
}

// While the other side is lost nothing is sent to it: the browser that said it keeps it.
void Hub::relay_away(Chat& chat, Seat from, std::span<std::uint8_t> frame) {
  if (chat.peer->lost()) return;
  LetterBuffer buffer;
  const auto header = write(Relayed{chat.id(), from, {}}, 0, buffer);
  std::uint8_t* letter = frame.data() - header.size();
  std::copy(header.begin(), header.end(), letter);
  around_.mail->send(chat.peer->id, {letter, header.size() + frame.size()});
}

// For the others of the chat: whoever sits in `from` has their messages up to `number`.
void Hub::say_got(Chat& chat, Seat from, Number number) {
  constexpr std::string_view verb = "got ";
  std::array<char, frame_room + verb.size() + 10> buffer;
  char* text = buffer.data() + frame_room;
  verb.copy(text, verb.size());
  const char* end = std::to_chars(text + verb.size(), buffer.end(), number).ptr;
  relay(chat, from, {reinterpret_cast<std::uint8_t*>(text), static_cast<std::size_t>(end - text)});
}

}  // namespace chat
