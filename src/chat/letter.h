// What members write to each other: a closed set of types, parsed once, at the edge. A letter is a
// byte that says which, and its fields (pack.h).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>

#include "chat/bounds.h"
#include "chat/seat.h"
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
// A frame that somebody said in a chat, unchanged.
struct Relayed {
  ChatId chat;
  std::span<const std::uint8_t> frame;  // in the letter, at relay_header_bytes
};
// "Mine has left that chat", or "there is no such chat here".
struct Parted {
  ChatId chat;
};
// "Do you still know these chats that we have in common?"
struct ChatIds {
  std::array<ChatId, audit_chats_max> items{};
  std::uint8_t size = 0;
  std::span<const ChatId> span() const { return {items.data(), size}; }
};
struct Audit {
  ChatIds chats;
};
// "All of those that you asked for but these."
struct Audited {
  ChatIds unknown;
};

using Letter = std::variant<Claim, Accepted, Declined, Relayed, Parted, Audit, Audited>;

// In front of a relayed frame.
inline constexpr std::size_t relay_header_bytes = 1 + 8;
inline constexpr std::size_t letter_bytes_max =
    relay_header_bytes + header_bytes_max + 1 + message_bytes_most;

// Room for every letter that relays nothing.
using LetterBuffer = std::array<std::uint8_t, 1 + 16 + ticket_bytes_max + 8 * audit_chats_max>;

// The letter's bytes; they live in `buffer`. Of a Relayed its header alone, to be put in front of
// the frame.
std::span<const std::uint8_t> write(const Letter& letter, std::uint64_t now_ms,
                                    LetterBuffer& buffer);

// Total: nothing when it is none of the above. Views point into `bytes`.
std::optional<Letter> read_letter(std::span<const std::uint8_t> bytes, std::uint64_t now_ms);

}  // namespace chat
