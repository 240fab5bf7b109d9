// What a client carries to take its seat again, on whatever connection, worker or host. It names
// nobody, and is sealed (TokenSeal, shared.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "chat/person.h"
#include "chat/seat.h"
#include "chat/taking.h"

namespace chat {

struct Token {
  ChatId chat = 0;
  Seat seat = 0;
  Taking taking;               // that it was given for
  MemberId home;               // who kept the seat then
  MemberId others;             // who may know of the others, if `home` did not; or nobody
  std::uint64_t lobby = 0;     // keyed hash of its name
  std::uint64_t until_ms = 0;  // on the wall
  Person person;
};

// The bytes of it, in the front of `out`; gives how many. REQUIRES: `out` has
// token_plain_bytes_max.
std::size_t write_token(const Token& token, std::span<std::uint8_t> out);
// Total: nothing when it is no token.
std::optional<Token> read_token(std::span<const std::uint8_t> bytes);

}  // namespace chat
