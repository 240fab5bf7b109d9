// Close codes: those of RFC 6455 section 7.4 that we send, and the two that chat.v1 adds. A peer
// may send others; they are kept as the number they are.
#pragma once

#include <cstdint>

namespace ws {

enum class CloseCode : std::uint16_t {
  none = 0,            // no code was given (a Close frame without a body)
  done = 1000,         // the purpose is fulfilled; do not come back by itself
  going_away = 1001,   // the page is left
  protocol = 1002,     // a broken frame or an unknown verb; a client has a bug
  unsupported = 1003,  // a binary message where only text is spoken
  not_utf8 = 1007,     // text that is not UTF-8
  policy = 1008,       // against the rules; do not come back by itself
  too_big = 1009,      // a message over the limit
  internal = 1011,     // the server could not go on (out of memory)
  restart = 1012,      // the server restarts; come back with jitter
  try_later = 1013,    // full; come back later
  replaced = 4000,     // a newer connection took the seat
  too_slow = 4001,     // the reader did not take what was sent; come back
};

// Whether a peer may put `code` on the wire (RFC 6455 section 7.4: 1000-1003, 1007-1014,
// 3000-4999).
bool may_be_sent(std::uint16_t code);

}  // namespace ws
