// A ticket as bytes, between hosts: a fixed order, little-endian, without anything about the
// machine. Its time is how long somebody has waited, as no two hosts have the same clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "chat/ticket.h"

namespace chat {

inline constexpr std::size_t ticket_bytes_max =
    8 + 16 + 8 + 24 + 8 * blocked_max + 1 + 8 * interests_max + 1 + 8 * languages_max + 1 + 16;

// Writes at most ticket_bytes_max; gives how many. REQUIRES: `out` has room for them.
std::size_t write_ticket(const Ticket& ticket, std::uint64_t now_ms, std::span<std::uint8_t> out);

// Reads exactly what write_ticket wrote. Total: nothing when it is not that.
std::optional<Ticket> read_ticket(std::span<const std::uint8_t> bytes, std::uint64_t now_ms);

}  // namespace chat
