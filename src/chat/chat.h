// A conversation: its members, who keeps their seats, and how far each one's messages have come. No
// text is kept, only numbers.
//
// When its members are with two workers, each of the two has a Chat of the same id. Both follow the
// numbers of all members; a letter that was lost shows as a gap, and the browsers send again.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "chat/delivery.h"
#include "chat/list.h"
#include "chat/member.h"
#include "chat/seat.h"
#include "chat/taking.h"

namespace chat {

struct Peer;
struct Session;

// How many seconds it is until then, rounded up; 0: it is over.
constexpr std::uint64_t seconds_until(std::uint64_t until_ms, std::uint64_t now_ms) {
  return until_ms <= now_ms ? 0 : (until_ms - now_ms + 999) / 1000;
}

// One of a chat's members. The seat is kept here, and somebody sits there (session) or is waited
// for; or it is kept by the chat's peer, and the same holds there.
struct Member {
  Session* session = nullptr;
  bool away = false;       // kept by the chat's peer
  bool sought = false;     // nobody knows who keeps it: asked for, and waited for here
  bool entering = false;   // `resumed` is not said yet: the others are looked for
  bool told_lost = false;  // the session here was told that somebody else is lost
  Number got = 0;          // of the others' messages, as said when entering
  Taking taking;           // the last one
  // Of one who sits here, when they have entered at the latest; if not, the seat is vacant and is
  // kept until then. 0: somebody sits elsewhere, or here since the chat began.
  std::uint64_t until_ms = 0;
  Delivery delivery;

  bool is_here() const { return session != nullptr; }
  // Whoever sat here is expected here.
  bool waits_here() const { return !is_here() && !away && !sought; }
};

class Chat;

// Its place in the list of chats that are seen to: somebody is missing, or it asks.
struct Missing : Link {
  Chat* chat = nullptr;
};

class Chat : public Link {
 public:
  // Null: out of memory.
  static Chat* make(ChatId id, std::uint64_t window_ms);
  // REQUIRES: it is in no list.
  static void destroy(Chat* chat);

  ChatId id() const { return id_; }
  std::uint64_t window_ms() const { return window_ms_; }

  std::span<Member> members() { return members_; }
  Member& at(Seat seat) { return members_[seat]; }
  const Member& at(Seat seat) const { return members_[seat]; }

  // Calls `visit(Member&)` for everybody but the one in `seat`.
  template <typename Visit>
  void others(Seat seat, Visit visit) {
    for (Seat i = 0; i < seats_max; ++i) {
      if (i != seat) visit(members_[i]);
    }
  }
  // Calls `visit(Seat, Member&)` for everybody.
  template <typename Visit>
  void each(Visit visit) {
    for (Seat i = 0; i < seats_max; ++i) visit(i, members_[i]);
  }
  // The same for those who sit here.
  template <typename Visit>
  void each_here(Visit visit) {
    for (Seat i = 0; i < seats_max; ++i) {
      if (members_[i].is_here()) visit(i, members_[i]);
    }
  }
  bool has_anybody() const;  // here
  // Whether any seat is kept here.
  bool keeps_any() const;
  // Whether it is not known who keeps the others' seats; any seat.
  bool seeks_others(Seat seat) const;
  bool seeks_any() const;

  // Whoever sits in `seat` has the others' messages up to `number`. False: that was never said.
  bool confirm(Seat seat, Number number);
  // Whether that was said by the others.
  bool was_said_to(Seat seat, Number number);

  // The hub's.
  Chat* next_by_id = nullptr;
  Peer* peer = nullptr;  // who keeps the seats that are away; in its list
  Missing missing;
  bool asks = false;  // at ask_ms, although nobody may be missing
  std::uint32_t pause_ms = 0;
  std::uint64_t ask_ms = 0;     // when to ask again for those whose keeper is not known
  std::array<MemberId, 2> kin;  // who may know of the others: as a token says, and as was heard

  // That one may know as well.
  void hear_of(MemberId other) {
    if (other != kin.front()) kin.back() = other;
  }

 private:
  Chat(ChatId id, std::uint64_t window_ms) : id_(id), window_ms_(window_ms) { missing.chat = this; }

  const ChatId id_;
  const std::uint64_t window_ms_;  // how long a seat is kept
  std::array<Member, seats_max> members_;
};

}  // namespace chat
