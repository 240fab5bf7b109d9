// Asking Redis: questions on the heap, and numbers as Redis reads them.
#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <span>
#include <string_view>
#include <utility>

#include "share/redis_connection.h"

namespace share {

// Gone with its answer, by destroy. Null: out of memory.
template <typename Question, typename... Arguments>
Question* make_question(Arguments&&... arguments) {
  void* memory = std::malloc(sizeof(Question));
  return memory == nullptr ? nullptr : new (memory) Question(std::forward<Arguments>(arguments)...);
}
template <typename Question>
void destroy(Question* question) {
  question->~Question();
  std::free(question);
}

// False: it was not asked, and is gone.
template <typename Question>
bool ask(RedisConnection& commands, Question* question, std::span<const std::string_view> words) {
  if (question == nullptr) return false;
  if (commands.ask(*question, words)) return true;
  destroy(question);
  return false;
}

class Digits {
 public:
  explicit Digits(std::uint64_t number)
      : size_(static_cast<std::size_t>(
            std::to_chars(text_.data(), text_.data() + text_.size(), number).ptr - text_.data())) {}
  std::string_view view() const { return {text_.data(), size_}; }

 private:
  std::array<char, 20> text_;
  std::size_t size_;
};

}  // namespace share
