// What the domain asks of the world around it. The shell implements these; tests record them.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "chat/ending.h"

namespace chat {

struct Session;

// Effects come out here. None of these may call back into the hub; a connection that fails
// meanwhile is told to the hub later, as an event of its own.
class Outlet {
 public:
  // A frame of the server's own. The text is valid during the call.
  virtual void send(Session& to, std::string_view frame) = 0;
  // A partner's frame, unchanged. It lies where the hub got it; the call may write over the 10
  // bytes in front of it, a WebSocket frame's header.
  virtual void relay(Session& to, std::span<std::uint8_t> frame) = 0;
  // Ends the connection, behind what was sent. The session is out of the hub already.
  virtual void close(Session& of, Ending why) = 0;
  // Hub::deadline_ms of somebody has changed, and nothing was sent to them.
  virtual void reschedule(Session& of) = 0;

 protected:
  ~Outlet() = default;
};

// Unpredictable numbers.
class Random {
 public:
  virtual std::uint64_t next() = 0;

 protected:
  ~Random() = default;
};

}  // namespace chat
