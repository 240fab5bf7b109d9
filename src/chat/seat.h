// A place in a chat, and who keeps it.
#pragma once

#include <cstdint>

#include "chat/member.h"

namespace chat {

// Random; 0 is none.
using ChatId = std::uint64_t;

// Which of a chat's places, from 0.
using Seat = std::uint8_t;
inline constexpr Seat seekers_seat = 0;   // who looked, or claimed
inline constexpr Seat partners_seat = 1;  // who was found

// Which taking of a seat: of any two, the later one has the higher stamp. Whoever takes a seat
// again gives it the time on the wall, or what the taking before had and one more.
using Stamp = std::uint64_t;
inline constexpr Stamp first_stamp = 1;  // of those who began the chat

// A member keeps a seat: somebody sits there, or is waited for there.
struct Keeper {
  ChatId chat;
  Seat seat;
  MemberId at;
  Stamp stamp;
};

}  // namespace chat
