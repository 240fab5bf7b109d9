// A worker of a host of its own, joined with others through a Redis.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "poll_loop.h"
#include "share/cluster.h"
#include "share/secret.h"

// Numbers that differ, the same in each run.
class Numbers final : public chat::Random {
 public:
  explicit Numbers(std::uint64_t seed = 1) : state_(seed) {}
  std::uint64_t next() override {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return state_ >> 20;
  }

 private:
  std::uint64_t state_;
};

inline share::Keys keys_of(std::string_view zone) {
  constexpr std::string_view secret = "a secret of the tests, 32 bytes long";
  share::Keys keys;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(secret.data());
  assert_true(share::derive_keys({bytes, secret.size()}, zone, keys));
  return keys;
}

// `Heard` is a Receiver, whose `has_way` follows cut() and mended().
template <typename Heard>
struct ClusterMember {
  template <typename... Arguments>
  ClusterMember(const share::RedisSettings& redis, share::Loop& loop, std::uint64_t number,
                Arguments... arguments)
      : id{number, number * 0x9E3779B97F4A7C15},
        settings(redis),
        random(number),
        heard(arguments...) {
    cluster.emplace(settings, keys, id, number == 1, loop, random, heard);
    assert_true(cluster->start());
  }

  const chat::MemberId id;
  const share::RedisSettings settings;
  const share::Keys keys = keys_of("zone");
  Numbers random;
  Heard heard;
  std::optional<share::Cluster> cluster;
};
