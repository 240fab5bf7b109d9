// The lobby of all hosts, in Redis. Redis says who stands in a queue; who fits best is decided
// here, by the same rules as everywhere (chat/choice.h).
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "chat/places.h"
#include "chat/shared.h"
#include "share/loop.h"
#include "share/receiver.h"
#include "share/redis_connection.h"
#include "share/redis_scripts.h"
#include "share/seal.h"
#include "share/secret.h"

namespace share {

class RedisLobby final : public chat::SharedLobby {
 public:
  class Owner {
   public:
    // Redis has the scripts, which it had not. What was posted before may be gone.
    virtual void on_scripts() = 0;

   protected:
    ~Owner() = default;
  };

  // All must outlive it, and every question that is under way.
  RedisLobby(const Keys& keys, chat::MemberId self, RedisConnection& commands, Loop& loop,
             Receiver& receiver, Owner& owner);
  RedisLobby(const RedisLobby&) = delete;
  RedisLobby& operator=(const RedisLobby&) = delete;

  // Without a connection nothing is done, and no answer comes.
  void post(const chat::Ticket& ticket) override;
  void take(const chat::Ticket& own, const chat::Ticket& other) override;
  void withdraw(const chat::Ticket& ticket) override;

  // Gives Redis the scripts, if it has none of this connection.
  void load_scripts();
  void forget_scripts() { scripts_ = Scripts::unknown; }
  bool has_scripts() const { return scripts_ == Scripts::loaded; }

 private:
  class Posting;
  class Taking;
  class Withdrawing;
  class Loading;

  void offer(const Posting& posting, const redisReply* reply);
  std::optional<chat::Ticket> open(const redisReply& given);
  std::string_view hash(RedisScript script) const;
  bool lost_scripts(const redisReply* reply);

  const Key& queues_;
  Seal seal_;
  RedisConnection& commands_;
  Loop& loop_;
  Receiver& receiver_;
  Owner& owner_;
  std::array<std::array<char, 40>, redis_scripts> hashes_;
  enum class Scripts : std::uint8_t { unknown, loading, loaded } scripts_ = Scripts::unknown;
};

}  // namespace share
