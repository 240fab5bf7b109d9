// Every bound of the domain that is not a directive. What a client can make grow is held by one of
// these or by a directive's value in Settings (settings.h).
#pragma once

#include <cstddef>
#include <cstdint>

namespace chat {

// A frame's line of header: the longest legitimate one is `resume` with its token.
inline constexpr std::size_t header_bytes_max = 512;
// A token as text: it must fit into the header of `resume` and, with a language, of `matched`.
inline constexpr std::size_t token_bytes_max = 448;
// What is sealed in it.
inline constexpr std::size_t token_plain_bytes_max = 256;
// A token can be used for so long at the least. The key that seals it changes as often.
inline constexpr std::uint64_t token_life_ms = 12 * 3'600'000ULL;

// Bytes in front of a client's frame that may be written over: whatever carries the frame on fits.
inline constexpr std::size_t frame_room = 16;

// find
inline constexpr std::size_t interests_max = 10;
inline constexpr std::size_t interest_chars_max = 40;                      // Unicode code points
inline constexpr std::size_t interest_bytes_max = 4 * interest_chars_max;  // in UTF-8
inline constexpr std::size_t languages_max = 4;
inline constexpr std::size_t language_bytes_max =
    35;  // RFC 5646 section 4.4.1: the longest tag to be expected
inline constexpr std::size_t find_body_bytes_max =
    interests_max * (interest_bytes_max + 16);  // with white space

// What `chat_message_max` may allow for a message.
inline constexpr std::size_t message_bytes_most = 1024 * 1024;

// Delivery: messages of one member that the other's page has not confirmed yet.
inline constexpr std::uint32_t unacknowledged_max = 32;
// The number of a message; a chat of a message a second reaches it after 136 years.
inline constexpr std::uint32_t number_max = 4'294'967'294;

// Strangers a session remembers not to meet again.
inline constexpr std::size_t blocked_max = 8;

// Whoever looks for a partner looks at this many in each queue that fits at the most.
inline constexpr std::size_t scan_max = 16;

inline constexpr std::size_t seats_max = 2;
// A taking of a seat names so many of those before it.
inline constexpr std::size_t line_max = 3;

// Who has closed their page is expected for so long: it may be loaded anew. Who had turned away
// from it is expected for so many windows.
inline constexpr std::uint64_t page_closed_ms = 15'000;
inline constexpr std::uint64_t away_windows = 3;
// Who takes a seat again waits so long for word of the other, before it counts as lost.
inline constexpr std::uint64_t entering_ms = 1'000;
// Who is not found is asked for again after so long, and then after twice that each time.
inline constexpr std::uint64_t ask_again_ms = 1'000;
// Chats of a worker that are seen to; beyond that whoever drops has left.
inline constexpr std::size_t missing_max = 65'536;
// Chats that are over, of which a worker knows.
inline constexpr std::size_t ended_max = 1024;
// Whoever is sent away as a worker stops comes back within so long.
inline constexpr std::uint64_t restart_retry_ms = 250;

// Who is alone for so long becomes a ticket in the lobby of the host, and then in that of all
// hosts.
inline constexpr std::uint64_t alone_on_worker_ms = 20;
inline constexpr std::uint64_t alone_on_host_ms = 40;
// A ticket is posted again after so long, and after a failed claim within so long.
inline constexpr std::uint64_t renew_ms = 10'000;
inline constexpr std::uint64_t post_again_ms = 50;
// When other hosts can be reached again, their lobby is given this long to take the tickets in.
inline constexpr std::uint64_t post_all_ms = 1'000;
// For the answer of a shared lobby, and for that of another member.
inline constexpr std::uint64_t claim_ms = 1'000;

// Who has chats with a member asks it whether it knows them: so often, and if it is lost.
inline constexpr std::uint64_t audit_ms = 5'000;
inline constexpr std::uint64_t audit_lost_ms = 1'000;
// A member that is silent for so long is lost.
inline constexpr std::uint64_t silent_ms = 8'000;
// Word that a member was not reached may be older than what was heard of it meanwhile, by so much.
inline constexpr std::uint64_t hearsay_ms = 500;
// Chats in one letter of an audit.
inline constexpr std::size_t audit_chats_max = 64;
// Between calls of Hub::beat.
inline constexpr std::uint64_t beat_ms = 500;

// What a rate may be, a second or a minute, and its burst.
inline constexpr std::uint32_t rate_max = 1'000'000;

// Frames of any kind a session may send: this many times its message rate and burst, plus a little
// for the verbs that come beside messages (got, seen, typing, ping). Beyond it the connection is
// closed (1008).
inline constexpr std::uint32_t frames_for_message = 4;
inline constexpr std::uint32_t frames_beside_rate = 20;  // a second
inline constexpr std::uint32_t frames_beside_burst = 100;

}  // namespace chat
