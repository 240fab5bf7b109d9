#include "share/redis_keys.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdlib>

#include "chat/bounds.h"
#include "chat/pack.h"

namespace share {

void RedisName::add(std::uint64_t number) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (int shift = 60; shift >= 0; shift -= 4) add(digits.substr(number >> shift & 15, 1));
}

RedisName redis_ticket_id(chat::TicketId id) {
  RedisName name;
  name.add(id);
  return name;
}

RedisName redis_ticket_key(chat::TicketId id) {
  RedisName name;
  name.add(redis_ticket_prefix);
  name.add(id);
  return name;
}

// Ends the process when OpenSSL has no memory, as chat::keyed_hash does.
RedisName redis_queue_key(const Key& key, const chat::QueueKey& queue) {
  std::array<std::uint8_t, 24> which;
  chat::Packer(which).put(queue.lobby).put(queue.topic).put(queue.tongue);
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), which.data(), which.size(),
           digest.data(), nullptr) == nullptr) {
    std::abort();
  }
  chat::Unpacker hash(digest);
  RedisName name;
  name.add(redis_queue_prefix);
  name.add(hash.take<std::uint64_t>());
  name.add(hash.take<std::uint64_t>());
  return name;
}

RedisName redis_seat_key(chat::ChatId chat, chat::Seat seat) {
  static_assert(chat::seats_max <= 10, "one digit");
  const char digit = static_cast<char>('0' + seat);
  RedisName name;
  name.add(redis_seat_prefix);
  name.add(chat);
  name.add(":");
  name.add(std::string_view(&digit, 1));
  return name;
}

RedisName redis_mail_channel(chat::MemberId member) {
  RedisName name;
  name.add(redis_mail_prefix);
  name.add(member.host);
  name.add("-");
  name.add(member.worker);
  return name;
}

}  // namespace share
