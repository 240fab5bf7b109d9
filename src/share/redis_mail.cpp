#include "share/redis_mail.h"

#include <array>
#include <cstdlib>
#include <new>

namespace share {

namespace {

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

// Redis says how many have got a letter.
class RedisMail::Sending final : public RedisQuestion {
 public:
  static Sending* make(Receiver& receiver, chat::MemberId to) {
    void* memory = std::malloc(sizeof(Sending));
    return memory == nullptr ? nullptr : new (memory) Sending(receiver, to);
  }
  void destroy() { std::free(this); }

  void answered(const redisReply* reply) override {
    if (is_a(reply, REDIS_REPLY_INTEGER) && reply->integer == 0) receiver_.unreached(to_);
    destroy();
  }

 private:
  Sending(Receiver& receiver, chat::MemberId to) : receiver_(receiver), to_(to) {}

  Receiver& receiver_;
  const chat::MemberId to_;
};

void RedisMail::send(chat::MemberId to, std::span<const std::uint8_t> letter) {
  if (commands_.is_ready() && !letter.empty()) publish(to, letter);
}

// Nothing in it: no letter is empty.
void RedisMail::greet_self() {
  if (commands_.is_ready()) publish(self_, {});
}

void RedisMail::publish(chat::MemberId to, std::span<const std::uint8_t> letter) {
  const RedisName channel = redis_mail_channel(to);
  sealed_.clear();
  if (!sealed_.extend(letter.size() + seal_bytes) ||
      !seal_.seal(letter, bytes_of(channel.view()), sealed_.span())) {
    return;
  }
  const std::string_view text(reinterpret_cast<const char*>(sealed_.span().data()), sealed_.size());
  Sending* sending = Sending::make(receiver_, to);
  const std::array<std::string_view, 3> words{"PUBLISH", channel.view(), text};
  if (sending != nullptr && !commands_.ask(*sending, words)) sending->destroy();
  sealed_.clear();
}

bool RedisMail::published(std::span<const std::uint8_t> sealed) {
  if (sealed.size() < seal_bytes || sealed.size() > chat::letter_bytes_max + seal_bytes) {
    return false;
  }
  opened_.clear();
  if (!opened_.extend(letter_room + sealed.size() - seal_bytes)) return false;
  const auto opened =
      seal_.open(sealed, bytes_of(channel_.view()), opened_.span().subspan(letter_room));
  if (!opened) return false;
  if (opened->by == self_) return opened->plain.empty();
  if (!opened->plain.empty()) receiver_.letter(opened->by, opened->plain);
  opened_.clear();
  return false;
}

}  // namespace share
