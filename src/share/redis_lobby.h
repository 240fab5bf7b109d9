// The lobby of all hosts, in Redis. Redis says who stands in a queue; who fits best is decided
// here, by the same rules as everywhere (chat/choice.h).
#pragma once

#include <cstdint>
#include <optional>

#include "chat/places.h"
#include "chat/shared.h"
#include "share/loop.h"
#include "share/receiver.h"
#include "share/redis_connection.h"
#include "share/redis_library.h"
#include "share/seal.h"
#include "share/secret.h"

namespace share {

class RedisLobby final : public chat::SharedLobby {
 public:
  // All must outlive it, and every question that is under way.
  RedisLobby(const Keys& keys, chat::MemberId self, RedisConnection& commands,
             RedisLibrary& library, Loop& loop, Receiver& receiver);
  RedisLobby(const RedisLobby&) = delete;
  RedisLobby& operator=(const RedisLobby&) = delete;

  // Without a connection nothing is done, and no answer comes.
  void post(const chat::Ticket& ticket) override;
  void take(const chat::Ticket& own, const chat::Ticket& other) override;
  void withdraw(const chat::Ticket& ticket) override;

 private:
  class Posting;
  class Taking;
  class Withdrawing;

  void offer(const Posting& posting, const redisReply* reply);
  std::optional<chat::Ticket> open(const redisReply& given);

  const Key& queues_;
  Seal seal_;
  RedisConnection& commands_;
  RedisLibrary& library_;
  Loop& loop_;
  Receiver& receiver_;
};

}  // namespace share
