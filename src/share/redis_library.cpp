#include "share/redis_library.h"

#include <algorithm>

#include "share/redis_question.h"

namespace share {

class RedisLibrary::Loading final : public RedisQuestion {
 public:
  Loading(RedisLibrary& of, bool is_last) : library_(of), last_(is_last) {}
  void answered(const redisReply* reply) override {
    if (reply != nullptr) learn(*reply);
    destroy(this);
  }
  bool may_be_refused() const override { return true; }  // it ends the connection

 private:
  void learn(const redisReply& reply) const {
    if (!is_a(&reply, REDIS_REPLY_STRING)) return library_.commands_.reset(text_of(&reply));
    if (!last_) return;
    library_.state_ = State::loaded;
    library_.owner_.on_scripts();
  }

  RedisLibrary& library_;
  const bool last_;
};

RedisLibrary::RedisLibrary(RedisConnection& commands, Owner& owner)
    : commands_(commands), owner_(owner) {
  std::ranges::transform(all_redis_scripts, hashes_.begin(), hash_of);
}

void RedisLibrary::load() {
  if (state_ == State::loading) return;
  state_ = State::loading;
  for (RedisScript script : all_redis_scripts) {
    const bool last = script == all_redis_scripts.back();
    const std::array<std::string_view, 3> words{"SCRIPT", "LOAD", text_of(script)};
    if (!ask(commands_, make_question<Loading>(*this, last), words)) {
      state_ = State::unknown;
    }
  }
}

std::string_view RedisLibrary::hash(RedisScript script) const {
  const auto& hash = hashes_[static_cast<std::size_t>(script)];
  return {hash.data(), hash.size()};
}

// Redis began anew, or somebody made it forget.
bool RedisLibrary::lacks(const redisReply* reply) {
  const bool lacks = is_a(reply, REDIS_REPLY_ERROR) && text_of(reply).starts_with("NOSCRIPT");
  if (lacks) load();
  return lacks;
}

}  // namespace share
