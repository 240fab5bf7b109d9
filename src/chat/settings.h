// What an operator's directives say to the domain. Immutable; outlives the sessions that refer to
// it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "chat/bounds.h"
#include "chat/bucket.h"

namespace chat {

struct Settings {
  std::size_t message_bytes_max = 4096;  // chat_message_max: of a body
  Rate message_rate{5, 1000, 20};        // chat_message_rate
  Rate find_rate{30, 60000, 10};         // chat_find_rate
  std::uint64_t patience_ms = 5000;      // chat_patience
  std::uint64_t idle_ms = 600000;        // chat_idle
  std::uint64_t window_ms = 60000;       // chat_window
  std::uint64_t drain_ms = 5000;  // chat_drain: over how long a worker that stops sends them away

  // The longest frame that any verb can make of this.
  std::size_t frame_bytes_max() const {
    return header_bytes_max + 1 + std::max(message_bytes_max, find_body_bytes_max);
  }
  // Frames of all kinds together (bounds.h). The count stays within what Rate allows.
  Rate frame_rate() const {
    const std::uint32_t a_second = message_rate.count / (message_rate.interval_ms / 1000) + 1;
    return {std::min(a_second * frames_for_message + frames_beside_rate, rate_max), 1000,
            std::min(message_rate.burst * frames_for_message + frames_beside_burst, rate_max)};
  }
};

}  // namespace chat
