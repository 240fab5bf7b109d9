// What each kind of letter from another member does.
#include "chat/incoming.h"

namespace chat {

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
  void operator()(const Skip& skip) const { relay_if(chat.at(seat).delivery.skip(skip.number)); }
  void operator()(const Typing&) const { relay_if(true); }
  void operator()(const Away&) const { relay_if(true); }
  void operator()(const Here&) const { relay_if(true); }
  // Nothing else is relayed.
  template <typename Other>
  void operator()(const Other&) const {}

  void relay_if(bool right) const {
    if (right) hub.relay(chat, seat, frame);
  }
};

void Hub::letter(MemberId from, std::span<std::uint8_t> letter, std::uint64_t now_ms) {
  const auto read = read_letter(letter, now_ms);
  if (!read) return;
  std::visit(Incoming{*this, from, letter, now_ms}, *read);
  if (Peer* peer = peers_.find(from)) heard(*peer, now_ms);
}

// ---- claims ----

// A chat of somebody here with somebody of whoever writes. Null: out of memory.
Chat* Hub::Incoming::begin(ChatId id, const Wish& wish) const {
  Chat* begun = hub.begin(id, wish.session().settings->window_ms);
  if (begun == nullptr || hub.attach(*begun, from, now_ms)) return begun;
  hub.forget(*begun);
  return nullptr;
}

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
  if (hub.chats_.find(claim.chat) != nullptr) return;  // it came twice
  if (claim.claimer.owner != from) return;
  if (hub.is_cut_from(from)) return;  // who would never hear the answer
  Wish* wish = hub.wishes_.find(claim.wanted);
  const bool free =
      wish != nullptr && !wish->asking && acceptable(wish->ticket, claim.claimer, now_ms);
  Chat* begun = free ? begin(claim.chat, *wish) : nullptr;
  if (begun == nullptr) return answer(Declined{claim.chat, claim.claimer.id});

  answer(Accepted{claim.chat, claim.claimer.id, wish->ticket});
  hub.settle(*wish);
  begun->at(seekers_seat).away = true;
  hub.introduce(*wish, claim.claimer, *begun, partners_seat);
  Wish::destroy(wish);
}

void Hub::Incoming::operator()(const Accepted& accepted) const {
  Wish* wish = asking(accepted.claimer, accepted.chat);
  if (wish == nullptr) {
    // Too late. Or it came twice, and they may have gone on elsewhere meanwhile.
    if (hub.has_ended(accepted.chat)) answer(Parted{accepted.chat});
    return;
  }
  const bool right = acceptable(wish->ticket, accepted.owner, now_ms);
  Chat* returned = hub.chats_.find(accepted.chat);
  if (right && returned != nullptr && returned->at(seekers_seat).sought) {
    return join_returned(*returned, *wish, accepted.owner);
  }
  Chat* begun = right && returned == nullptr ? begin(accepted.chat, *wish) : nullptr;
  if (begun == nullptr) {
    answer(Parted{accepted.chat});
    return hub.seek_again(*wish, now_ms);
  }
  hub.settle(*wish);
  hub.introduce(*wish, accepted.owner, *begun, seekers_seat);
  begun->at(partners_seat).away = true;
  Wish::destroy(wish);
}

// Whoever has said yes was sent away since, and has come here ahead of the word of it.
void Hub::Incoming::join_returned(Chat& of, Wish& wish, const Ticket& stranger) const {
  hub.settle(wish);
  hub.introduce(wish, stranger, of, seekers_seat);
  hub.miss(of, now_ms);
  hub.enter_all(of, now_ms);
  Wish::destroy(&wish);
}

void Hub::Incoming::operator()(const Declined& declined) const {
  if (Wish* wish = asking(declined.claimer, declined.chat)) hub.seek_again(*wish, now_ms);
}

// ---- chats ----

Chat* Hub::Incoming::chat(ChatId id) const {
  Chat* chat = hub.chats_.find(id);
  return chat != nullptr && chat->peer != nullptr && chat->peer->id == from ? chat : nullptr;
}

void Hub::Incoming::operator()(const Relayed& relayed) const {
  Chat* of = chat(relayed.chat);
  if (of == nullptr || !of->at(relayed.seat).away) return answer_stranger(relayed.chat);
  hub.heard(*of->peer, now_ms);
  Member& speaker = of->at(relayed.seat);
  if (speaker.until_ms != 0) {
    speaker.until_ms = 0;  // and is there
    hub.tell(*of, now_ms);
  }
  const auto frame = letter.subspan(relay_header_bytes);
  const auto parsed = parse({reinterpret_cast<const char*>(frame.data()), frame.size()});
  const auto* said = std::get_if<ClientFrame>(&parsed);
  if (said != nullptr) std::visit(Heard{hub, *of, relayed.seat, frame}, *said);
}

// Whoever writes has lost sight of who keeps which seat, or is the first to know.
void Hub::Incoming::answer_stranger(ChatId id) const {
  if (hub.has_ended(id)) return answer(Parted{id});
  if (Chat* of = hub.chats_.find(id)) return hub.say_all(*of, from, now_ms);
  if (hub.is_asked_for(id)) return;  // the word that it has begun is late
  Audited unknown;
  unknown.items[unknown.size++] = id;
  answer(unknown);
}

void Hub::Heard::operator()(const Say& say) const {
  if (chat.at(seat).delivery.say(say.number) == Delivery::Verdict::pass) {
    return relay_if(!say.got || chat.confirm(seat, *say.got));
  }
  // Confirmed already, and the word of it was lost.
  const Number confirmed = chat.at(seat).delivery.confirmed();
  if (say.number > confirmed) return;
  chat.each_here([&](Seat listener, const Member&) { hub.say_got(chat, listener, confirmed); });
}

// Of a chat whose others are with somebody else, or with nobody who is known, that one hears it.
void Hub::Incoming::operator()(const Parted& parted) const {
  Chat* of = hub.chats_.find(parted.chat);
  if (of == nullptr || (of->peer != nullptr ? of->peer->id != from : !of->seeks_any())) return;
  hub.note_end(parted.chat);
  hub.part(*of, now_ms);
}

}  // namespace chat
