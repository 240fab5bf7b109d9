// What the hub asks of those it shares its people with: two ports. src/share implements them; a
// simulation does so too. No call may call back into the hub: what comes of it is told to the hub
// later, as an event of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "chat/member.h"
#include "chat/ticket.h"

namespace chat {

// The shared lobbies that a hub may have: that of its host, and that of all hosts.
enum class Reach : std::uint8_t { host, cluster };
inline constexpr std::size_t reaches = 2;

// What became of a SharedLobby::take.
enum class Taken : std::uint8_t {
  both,        // both tickets are out: the other's owner may be asked
  other_gone,  // somebody else has the other ticket; one's own is still there
  own_gone,    // somebody else has one's own ticket and is about to ask for it
};

// Where tickets of several workers lie. A ticket that nobody renews may vanish, and all of them may
// at once: the owner posts again from time to time.
//
// Contract:
//   1. `post` puts a ticket in, or what it says now in the place of what it said, and looks for the
//      one that fits best by the rules of Lobby (lobby.h). If there is one, Hub::offered comes
//      later; both are still in.
//   2. Of two tickets that fit, whoever is posted later is offered the other (unless that one has
//      left, or another fits better).
//   3. `take` takes both tickets out if both are in, else none. Hub::taken comes later, at most
//      once. Of any takes for one ticket at most one succeeds.
//   4. `withdraw` takes a ticket out, if it is in. No answer.
//   5. No answer at all is an answer: the lobby is away. Nothing is kept for later.
class SharedLobby {
 public:
  virtual void post(const Ticket& ticket) = 0;
  virtual void take(const Ticket& own, const Ticket& other) = 0;
  virtual void withdraw(const Ticket& ticket) = 0;

 protected:
  ~SharedLobby() = default;
};

// Letters between members.
//
// Contract:
//   1. A letter reaches Hub::letter of the member it is for, whole and unchanged, with the true
//      sender; or it is lost. It may come twice, late and out of order.
//   2. If it is known that nobody gets it: Hub::gone when that member has ended, for good;
//      Hub::unreached when it may be there again later.
//   3. Nothing grows: what cannot be sent is bounded, and lost beyond that.
class Mail {
 public:
  // At most letter_bytes_max (letter.h); valid during the call. Never to the member itself.
  virtual void send(MemberId to, std::span<const std::uint8_t> letter) = 0;

 protected:
  ~Mail() = default;
};

}  // namespace chat
