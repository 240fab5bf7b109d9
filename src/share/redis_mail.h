// Mail to members of other hosts: letters are sealed and published on the channel of whoever they
// are for.
#pragma once

#include <cstdint>
#include <span>

#include "chat/shared.h"
#include "share/bytes.h"
#include "share/receiver.h"
#include "share/redis_connection.h"
#include "share/redis_keys.h"
#include "share/seal.h"

namespace share {

class RedisMail final : public chat::Mail {
 public:
  // All must outlive it, and every question that is under way.
  RedisMail(const Keys& keys, chat::MemberId self, RedisConnection& commands, Receiver& receiver)
      : self_(self),
        channel_(redis_mail_channel(self)),
        seal_(keys.mail, self),
        commands_(commands),
        receiver_(receiver) {}

  // The channel that this member listens on.
  std::string_view channel() const { return channel_.view(); }

  // Without a connection the letter is lost.
  void send(chat::MemberId to, std::span<const std::uint8_t> letter) override;

  // Something was published on the channel. True: this member said it, to hear itself.
  bool published(std::span<const std::uint8_t> sealed);
  // Says something that only this member itself hears.
  void greet_self();

 private:
  class Sending;

  void publish(chat::MemberId to, std::span<const std::uint8_t> letter);

  const chat::MemberId self_;
  const RedisName channel_;
  Seal seal_;
  RedisConnection& commands_;
  Receiver& receiver_;
  Bytes sealed_, opened_;  // of the letter at hand
};

}  // namespace share
