#include "share/redis_reader.h"

#include "share/redis_bounds.h"

namespace share {

template <typename Count>
void* RedisReader::create_array(const redisReadTask* task, Count elements) noexcept {
  auto& reader = *static_cast<RedisReader*>(task->privdata);
  const auto more = static_cast<std::size_t>(elements);
  if (more > redis_elements_max - reader.elements_) return nullptr;
  reader.elements_ += more;
  return reader.unbounded_->createArray(task, elements);
}

// What a number of elements is has changed in hiredis 1.0.
template <typename Task, typename Count>
void RedisReader::bound(void* (*&create)(Task, Count)) {
  create = create_array<Count>;
}

bool RedisReader::open() {
  close();
  reader_ = redisReaderCreate();
  if (reader_ == nullptr) return false;
  unbounded_ = reader_->fn;
  functions_ = *unbounded_;
  bound(functions_.createArray);
  reader_->fn = &functions_;
  reader_->privdata = this;
  bytes_ = elements_ = 0;
  return true;
}

void RedisReader::close() {
  if (reader_ != nullptr) redisReaderFree(reader_);
  reader_ = nullptr;
}

bool RedisReader::feed(std::span<const std::uint8_t> bytes) {
  bytes_ += bytes.size();
  return bytes_ <= redis_reply_bytes_max &&
         redisReaderFeed(reader_, reinterpret_cast<const char*>(bytes.data()), bytes.size()) ==
             REDIS_OK;
}

bool RedisReader::next(redisReply*& reply) {
  void* object = nullptr;
  const bool right = redisReaderGetReply(reader_, &object) == REDIS_OK;
  reply = static_cast<redisReply*>(object);
  if (reply != nullptr) {
    bytes_ = reader_->len - reader_->pos;
    elements_ = 0;
  }
  return right;
}

}  // namespace share
