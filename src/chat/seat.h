// A place in a chat, and who keeps it.
#pragma once

#include <algorithm>
#include <cstdint>

#include "chat/member.h"

namespace chat {

// Random; 0 is none.
using ChatId = std::uint64_t;

// Which of a chat's places, from 0.
using Seat = std::uint8_t;
inline constexpr Seat seekers_seat = 0;   // who looked, or claimed
inline constexpr Seat partners_seat = 1;  // who was found

// Which taking of a seat: of any two, the later one has the higher stamp.
using Stamp = std::uint64_t;
inline constexpr Stamp first_stamp = 1;  // of those who began the chat

// The one of a taking with that member, behind that stamp: the time on the wall, or a millisecond
// more than the one before. Its low bits are of the member, as seats are taken at two of them
// within a millisecond.
constexpr Stamp stamp_behind(Stamp last, std::uint64_t wall_ms, MemberId at) {
  constexpr Stamp a_ms = 1 << 16;
  return std::max(wall_ms, last / a_ms + 1) * a_ms + at.worker % a_ms;
}

// A member keeps a seat: somebody sits there, or is waited for there.
struct Keeper {
  ChatId chat;
  Seat seat;
  MemberId at;
  Stamp stamp;
};

}  // namespace chat
