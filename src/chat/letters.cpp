// What each kind of letter from another member does.
#include <array>
#include <charconv>
#include <string_view>

#include "chat/hub.h"

namespace chat {

// A letter on its way through its kind's handler.
struct Hub::Incoming {
  Hub& hub;
  MemberId from;
  std::span<std::uint8_t> letter;
  std::uint64_t now_ms;

  void operator()(const Claim& claim) const;
  void operator()(const Accepted& accepted) const;
  void operator()(const Declined& declined) const;
  void operator()(const Relayed& relayed) const;
  void operator()(const Parted& parted) const;
  void operator()(const Audit& audit) const;
  void operator()(const Audited& audited) const;

  // The chat of that id, if it is one with whoever writes.
  Chat* chat(ChatId id) const;
  // The wish that asks whoever writes for a stranger to begin that chat with.
  Wish* asking(TicketId id, ChatId chat) const;
  void answer(const Letter& letter) const { hub.write_to(from, letter, now_ms); }
};

// A frame of somebody who sits elsewhere. Their own worker has let it pass; here the numbers
// follow.
struct Hub::Heard {
  Hub& hub;
  Chat& chat;
  Seat seat;
  std::span<std::uint8_t> frame;

  void operator()(const Say& say) const;
  void operator()(const Got& got) const { relay_if(chat.confirm(seat, got.number)); }
  void operator()(const Seen& seen) const { relay_if(chat.was_said_to(seat, seen.number)); }
  void operator()(const Skip& skip) const {
    relay_if(chat.at(seat).delivery.skip_unheard(skip.number));
  }
  void operator()(const Typing&) const { relay_if(true); }
  void operator()(const Away&) const { relay_if(true); }
  void operator()(const Here&) const { relay_if(true); }
  // Nothing else is relayed.
  template <typename Other>
  void operator()(const Other&) const {}

  void relay_if(bool right) const {
    if (right) hub.relay(chat, seat, frame);
  }
  void say_got(Number number) const;
};

void Hub::letter(MemberId from, std::span<std::uint8_t> letter, std::uint64_t now_ms) {
  const auto read = read_letter(letter, now_ms);
  if (!read) return;
  std::visit(Incoming{*this, from, letter, now_ms}, *read);
  if (Peer* peer = peers_.find(from)) heard(*peer, now_ms);
}

// ---- claims ----

Wish* Hub::Incoming::asking(TicketId id, ChatId chat) const {
  Wish* wish = hub.wishes_.find(id);
  if (wish == nullptr || !wish->asking) return nullptr;
  const Asking& asking = *wish->asking;
  const bool right =
      asking.what == Asking::For::stranger && asking.chat == chat && asking.owner == from;
  return right ? wish : nullptr;
}

// The owner decides: yes if its own is free and may meet the other, and then they have met.
void Hub::Incoming::operator()(const Claim& claim) const {
  if (hub.across_.find(claim.chat) != nullptr) return;  // it came twice
  if (claim.claimer.owner != from) return;
  Wish* wish = hub.wishes_.find(claim.wanted);
  const bool free =
      wish != nullptr && !wish->asking && acceptable(wish->ticket, claim.claimer, now_ms);
  Chat* begun = free ? hub.begin_across(claim.chat, from, now_ms) : nullptr;
  if (begun == nullptr) return answer(Declined{claim.chat, claim.claimer.id});

  answer(Accepted{claim.chat, claim.claimer.id, wish->ticket});
  hub.settle(*wish);
  begun->join(nullptr);
  hub.introduce(*wish, claim.claimer, *begun);
  Wish::destroy(wish);
}

void Hub::Incoming::operator()(const Accepted& accepted) const {
  Wish* wish = asking(accepted.claimer, accepted.chat);
  if (wish == nullptr) {
    // Too late; or it came twice.
    if (hub.across_.find(accepted.chat) == nullptr) answer(Parted{accepted.chat});
    return;
  }
  Chat* begun = acceptable(wish->ticket, accepted.owner, now_ms)
                    ? hub.begin_across(accepted.chat, from, now_ms)
                    : nullptr;
  if (begun == nullptr) {
    answer(Parted{accepted.chat});
    return hub.seek_again(*wish, now_ms);
  }
  hub.settle(*wish);
  hub.introduce(*wish, accepted.owner, *begun);
  begun->join(nullptr);
  Wish::destroy(wish);
}

void Hub::Incoming::operator()(const Declined& declined) const {
  if (Wish* wish = asking(declined.claimer, declined.chat)) hub.seek_again(*wish, now_ms);
}

// ---- chats ----

Chat* Hub::Incoming::chat(ChatId id) const {
  Chat* chat = hub.across_.find(id);
  return chat != nullptr && chat->peer()->id == from ? chat : nullptr;
}

void Hub::Incoming::operator()(const Relayed& relayed) const {
  Chat* of = chat(relayed.chat);
  if (of == nullptr) return answer(Parted{relayed.chat});
  hub.heard(*of->peer(), now_ms);
  const auto frame = letter.subspan(relay_header_bytes);
  const auto parsed = parse({reinterpret_cast<const char*>(frame.data()), frame.size()});
  const auto* said = std::get_if<ClientFrame>(&parsed);
  if (said == nullptr) return;
  const Seat seat = of->at(0).session == nullptr ? 0 : 1;
  std::visit(Heard{hub, *of, seat, frame}, *said);
}

void Hub::Heard::operator()(const Say& say) const {
  Delivery& delivery = chat.at(seat).delivery;
  if (delivery.say(say.number) == Delivery::Verdict::pass) {
    return relay_if(!say.got || chat.confirm(seat, *say.got));
  }
  // Confirmed already, and the word of it was lost.
  if (say.number <= delivery.confirmed()) say_got(delivery.confirmed());
}

// For those who sit here, to the one who sits elsewhere.
void Hub::Heard::say_got(Number number) const {
  constexpr std::string_view verb = "got ";
  std::array<char, frame_room + verb.size() + 10> buffer;
  char* text = buffer.data() + frame_room;
  verb.copy(text, verb.size());
  const char* end = std::to_chars(text + verb.size(), buffer.end(), number).ptr;
  hub.relay_away(chat,
                 {reinterpret_cast<std::uint8_t*>(text), static_cast<std::size_t>(end - text)});
}

void Hub::Incoming::operator()(const Parted& parted) const {
  if (Chat* of = chat(parted.chat)) hub.part(*of, now_ms);
}

void Hub::Incoming::operator()(const Audit& audit) const {
  Audited audited;
  for (ChatId id : audit.chats.span()) {
    if (chat(id) == nullptr) audited.unknown.items[audited.unknown.size++] = id;
  }
  answer(audited);
}

void Hub::Incoming::operator()(const Audited& audited) const {
  for (ChatId id : audited.unknown.span()) {
    if (Chat* of = chat(id)) hub.part(*of, now_ms);
  }
}

}  // namespace chat
