// Answers out of bytes: whole ones however they are cut, and bounds that hold for each reader by
// itself, whatever a server sends.
#include "share/redis_reader.h"

#include <algorithm>
#include <string>
#include <utility>

#include "share/redis_bounds.h"
#include "unit.h"

// Of the sanitizer that every unit test is built with.
extern "C" std::size_t allocated_now() asm("__sanitizer_get_current_allocated_bytes");

namespace {

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string bulk(std::size_t size) {
  return "$" + std::to_string(size) + "\r\n" + std::string(size, 'x') + "\r\n";
}

// What came of some bytes, fed in pieces as a socket gives them.
struct Fed {
  std::size_t replies = 0;
  std::size_t bytes = 0;   // that were taken before it failed
  std::size_t memory = 0;  // the most that was held, beyond what was held before
  bool failed = false;
};

// `more` gives the next bytes; nothing: there are no more.
template <typename More>
Fed feed(share::RedisReader& reader, More more) {
  Fed fed;
  const std::size_t before = allocated_now();
  const auto measure = [&] {
    fed.memory = std::max(fed.memory, std::max(allocated_now(), before) - before);
  };
  for (std::string_view bytes = more(); !bytes.empty(); bytes = more()) {
    fed.failed = !reader.feed(bytes_of(bytes));
    while (!fed.failed) {
      redisReply* reply = nullptr;
      fed.failed = !reader.next(reply);
      measure();
      if (fed.failed || reply == nullptr) break;
      ++fed.replies;
      freeReplyObject(reply);
    }
    if (fed.failed) break;
    fed.bytes += bytes.size();
  }
  return fed;
}

// The same text for ever, and before it some other.
Fed feed_endlessly(std::string_view before, std::string_view piece) {
  share::RedisReader reader;
  assert_true(reader.open());
  std::string chunk;
  while (chunk.size() < share::redis_read_bytes) chunk += piece;
  std::size_t left = 64 * 1024 * 1024;
  bool first = true;
  return feed(reader, [&]() -> std::string_view {
    if (std::exchange(first, false) && !before.empty()) return before;
    if (left < chunk.size()) return {};
    left -= chunk.size();
    return chunk;
  });
}

void test_answers_come_whole_however_they_are_cut(void**) {
  const std::string text =
      "+OK\r\n:5\r\n" + bulk(3) + "*2\r\n" + bulk(0) + "*1\r\n$-1\r\n-ERR no\r\n";
  for (std::size_t step = 1; step <= text.size(); ++step) {
    share::RedisReader reader;
    assert_true(reader.open());
    std::string_view left = text;
    const Fed fed = feed(reader, [&] {
      const std::string_view piece = left.substr(0, step);
      left.remove_prefix(piece.size());
      return piece;
    });
    assert_false(fed.failed);
    assert_int_equal(fed.replies, 5);
  }
}

// A reader lives long: what was bounded is one answer, not all of them.
void test_any_number_of_answers_may_come(void**) {
  const Fed fed = feed_endlessly({}, "*2\r\n:1\r\n$3\r\nabc\r\n");
  assert_false(fed.failed);
  assert_true(fed.replies > 1'000'000);
}

void test_the_largest_letter_fits(void**) {
  share::RedisReader reader;
  assert_true(reader.open());
  const std::string text = "*3\r\n$7\r\nmessage\r\n" + bulk(50) + bulk(chat::letter_bytes_max + 64);
  std::string_view left = text;
  const Fed fed = feed(reader, [&] {
    const std::string_view piece = left.substr(0, share::redis_read_bytes);
    left.remove_prefix(piece.size());
    return piece;
  });
  assert_int_equal(fed.replies, 1);
}

constexpr std::size_t memory_most = 4 * share::redis_reply_bytes_max;

void assert_bounded(const Fed& fed) {
  assert_true(fed.failed);
  assert_int_equal(fed.replies, 0);
  assert_in_range(fed.bytes, 0, share::redis_reply_bytes_max);
  assert_in_range(fed.memory, 0, memory_most);
}

void test_one_answer_without_an_end_is_bounded(void**) {
  assert_bounded(feed_endlessly("$2000000000\r\n", "x"));
  assert_bounded(feed_endlessly("+", "x"));
  assert_bounded(feed_endlessly("-", "x"));
  assert_bounded(feed_endlessly(":", "1"));
}

// Each element is small, and taken out of what was fed; all of them are not.
void test_an_array_of_many_bytes_is_bounded(void**) {
  assert_bounded(feed_endlessly("*4000\r\n", bulk(16 * 1024)));
  assert_bounded(feed_endlessly("*1000\r\n", bulk(1024 * 1024)));
}

void test_arrays_of_many_elements_are_bounded(void**) {
  assert_bounded(feed_endlessly("*2147483647\r\n", ":1\r\n"));
  assert_bounded(feed_endlessly("*4097\r\n", ":1\r\n"));
  assert_bounded(feed_endlessly("*4000\r\n", "*4000\r\n"));
  assert_bounded(feed_endlessly("*4000\r\n", "*2\r\n:1\r\n:1\r\n"));
}

// Two have nothing in common.
void test_each_reader_has_bounds_of_its_own(void**) {
  share::RedisReader one, other;
  assert_true(one.open() && other.open());
  const std::string half = "*" + std::to_string(share::redis_elements_max - 10) + "\r\n:1\r\n";
  for (share::RedisReader* reader : {&one, &other}) {
    redisReply* reply = nullptr;
    assert_true(reader->feed(bytes_of(half)) && reader->next(reply));
    assert_null(reply);
  }
  redisReply* reply = nullptr;
  assert_true(one.feed(bytes_of("*20\r\n")));
  assert_false(one.next(reply));
  assert_true(other.feed(bytes_of("*9\r\n")) && other.next(reply));
  assert_true(one.open());  // and begins anew
  assert_true(one.feed(bytes_of("*20\r\n")) && one.next(reply));
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_answers_come_whole_however_they_are_cut),
      cmocka_unit_test(test_any_number_of_answers_may_come),
      cmocka_unit_test(test_the_largest_letter_fits),
      cmocka_unit_test(test_one_answer_without_an_end_is_bounded),
      cmocka_unit_test(test_an_array_of_many_bytes_is_bounded),
      cmocka_unit_test(test_arrays_of_many_elements_are_bounded),
      cmocka_unit_test(test_each_reader_has_bounds_of_its_own),
  };
  return cmocka_run_group_tests_name("redis_reader", tests, nullptr, nullptr);
}
