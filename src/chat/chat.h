// A conversation: its members and how far each one's messages have come. No text is kept, only
// numbers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "chat/bounds.h"
#include "chat/vocabulary.h"

namespace chat {

struct Session;
using Seat = std::uint8_t;

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
  // The others have everything up to `number`; again is fine. REQUIRES: was_said(number).
  void confirm(Number number);
  // The member has lost its own messages up to `number` and goes on behind it. False: that cannot
  // be.
  bool skip(Number number);

 private:
  Number said_ = 0;  // the last one passed on
  Number got_ = 0;   // got_ <= said_ <= got_ + unacknowledged_max
};

struct Member {
  Session* session = nullptr;
  Delivery delivery;
};

class Chat {
 public:
  // Null: out of memory.
  static Chat* make();
  static void destroy(Chat* chat);

  // REQUIRES: a seat is free.
  Seat join(Session& session);
  std::span<Member> members() { return {members_.data(), size_}; }
  Member& at(Seat seat) { return members_[seat]; }

  // Calls `visit(Member&)` for everybody but the one in `seat`.
  template <typename Visit>
  void others(Seat seat, Visit visit) {
    for (Seat i = 0; i < size_; ++i) {
      if (i != seat) visit(members_[i]);
    }
  }

 private:
  std::array<Member, seats_max> members_;
  Seat size_ = 0;
};

}  // namespace chat
