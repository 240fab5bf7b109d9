// A conversation: its members and how far each one's messages have come. No text is kept, only
// numbers.
//
// When one sits at another worker, each of the two workers has a Chat of the same id. Both follow
// the numbers of all members; a letter that was lost shows as a gap, and the browsers send again.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "chat/bounds.h"
#include "chat/letter.h"
#include "chat/list.h"
#include "chat/seat.h"
#include "chat/vocabulary.h"

namespace chat {

struct Peer;
struct Session;

// One member's messages on their way to the others.
class Delivery {
 public:
  enum class Verdict : std::uint8_t {
    pass,    // the next message, or one again that is not confirmed yet
    ignore,  // confirmed already, or ahead of a gap: the sender sends again
    full,    // unacknowledged_max are under way
  };
  // The member says message `number`.
  Verdict say(Number number);
  // Whether anything up to `number` can have arrived or been seen: it was said, or is 0.
  bool was_said(Number number) const { return number <= said_; }
  // Up to which the others have everything.
  Number confirmed() const { return got_; }
  // The others have everything up to `number`; again is fine. REQUIRES: was_said(number).
  void confirm(Number number);
  // The member has lost its own messages up to `number` and goes on behind it. False: that cannot
  // be.
  bool skip(Number number);
  // The same, known from the member's own worker: what was said up to `number` and did not come
  // never will.
  bool skip_unheard(Number number);

 private:
  Number said_ = 0;  // the last one passed on
  Number got_ = 0;   // got_ <= said_ <= got_ + unacknowledged_max
};

struct Member {
  Session* session = nullptr;  // null: sits at the chat's peer
  Delivery delivery;
};

class Chat : public Link {
 public:
  // `id` and `peer` of a chat with another member's people, or 0 and null. Null: out of memory.
  static Chat* make(ChatId id = 0, Peer* peer = nullptr);
  static void destroy(Chat* chat);

  ChatId id() const { return id_; }
  Peer* peer() const { return peer_; }

  // REQUIRES: a seat is free.
  Seat join(Session* session);
  std::span<Member> members() { return {members_.data(), size_}; }
  Member& at(Seat seat) { return members_[seat]; }

  // Calls `visit(Member&)` for everybody but the one in `seat`.
  template <typename Visit>
  void others(Seat seat, Visit visit) {
    for (Seat i = 0; i < size_; ++i) {
      if (i != seat) visit(members_[i]);
    }
  }
  // The same for those who sit here.
  template <typename Visit>
  void each_here(Visit visit) {
    for (Member& member : members()) {
      if (member.session != nullptr) visit(member);
    }
  }

  // Whoever sits in `seat` has the others' messages up to `number`. False: that was never said.
  bool confirm(Seat seat, Number number);
  // Whether that was said by the others.
  bool was_said_to(Seat seat, Number number);

  Chat* next_by_id = nullptr;  // in the hub's table

 private:
  Chat(ChatId id, Peer* peer) : id_(id), peer_(peer) {}

  const ChatId id_;
  Peer* const peer_;
  std::array<Member, seats_max> members_;
  Seat size_ = 0;
};

}  // namespace chat
