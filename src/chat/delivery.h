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
    ignore,  // confirmed or given up already, or ahead of a gap: the sender sends again
    full,    // unacknowledged_max are under way
  };
  // The member says message `number`.
  Verdict say(Number number);
  // Whether anything up to `number` can have arrived or been seen: it was said, or is 0.
  bool was_said(Number number) const { return !is_known() || number <= said_; }
  // Up to which the others have everything, as far as is known.
  Number confirmed() const { return is_confirmed_ ? confirmed_ : 0; }
  // The others have everything up to `number`; again is fine. REQUIRES: was_said(number).
  void confirm(Number number);
  // The member has lost its own messages up to `number`, those too that never came this far, and
  // goes on behind it. Whether the others have heard so is yet to be confirmed. False: that was
  // done already.
  bool skip(Number number);
  // Nothing is known of what was said before.
  void forget() { *this = Delivery(false); }

  Delivery() = default;

 private:
  explicit Delivery(bool is_known) : is_heard_(is_known), is_confirmed_(is_known) {}
  // What was heard first may have been a late one, until it is confirmed.
  bool is_known() const { return is_heard_ && is_confirmed_; }
  // Up to which all is confirmed or given up, as far as is known.
  Number done() const { return is_confirmed_ ? done_ : 0; }
  void hear_first(Number number);
  void do_up_to(Number number);

  bool is_heard_ = true;      // said_ is known
  bool is_confirmed_ = true;  // the two below are: until then one only bounds what is under way
  Number said_ = 0;           // the last one passed on
  Number confirmed_ = 0;
  Number done_ = 0;  // nothing new passes beyond it + unacknowledged_max
};

}  // namespace chat
