// Redis' answers out of bytes: hiredis' parser (read.h), with bounds to what one answer may have:
// redis_reply_bytes_max, and redis_elements_max in all its arrays, as the parser makes room for as
// many as it is told to expect.
#pragma once

#include <hiredis/hiredis.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace share {

class RedisReader {
 public:
  RedisReader() = default;
  ~RedisReader() { close(); }
  RedisReader(const RedisReader&) = delete;
  RedisReader& operator=(const RedisReader&) = delete;

  // Begins anew. False: out of memory.
  bool open();
  void close();

  // False: out of memory, or an answer that is too large.
  bool feed(std::span<const std::uint8_t> bytes);
  // The next whole answer, to be given back with freeReplyObject, or null: there is none yet.
  // False: what came is no answer; nothing can be read any more.
  bool next(redisReply*& reply);

 private:
  template <typename Count>
  static void* create_array(const redisReadTask* task, Count elements) noexcept;
  template <typename Task, typename Count>
  static void bound(void* (*&create)(Task, Count));

  redisReader* reader_ = nullptr;
  redisReplyObjectFunctions functions_{};
  const redisReplyObjectFunctions* unbounded_ = nullptr;
  std::size_t bytes_ = 0;  // that came since the last whole answer
  std::size_t elements_ = 0;
};

// Whether it is an answer of that type; `type` is one of REDIS_REPLY_*.
inline bool is_a(const redisReply* reply, int type) {
  return reply != nullptr && reply->type == type;
}
inline bool is_array(const redisReply* reply, std::size_t elements) {
  return is_a(reply, REDIS_REPLY_ARRAY) && reply->elements == elements;
}
// The text of a string, a status or an error; empty for everything else.
inline std::string_view text_of(const redisReply* reply) {
  const bool has_text = is_a(reply, REDIS_REPLY_STRING) || is_a(reply, REDIS_REPLY_STATUS) ||
                        is_a(reply, REDIS_REPLY_ERROR);
  return has_text ? std::string_view(reply->str, reply->len) : std::string_view();
}

}  // namespace share
