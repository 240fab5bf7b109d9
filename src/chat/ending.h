// Why the domain ends a connection. The shell maps each to a close code, in one place.
#pragma once

#include <cstdint>

namespace chat {

enum class Ending : std::uint8_t {
  idle,      // neither waits nor talks, for too long
  restart,   // this worker stops
  full,      // a limit is reached
  broken,    // a frame that is none of the protocol
  too_big,   // a message over the limit
  flood,     // more frames than anybody who talks sends
  replaced,  // the seat was taken on a newer connection
};

// How a connection has ended that the domain did not end.
enum class Departure : std::uint8_t {
  dropped,      // nobody wanted it
  page_closed,  // the page was closed, or is loaded anew
  left,         // the client is done, or broke the rules of WebSocket
};

}  // namespace chat
