// A letter on its way through its kind's handler: claims and what is said in letters.cpp, who keeps
// a seat in keepers.cpp.
#pragma once

#include "chat/hub.h"

namespace chat {

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
  void operator()(const Moved& moved) const;
  void operator()(const Denied& denied) const;
  void operator()(const Outrun& outrun) const;
  void operator()(const Elsewhere& elsewhere) const;
  void operator()(const Keeps& keeps) const;
  void operator()(const Audited& audited) const;

  // The chat of that id, if it is one with whoever writes.
  Chat* chat(ChatId id) const;
  // The wish that asks whoever writes for a stranger to begin that chat with.
  Wish* asking(TicketId id, ChatId chat) const;
  Chat* begin(ChatId id, const Wish& wish) const;
  void join_returned(Chat& of, Wish& wish, const Ticket& stranger) const;
  void answer(const Letter& letter) const { hub.write_to(from, letter, now_ms); }
  void answer_stranger(ChatId id) const;
  void take_word(Chat& chat, const Kept& kept) const;
  bool take_in(const Kept& kept) const;
  void take_over(Chat& chat, const Kept& kept) const;
  void refuse(Chat& chat, const Kept& kept) const;
};

}  // namespace chat
