// Every bound of the module's shell that is not a directive.
#pragma once

#include <cstddef>
#include <cstdint>

#include "chat/bounds.h"

namespace nginx {

// One buffer a worker that everything is read into.
inline constexpr std::size_t read_bytes = 64 * 1024;
// Reads of one connection in a row, before the others have their turn.
inline constexpr unsigned reads_in_a_row = 4;

// After a ping, without any byte from the peer: a drop.
inline constexpr std::uint64_t answer_ms = 10'000;
// From a message's first byte to its last.
inline constexpr std::uint64_t message_ms = 20'000;
// Output that the peer's socket takes nothing of: too slow.
inline constexpr std::uint64_t unread_ms = 30'000;
// One call of send: a TLS record (RFC 8446 section 5.1).
inline constexpr std::size_t send_bytes = 16 * 1024;
// From our Close to the end of the connection, while the peer takes what is pending and answers.
inline constexpr std::uint64_t closing_ms = 5'000;

// Between looks at whether freed memory should go back to the system.
inline constexpr std::uint64_t trim_ms = 10'000;

// Workers that a zone knows at a time, those of an earlier configuration that still drain included.
inline constexpr std::size_t workers_max = 256;
// The smallest zone: its header and about 1,900 addresses.
inline constexpr std::size_t zone_bytes_min = 128 * 1024;

// The longest chat_window.
inline constexpr std::uint64_t window_most_ms = 24 * 3'600'000ULL;

// What the directives of size accept.
inline constexpr std::size_t message_bytes_least = 64;
inline constexpr std::size_t message_bytes_most = chat::message_bytes_most;
inline constexpr std::size_t pending_bytes_least = 4 * 1024;
inline constexpr std::size_t pending_bytes_most = 64 * 1024 * 1024;
inline constexpr std::size_t echo_bytes_most = 1024 * 1024 * 1024;

}  // namespace nginx
