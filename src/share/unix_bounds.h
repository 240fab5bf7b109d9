// Every bound of the mail between the members of one host (unix_mail.h).
#pragma once

#include <cstddef>
#include <cstdint>

#include "chat/letter.h"

namespace share {

// Links to other members, and as many from them: the workers that a zone knows at a time
// (workers_max in nginx/bounds.h).
inline constexpr std::size_t unix_links_max = 256;
// Who waits to be accepted; it is more than the members of a host.
inline constexpr int unix_backlog = 512;

// A letter goes in pieces of this size at the most, a packet each.
inline constexpr std::size_t piece_bytes_max = 32 * 1024;
// What one link keeps that its socket does not take: the greatest letter, and some more.
inline constexpr std::size_t unix_pending_bytes_max = chat::letter_bytes_max + 256 * 1024;

// Packets read from a link, or written to one, before the others have their turn.
inline constexpr unsigned packets_in_a_row = 16;
inline constexpr unsigned accepts_in_a_row = 16;

// When this process has no descriptor left, nobody is accepted for so long.
inline constexpr std::uint64_t accept_pause_ms = 200;

// A process that ends closes its sockets one after the other. Whoever has closed a link is asked
// for so many times, so long after one another, before it counts as alive.
inline constexpr unsigned probes_max = 5;
inline constexpr std::uint64_t probe_ms = 20;

}  // namespace share
