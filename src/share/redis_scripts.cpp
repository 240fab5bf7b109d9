#include "share/redis_scripts.h"

#include <openssl/sha.h>

#include <cstdint>

namespace share {

namespace {

// Puts a ticket in, or what it says now in the place of what it said, and gives those whom its
// owner may want to meet.
//
//   KEYS  1 the ticket's key; then the queues it stands in; then those it looks into
//   ARGV  1 its id, 2 it, sealed, 3 milliseconds it has waited, 4 its TTL and 5 that of queues in
//         milliseconds, 6 how many queues it stands in, 7 how many tickets to give of each queue,
//         8 how many entries to look at for that, 9 the prefix of tickets' keys
//   gives a list of {which of the queues, from 1, milliseconds it has waited, its id, it, sealed}:
//         each ticket once, in the first queue that has it, the longest waiting first
//
// An entry whose ticket is gone is taken out of its queue by whoever comes across it. The keys of
// the tickets that are given are made of the entries, so they are not among KEYS.
constexpr std::string_view post = R"(
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local stands = tonumber(ARGV[6])
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[4])
for i = 2, 1 + stands do
  redis.call('ZADD', KEYS[i], now - ARGV[3], ARGV[1])
  redis.call('PEXPIRE', KEYS[i], ARGV[5])
end
local given, seen = {}, {[ARGV[1]] = true}
for i = 2 + stands, #KEYS do
  local entries = redis.call('ZRANGE', KEYS[i], 0, ARGV[8] - 1, 'WITHSCORES')
  local left = tonumber(ARGV[7])
  for e = 1, #entries, 2 do
    if left == 0 then break end
    local id = entries[e]
    if not seen[id] then
      seen[id] = true
      local ticket = redis.call('GET', ARGV[9] .. id)
      if ticket then
        given[#given + 1] = {i - 1 - stands, now - entries[e + 1], id, ticket}
        left = left - 1
      else
        seen[id] = nil
        redis.call('ZREM', KEYS[i], id)
      end
    end
  end
end
return given
)";

// Takes two tickets out, if both are in.
//
//   KEYS  1 the taker's own ticket, 2 the other
//   gives 2: both are out; 1: the other is gone; 0: one's own is gone
constexpr std::string_view take = R"(
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if redis.call('EXISTS', KEYS[2]) == 0 then return 1 end
redis.call('DEL', KEYS[1], KEYS[2])
return 2
)";

// Says who keeps a seat of a chat, in the place of whoever said so with a lower stamp, and of the
// same member.
//
//   KEYS  the chat's seats
//   ARGV  1 which of them it is, from 1, 2 what is to lie there, 3 its TTL in milliseconds
//   gives what lay at each of KEYS, "" for nothing
//
// What lies at a seat begins with the stamp, as 16 hexadecimal digits, and goes on with a seal
// (seal.h), of which bytes 2 to 17 say whose it is. A stamp is compared by halves, as a number of
// Lua's has 53 bits.
constexpr std::string_view keep = R"(
local function is_lower(a, b)
  for first = 1, 9, 8 do
    local x = tonumber(string.sub(a, first, first + 7), 16)
    local y = tonumber(string.sub(b, first, first + 7), 16)
    if x ~= y then return x < y end
  end
  return false
end
local function stamp_and_owner(value)
  return string.sub(value, 1, 16) .. string.sub(value, 18, 33)
end
local lay = {}
for i = 1, #KEYS do lay[i] = redis.call('GET', KEYS[i]) or '' end
local seat, value = tonumber(ARGV[1]), ARGV[2]
local before = lay[seat]
if before == '' or is_lower(before, value) or stamp_and_owner(before) == stamp_and_owner(value) then
  redis.call('SET', KEYS[seat], value, 'PX', ARGV[3])
end
return lay
)";

}  // namespace

std::string_view text_of(RedisScript script) {
  constexpr std::array<std::string_view, redis_scripts> texts{post, take, keep};
  return texts[static_cast<std::size_t>(script)];
}

std::array<char, 40> hash_of(RedisScript script) {
  const std::string_view text = text_of(script);
  std::array<std::uint8_t, SHA_DIGEST_LENGTH> digest;
  SHA1(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), digest.data());
  constexpr std::string_view digits = "0123456789abcdef";
  std::array<char, 40> hash;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    hash[2 * i] = digits[digest[i] >> 4];
    hash[2 * i + 1] = digits[digest[i] & 15];
  }
  return hash;
}

}  // namespace share
