#include "share/redis_reader.h"

#include "share/redis_bounds.h"

namespace share {

namespace {

// hiredis' own functions, with a bound: it makes room for as many elements as it is told to expect.
template <typename Count>
void* create_array(const redisReadTask* task, Count elements) noexcept;

using CreateArray = decltype(redisReplyObjectFunctions::createArray);
CreateArray unbounded_array;

template <typename Count>
void* create_array(const redisReadTask* task, Count elements) noexcept {
  if (static_cast<std::size_t>(elements) > redis_elements_max) return nullptr;
  return unbounded_array(task, elements);
}

template <typename Result, typename Task, typename Count>
Result (*bounded(Result (*)(Task, Count)))(Task, Count) {
  return create_array<Count>;
}

}  // namespace

bool RedisReader::open() {
  close();
  reader_ = redisReaderCreate();
  if (reader_ == nullptr) return false;
  functions_ = *reader_->fn;
  unbounded_array = functions_.createArray;
  functions_.createArray = bounded(functions_.createArray);
  reader_->fn = &functions_;
  return true;
}

void RedisReader::close() {
  if (reader_ != nullptr) redisReaderFree(reader_);
  reader_ = nullptr;
}

bool RedisReader::feed(std::span<const std::uint8_t> bytes) {
  if (reader_->len - reader_->pos + bytes.size() > redis_reply_bytes_max) return false;
  return redisReaderFeed(reader_, reinterpret_cast<const char*>(bytes.data()), bytes.size()) ==
         REDIS_OK;
}

bool RedisReader::next(redisReply*& reply) {
  void* object = nullptr;
  const bool right = redisReaderGetReply(reader_, &object) == REDIS_OK;
  reply = static_cast<redisReply*>(object);
  return right;
}

}  // namespace share
