// The scripts as Redis has them: given to it once for each connection, and again when it forgot
// them.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "share/redis_connection.h"
#include "share/redis_scripts.h"

namespace share {

class RedisLibrary {
 public:
  class Owner {
   public:
    // Redis has the scripts, which it had not. What it held before may be gone.
    virtual void on_scripts() = 0;

   protected:
    ~Owner() = default;
  };

  // All must outlive it, and every question that is under way.
  RedisLibrary(RedisConnection& commands, Owner& owner);
  RedisLibrary(const RedisLibrary&) = delete;
  RedisLibrary& operator=(const RedisLibrary&) = delete;

  // Gives Redis the scripts, if it is not about to get them.
  void load();
  void forget() { state_ = State::unknown; }
  bool is_loaded() const { return state_ == State::loaded; }

  // What a script is called by.
  std::string_view hash(RedisScript script) const;
  // Whether Redis answers that it lacks the script that was called; then it gets all again.
  bool lacks(const redisReply* reply);

 private:
  class Loading;

  RedisConnection& commands_;
  Owner& owner_;
  std::array<std::array<char, 40>, redis_scripts> hashes_;
  enum class State : std::uint8_t { unknown, loading, loaded } state_ = State::unknown;
};

}  // namespace share
