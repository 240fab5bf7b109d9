// What happens inside of Redis: scripts, called by the hash of their text (EVALSHA). Each is
// short and bounded, as Redis does nothing else meanwhile.
#pragma once

#include <array>
#include <string_view>

namespace share {

enum class RedisScript { post, take, withdraw, keep };
inline constexpr std::array all_redis_scripts{RedisScript::post, RedisScript::take,
                                              RedisScript::withdraw, RedisScript::keep};
inline constexpr std::size_t redis_scripts = all_redis_scripts.size();

std::string_view text_of(RedisScript script);
// 40 hexadecimal digits: the SHA-1 of the text, as Redis names it.
std::array<char, 40> hash_of(RedisScript script);

// What `take` answers.
inline constexpr long long redis_took_both = 2;
inline constexpr long long redis_other_gone = 1;

}  // namespace share
