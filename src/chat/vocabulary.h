// The words of chat.v1 as closed types: a client's frame is parsed once, here, and inside there are
// only valid values; a server's frame is written here and nowhere else. Grammar (docs/protocol.md):
//
//   frame    = verb *( SP argument ) [ LF body ]
//   verb     = 1*( %x61-7A )
//   argument = key "=" value / value       ; no SP, no LF
//
// Views point into what was parsed; nothing is copied, nothing is allocated.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "chat/bounds.h"

namespace chat {

// A message's number in its chat, from 1; 0 says "none yet".
using Number = std::uint32_t;

// A list of views with room for the most that are allowed.
template <std::size_t N>
struct Views {
  std::array<std::string_view, N> items;
  std::size_t size = 0;
  std::span<const std::string_view> span() const { return {items.data(), size}; }
};
using Languages = Views<languages_max>;  // lower case is not enforced; each 1 to language_bytes_max
                                         // of [A-Za-z0-9-]
using Interests = Views<interests_max>;  // as written, outer white space off, none empty

// What a client says.
struct Find {
  Languages languages;
  Interests interests;
};
struct Say {
  Number number;              // 1 to number_max
  std::optional<Number> got;  // the same
  std::string_view text;      // the body, may be empty
};
struct Got {
  Number number;  // 1 to number_max
};
struct Seen {
  Number number;  // 1 to number_max
};
struct Skip {
  Number number;  // 1 to number_max
};
struct Typing {};
struct Away {};
struct Here {};
struct Leave {};
struct Block {};
enum class ReportReason : std::uint8_t { spam, harassment, sexual, minor, threat, other };
struct Report {
  ReportReason reason;
  Number from = 0;              // 0: absent
  Number upto = 0;              // from and upto come together, from <= upto
  std::string_view transcript;  // the body, may be empty
};
struct Resume {
  std::string_view token;  // not empty, without a space or "="
  Number got;              // may be 0
};
struct Ping {};

using ClientFrame = std::variant<Find, Say, Got, Seen, Skip, Typing, Away, Here, Leave, Block,
                                 Report, Resume, Ping>;

// Why a frame is none of the above.
enum class Fault : std::uint8_t {
  unknown_verb,  // the first word is no verb of a client
  malformed,     // a verb without what it needs, with what it does not take (arguments, a body), or
                 // with a value out of its range; an interest with a control character
  too_long,      // the header line is longer than header_bytes_max
  too_many,      // find: more interests or languages than allowed, an interest or the body longer
                 // than allowed: refused, not a broken client
};

// REQUIRES: `frame` is valid UTF-8 (the WebSocket layer has checked it). Total: any bytes give an
// answer within the bounds.
std::variant<ClientFrame, Fault> parse(std::string_view frame);

// What the server says. `write` gives the frame's text, which lives in `buffer` until it is used
// again.
struct Hello {
  std::size_t message_bytes_max;
  std::uint32_t window_s;
  std::uint32_t online;
};
struct Waiting {};
struct Matched {
  std::string_view token;     // "-": this chat cannot be resumed; at most token_bytes_max
  std::string_view language;  // as parsed; empty: none in common
  Interests common;           // as parsed
};
struct Resumed {
  std::string_view token;    // as above
  std::uint64_t lost_s = 0;  // the partner is lost for so long yet; 0: is there
};
struct Lost {
  std::uint64_t seconds;  // until the chat ends, if nobody comes back
};
struct Back {};
struct Left {};
enum class RefusedReason : std::uint8_t { rate, filtered, banned, stale, full, state };
struct Refused {
  std::string_view verb;  // one of the verbs above
  RefusedReason reason;
  Number number = 0;           // 0: absent
  std::uint64_t retry_ms = 0;  // 0: absent
};
enum class ByeReason : std::uint8_t { restart, banned, idle, slow, replaced, full };
struct Bye {
  ByeReason reason;
  std::uint64_t retry_ms = 0;  // 0: absent
};
struct Pong {};

using ServerFrame =
    std::variant<Hello, Waiting, Matched, Resumed, Lost, Back, Left, Refused, Bye, Pong>;

// Room for the longest of them: `matched` with all its interests.
inline constexpr std::size_t server_frame_bytes_max =
    header_bytes_max + interests_max * (interest_bytes_max + 1);
using FrameBuffer = std::array<char, server_frame_bytes_max>;

std::string_view write(const ServerFrame& frame, FrameBuffer& buffer);

}  // namespace chat
