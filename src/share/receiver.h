// To whom the shared lobbies and the mail bring what comes of them: the hub, or a test. Every call
// comes from the event loop, never from within a call of the ports (chat/shared.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "chat/shared.h"

namespace share {

// Writable bytes in front of a letter that came: a frame's header fits.
inline constexpr std::size_t letter_room = 16;

class Receiver {
 public:
  // The best fit for a ticket that was posted. `other` is valid during the call, its since_ms on
  // this host's clock.
  virtual void offered(chat::Reach reach, chat::TicketId own, const chat::Ticket& other) = 0;
  // What became of a take.
  virtual void taken(chat::Reach reach, chat::TicketId own, chat::Taken what) = 0;

  // Another member says that it keeps a seat of a chat that this one asked for.
  virtual void kept(const chat::Keeper& keeper) = 0;

  // A letter came. It may be written over, as may the letter_room bytes in front of it.
  virtual void letter(chat::MemberId from, std::span<std::uint8_t> letter) = 0;
  // That member has ended, and never comes back.
  virtual void gone(chat::MemberId member) = 0;
  // Nobody got a letter to that member; it may be there again later.
  virtual void unreached(chat::MemberId member) = 0;

  // There is no way to other hosts now, neither for letters nor for tickets.
  virtual void cut() = 0;
  // There is one (again): what was posted there is gone, perhaps.
  virtual void mended() = 0;

 protected:
  ~Receiver() = default;
};

}  // namespace share
