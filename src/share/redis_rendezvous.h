// The rendezvous of all hosts, in Redis: a string for each seat that is kept, gone with its time.
// Redis says whose stamp is higher; who the keeper is, and of what seat, is sealed.
//
// Whoever keeps a seat may say so again, with the same stamp, for another time from now on.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "chat/seat.h"
#include "chat/shared.h"
#include "share/receiver.h"
#include "share/redis_connection.h"
#include "share/redis_library.h"
#include "share/seal.h"
#include "share/secret.h"

namespace share {

class RedisRendezvous final : public chat::Rendezvous {
 public:
  // All must outlive it, and every question that is under way.
  RedisRendezvous(const Keys& keys, chat::MemberId self, RedisConnection& commands,
                  RedisLibrary& library, Receiver& receiver)
      : self_(self),
        seal_(keys.seats, self),
        commands_(commands),
        library_(library),
        receiver_(receiver) {}
  RedisRendezvous(const RedisRendezvous&) = delete;
  RedisRendezvous& operator=(const RedisRendezvous&) = delete;

  // Without a connection nothing is done, and no answer comes.
  void keep(chat::ChatId chat, chat::Seat seat, chat::Stamp stamp, std::uint64_t ttl_ms) override;

 private:
  class Keeping;

  void tell(chat::ChatId chat, const redisReply* reply);
  std::optional<chat::Keeper> open(chat::ChatId chat, chat::Seat seat, std::string_view value);

  const chat::MemberId self_;
  Seal seal_;
  RedisConnection& commands_;
  RedisLibrary& library_;
  Receiver& receiver_;
};

}  // namespace share
