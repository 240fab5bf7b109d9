// How far one member's messages have come on their way to the others.
//
// Whoever has come back from another worker may have said and heard more than is known here. Then
// what is heard first is taken for true, until the other's page confirms something: the browsers,
// which keep the messages, are right by themselves.
#pragma once

#include "chat/bounds.h"
#include "chat/vocabulary.h"

namespace chat {

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
  bool was_said(Number number) const { return !is_known() || number <= said_; }
  // Up to which the others have everything, as far as is known.
  Number confirmed() const { return is_confirmed_ ? got_ : 0; }
  // The others have everything up to `number`; again is fine. REQUIRES: was_said(number).
  void confirm(Number number);
  // The member has lost its own messages up to `number`, those too that never came this far, and
  // goes on behind it. False: they are confirmed already.
  bool skip(Number number);
  // Nothing is known of what was said before.
  void forget() { *this = Delivery(false); }

  Delivery() = default;

 private:
  explicit Delivery(bool is_known) : is_heard_(is_known), is_confirmed_(is_known) {}
  // What was heard first may have been a late one, until it is confirmed.
  bool is_known() const { return is_heard_ && is_confirmed_; }
  void hear_first(Number number);

  bool is_heard_ = true;      // said_ is known
  bool is_confirmed_ = true;  // got_ is known: until then it only bounds how many are under way
  Number said_ = 0;           // the last one passed on
  Number got_ = 0;            // nothing new passes beyond got_ + unacknowledged_max
};

}  // namespace chat
