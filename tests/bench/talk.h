// Pairs of clients that talk as fast as the server lets them, and what a message costs the server.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "bench/client.h"

namespace bench {

struct Talk {
  Target target;
  pid_t server = 0;      // whose CPU time is measured, all its threads
  bool bare = false;     // the bare relay: it pairs by itself and says nothing
  unsigned pairs = 200;  // REQUIRES: at most Client::number_end / 2
  unsigned burst = 1;    // messages that leave in one write; their answer waits for all of them
  double seconds = 2;    // measured, after a warm-up
};

struct Cost {
  std::uint64_t messages = 0;  // that came out of the server
  std::uint64_t cpu_ns = 0;    // of the server
  std::uint64_t wall_ns = 0;
  std::string cipher;  // empty: plain
};

// A message is 64 bytes: `say N got=M`, LF, and text that fills it up. In each pair one side speaks
// at a time, so at most `burst` messages are under way, and never more than chat.v1's 32. Each
// message is checked: one that is lost, changed, doubled or out of order ends the process.
Cost measure(const Talk& talk);

}  // namespace bench
