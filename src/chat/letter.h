// What members write to each other: a closed set of types, parsed once, at the edge. A letter is a
// byte that says which, and its fields (pack.h).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>

#include "chat/bounds.h"
#include "chat/seat.h"
#include "chat/taking_bytes.h"
#include "chat/ticket.h"
#include "chat/ticket_bytes.h"

namespace chat {

// "I have taken the ticket `wanted` of yours: may `claimer` and they begin the chat `chat`?" Its id
// is made by whoever claims.
struct Claim {
  ChatId chat;
  TicketId wanted;
  Ticket claimer;
};
// "They have begun it."
struct Accepted {
  ChatId chat;
  TicketId claimer;
  Ticket owner;
};
// "They are not free."
struct Declined {
  ChatId chat;
  TicketId claimer;
};
// A frame that somebody in that seat said in a chat, unchanged.
struct Relayed {
  ChatId chat;
  Seat seat;
  std::span<const std::uint8_t> frame;  // in the letter, at relay_header_bytes
};
// "That chat is over."
struct Parted {
  ChatId chat;
};
// "In that chat somebody sits in `seat` here now." Answered with Keeps,
// Elsewhere, Denied or Parted.
struct Moved {
  ChatId chat;
  Seat seat;
  Taking taking;
  Stamp theirs;  // the taking of the other seat, if whoever writes knows that it is right; or 0
};
// "That was not theirs to take: the token is too old, or the seat has been taken since."
struct Denied {
  ChatId chat;
  Seat seat;
  Stamp stamp;  // as in Moved
};
// "That seat is not with you any more: somebody has taken it."
struct Outrun {
  ChatId chat;
  Seat seat;
  Taking taking;
};
// "The others of that chat are with that member."
struct Elsewhere {
  ChatId chat;
  MemberId at;
};
// "I keep that seat."
struct Kept {
  ChatId chat;
  Seat seat;
  Taking taking;
  Stamp theirs;             // as in Moved
  std::uint32_t vacant_ms;  // nobody sits there, and it is kept for so long; 0: somebody does
};
// "I keep these seats of chats that we have in common." Always answered, with Parted for each that
// is over and with Audited.
struct Keeps {
  std::array<Kept, audit_chats_max> items;
  std::uint8_t size = 0;
  std::span<const Kept> span() const { return {items.data(), size}; }
};
// "I know all of those but these."
struct Audited {
  std::array<ChatId, audit_chats_max> items;
  std::uint8_t size = 0;
  std::span<const ChatId> span() const { return {items.data(), size}; }
};

using Letter = std::variant<Claim, Accepted, Declined, Relayed, Parted, Moved, Denied, Outrun,
                            Elsewhere, Keeps, Audited>;

// In front of a relayed frame.
inline constexpr std::size_t relay_header_bytes = 1 + 8 + 1;
inline constexpr std::size_t letter_bytes_max =
    relay_header_bytes + header_bytes_max + 1 + message_bytes_most;

// Room for every letter that relays nothing.
inline constexpr std::size_t kept_bytes = 8 + 1 + taking_bytes + 8 + 4;
using LetterBuffer =
    std::array<std::uint8_t, std::max(1 + 16 + ticket_bytes_max, 2 + kept_bytes * audit_chats_max)>;

// The letter's bytes; they live in `buffer`. Of a Relayed its header alone, to be put in front of
// the frame.
std::span<const std::uint8_t> write(const Letter& letter, std::uint64_t now_ms,
                                    LetterBuffer& buffer);

// Total: nothing when it is none of the above. Views point into `bytes`.
std::optional<Letter> read_letter(std::span<const std::uint8_t> bytes, std::uint64_t now_ms);

}  // namespace chat
