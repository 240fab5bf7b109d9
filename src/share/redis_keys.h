// Every name that lies in Redis, and how long. What is behind a prefix is random or a keyed hash,
// and every value and every message is sealed (seal.h), but for the time when a seat was taken:
// whoever reads all of it learns how many wait, how many chats are waited in and how much is said,
// and no more.
//
// | name                           | type       | holds                             | gone after |
// | ------------------------------ | ---------- | --------------------------------- | ---------- |
// | chatsj:ticket:<ticket>         | string     | a sealed ticket                   | 30 s       |
// | chatsj:queue:<keyed hash>      | sorted set | ids of tickets, by since when     | 60 s       |
// | chatsj:seat:<chat>:<seat>      | string     | a stamp, and sealed: who keeps it | 3 windows  |
// | chatsj:mail:<host>-<worker>    | channel    | sealed letters to a worker        | at once    |
//
// docs/redis.md has this table for operators, and the least rights that a user needs.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "chat/member.h"
#include "chat/places.h"
#include "chat/seat.h"
#include "chat/ticket.h"
#include "share/secret.h"

namespace share {

// Who waits posts again every chat::renew_ms, and so keeps both.
inline constexpr std::uint64_t redis_ticket_ttl_ms = 30'000;
inline constexpr std::uint64_t redis_queue_ttl_ms = 60'000;

inline constexpr std::string_view redis_ticket_prefix = "chatsj:ticket:";
inline constexpr std::string_view redis_queue_prefix = "chatsj:queue:";
inline constexpr std::string_view redis_seat_prefix = "chatsj:seat:";
inline constexpr std::string_view redis_mail_prefix = "chatsj:mail:";

// A name in memory of its own.
class RedisName {
 public:
  std::string_view view() const { return {text_.data(), size_}; }
  void add(std::string_view text) {
    size_ += text.copy(text_.data() + size_, text_.size() - size_);
  }
  // 16 hexadecimal digits.
  void add(std::uint64_t number);

 private:
  std::array<char, 48> text_;
  std::size_t size_ = 0;
};

// The part of a ticket's key that says which, as its queues hold it.
RedisName redis_ticket_id(chat::TicketId id);
RedisName redis_ticket_key(chat::TicketId id);
// A keyed hash of all that says which queue: nobody sees which ones are of one lobby.
RedisName redis_queue_key(const Key& key, const chat::QueueKey& queue);
RedisName redis_seat_key(chat::ChatId chat, chat::Seat seat);
RedisName redis_mail_channel(chat::MemberId member);

}  // namespace share
