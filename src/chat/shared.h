// What the hub asks of those it shares its people with: three ports, and the seal of its tokens.
// src/share implements them; a simulation does so too. No call may call back into the hub: what
// comes of it is told to the hub later, as an event of its own.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "chat/bounds.h"
#include "chat/member.h"
#include "chat/seat.h"
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

// Where the keepers of a chat's seats find each other, when those who knew have ended or cannot be
// reached.
//
// Contract:
//   1. `keep` says that the member keeps that seat, for `ttl_ms`, in the place of whoever said so
//      with the same stamp or a lower one; whoever said so with a higher one stays.
//   2. Then Hub::kept comes, for each of the chat's seats that another member had said to keep: for
//      that very seat too.
//   3. So of two members that keep two seats of a chat, the later one hears of the earlier.
//   4. What was said may vanish at any time, and no answer at all is an answer.
class Rendezvous {
 public:
  virtual void keep(ChatId chat, Seat seat, Stamp stamp, std::uint64_t ttl_ms) = 0;

 protected:
  ~Rendezvous() = default;
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

// What a client carries from one connection to the next, so that only those who share a zone or a
// secret can read or make it. It answers at once.
//
// Contract:
//   1. `open` gives what `seal` of any such member took, unchanged, for at least token_life_ms; of
//      anything else, and of what is older than twice that, nothing.
//   2. Neither keeps anything of it.
class TokenSeal {
 public:
  using Text = std::array<char, token_bytes_max>;
  using Plain = std::array<std::uint8_t, token_plain_bytes_max>;

  // Letters, digits, "-" and "_" alone, in `text`; nothing if it cannot be done. REQUIRES: `plain`
  // has at most token_plain_bytes_max.
  virtual std::string_view seal(std::span<const std::uint8_t> plain, Text& text) = 0;
  // In `plain`. Nothing: it is not one of theirs. Total.
  virtual std::span<const std::uint8_t> open(std::string_view text, Plain& plain) = 0;
  // The time on the wall, which is about the same on all hosts: milliseconds since 1970.
  virtual std::uint64_t wall_ms() const = 0;

 protected:
  ~TokenSeal() = default;
};

}  // namespace chat
