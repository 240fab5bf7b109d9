// A connection to Redis, and a server that answers it as a test wants.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cluster_member.h"
#include "fake_redis.h"
#include "poll_loop.h"
#include "share/redis_connection.h"

namespace redis_scene {

using Words = FakeRedis::Words;

// Like no other time that somebody waits here.
inline constexpr std::uint32_t connect_ms = 77'777, command_ms = 88'888;

class Owner final : public share::RedisConnection::Owner {
 public:
  void on_ready(share::RedisConnection&) override { ++ready; }
  void on_away(share::RedisConnection&, std::string_view why) override { away.emplace_back(why); }
  void on_refused(share::RedisConnection&, std::string_view why) override {
    refused.emplace_back(why);
  }
  void on_published(std::span<std::uint8_t>) override { ++published; }

  unsigned ready = 0, published = 0;
  std::vector<std::string> away, refused;
};

class Question final : public share::RedisQuestion {
 public:
  void answered(const redisReply* reply) override {
    ++answers;
    known = reply != nullptr;
  }
  unsigned answers = 0;
  bool known = false;
};

struct Scene {
  explicit Scene(std::uint64_t seed = 1) : random(seed) {
    settings.connect_ms = connect_ms;
    settings.command_ms = command_ms;
  }
  void starts(std::string_view channel = {}) {
    connection.emplace(settings, nullptr, channel, loop, random, owner);
    assert_true(connection->start());
  }
  void becomes_ready() {
    const unsigned before = owner.ready;
    loop.until([&] { return owner.ready > before; }, "a connection");
  }
  void asks(Question& question, std::vector<std::string_view> words = {"GET", "x"}) {
    assert_true(connection->ask(question, words));
  }
  void is_away(std::size_t times) {
    loop.until([&] { return owner.away.size() >= times; }, "the connection to fail");
  }
  // What a Sentinel says that is its own master.
  std::string itself() const {
    return "*2\r\n" + FakeRedis::bulk("127.0.0.1") + FakeRedis::bulk(std::to_string(redis.port));
  }
  // Until the next try.
  std::vector<std::uint64_t> pauses() const {
    std::vector<std::uint64_t> pauses;
    for (const std::uint64_t delay : loop.delays) {
      if (delay != 0 && delay != connect_ms && delay != command_ms) pauses.push_back(delay);
    }
    return pauses;
  }

  PollLoop loop;
  FakeRedis redis{loop};
  share::RedisSettings settings = redis.settings();
  Numbers random;
  Owner owner;
  std::optional<share::RedisConnection> connection;
};

}  // namespace redis_scene
