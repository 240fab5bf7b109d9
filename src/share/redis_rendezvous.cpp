#include "share/redis_rendezvous.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "chat/bounds.h"
#include "chat/pack.h"
#include "share/redis_keys.h"
#include "share/redis_question.h"

namespace share {

namespace {

// What lies at a seat: the stamp, for the script; and a seal of nothing, as who sealed it says all.
constexpr std::size_t stamp_chars = 16;
constexpr std::size_t value_bytes = stamp_chars + seal_bytes;

// What it is sealed about.
std::array<std::uint8_t, 17> seat_of(chat::ChatId chat, chat::Seat seat, chat::Stamp stamp) {
  std::array<std::uint8_t, 17> which;
  chat::Packer(which).put(chat).put(seat).put(stamp);
  return which;
}

}  // namespace

class RedisRendezvous::Keeping final : public RedisQuestion {
 public:
  Keeping(RedisRendezvous& of, chat::ChatId chat) : rendezvous_(of), chat_(chat) {}
  void answered(const redisReply* reply) override {
    if (!rendezvous_.library_.lacks(reply)) rendezvous_.tell(chat_, reply);
    destroy(this);
  }

 private:
  RedisRendezvous& rendezvous_;
  const chat::ChatId chat_;
};

void RedisRendezvous::keep(chat::ChatId chat, chat::Seat seat, chat::Stamp stamp,
                           std::uint64_t ttl_ms) {
  if (!commands_.is_ready()) return;
  RedisName stamp_text;
  stamp_text.add(stamp);
  std::array<std::uint8_t, value_bytes> value;
  std::ranges::copy(stamp_text.view(), value.begin());
  const auto sealed = std::span(value).subspan(stamp_chars);
  if (!seal_.seal({}, seat_of(chat, seat, stamp), sealed)) return;

  std::array<RedisName, chat::seats_max> keys;
  for (chat::Seat each = 0; each < chat::seats_max; ++each) keys[each] = redis_seat_key(chat, each);
  const Digits keys_size(keys.size());
  const Digits which(seat + 1U);
  const Digits ttl(std::max<std::uint64_t>(ttl_ms, 1));  // for no time at all Redis has no word
  std::array<std::string_view, 3 + chat::seats_max + 3> words{
      "EVALSHA", library_.hash(RedisScript::keep), keys_size.view()};
  auto* word = words.begin() + 3;
  for (const RedisName& key : keys) *word++ = key.view();
  *word++ = which.view();
  *word++ = {reinterpret_cast<const char*>(value.data()), value.size()};
  *word++ = ttl.view();
  ask(commands_, make_question<Keeping>(*this, chat), words);
}

// What lay at each of the chat's seats.
void RedisRendezvous::tell(chat::ChatId chat, const redisReply* reply) {
  if (!is_array(reply, chat::seats_max)) return;
  for (chat::Seat seat = 0; seat < chat::seats_max; ++seat) {
    const auto keeper = open(chat, seat, text_of(reply->element[seat]));
    if (keeper && keeper->at != self_) receiver_.kept(*keeper);
  }
}

// Nothing: nobody keeps it, or what lies there is not one of ours.
std::optional<chat::Keeper> RedisRendezvous::open(chat::ChatId chat, chat::Seat seat,
                                                  std::string_view value) {
  if (value.size() != value_bytes) return {};
  chat::Stamp stamp = 0;
  std::from_chars(value.data(), value.data() + stamp_chars, stamp, 16);
  const std::span sealed(reinterpret_cast<const std::uint8_t*>(value.data()) + stamp_chars,
                         seal_bytes);
  std::array<std::uint8_t, 1> nothing;
  const auto opened = seal_.open(sealed, seat_of(chat, seat, stamp), nothing);
  if (!opened) return {};
  return chat::Keeper{chat, seat, opened->by, stamp};
}

}  // namespace share
