// Every bound of the way to Redis that is not an option of `chat_redis`.
#pragma once

#include <cstddef>
#include <cstdint>

#include "chat/letter.h"

namespace share {

// One read.
inline constexpr std::size_t redis_read_bytes = 16 * 1024;
// Reads in a row, before others have their turn.
inline constexpr unsigned redis_reads_in_a_row = 8;
// Commands under way, and bytes of them that Redis has not taken; beyond it new ones are lost. Two
// of the longest letters fit.
inline constexpr std::size_t redis_questions_max = 4096;
inline constexpr std::size_t redis_pending_bytes_max = 2 * chat::letter_bytes_max + 256 * 1024;
// One answer: a letter with what Redis puts around it; elements of one array.
inline constexpr std::size_t redis_reply_bytes_max = chat::letter_bytes_max + 64 * 1024;
inline constexpr std::size_t redis_elements_max = 4096;

// Between tries: at first, doubling, at the most; each at a random moment of its second half.
inline constexpr std::uint64_t redis_retry_ms = 100;
inline constexpr std::uint64_t redis_retry_most_ms = 5'000;

// Each member writes to itself so often, and must hear it before the next time.
inline constexpr std::uint64_t redis_beat_ms = 2'000;

// What one `post` may be shown: people in all, and of each queue; entries it looks at for one of
// them; and entries of tickets that are gone, which it takes out.
inline constexpr std::size_t redis_candidates_max = 64;
inline constexpr std::size_t redis_candidates_of_queue_max = 16;
inline constexpr std::size_t redis_scan_factor = 4;
inline constexpr std::size_t redis_sweep_max = 1024;

}  // namespace share
