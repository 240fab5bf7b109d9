// Redis' answers: whole, in pieces, wrong, and beyond their bounds.
#include "share/redis_reader.h"

#include <string>

#include "share/redis_bounds.h"
#include "unit.h"

namespace {

using share::RedisReader;

bool feed(RedisReader& reader, std::string_view text) {
  return reader.feed({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

// The text of the next answer; empty: there is none, or it is wrong.
std::string next(RedisReader& reader) {
  redisReply* reply = nullptr;
  if (!reader.next(reply) || reply == nullptr) return "";
  const std::string text(share::text_of(reply));
  freeReplyObject(reply);
  return text;
}

void test_answers_come_in_pieces_and_in_a_row(void**) {
  RedisReader reader;
  assert_true(reader.open());
  assert_true(feed(reader, "$5\r\nhel"));
  assert_string_equal(next(reader).c_str(), "");
  assert_true(feed(reader, "lo\r\n+OK\r\n-NO"));
  assert_string_equal(next(reader).c_str(), "hello");
  assert_string_equal(next(reader).c_str(), "OK");
  assert_string_equal(next(reader).c_str(), "");
  assert_true(feed(reader, "T ME\r\n"));
  assert_string_equal(next(reader).c_str(), "NOT ME");
}

void test_what_is_no_answer(void**) {
  for (const char* text : {"HTTP/1.1 400\r\n", "*4097\r\n"}) {
    RedisReader reader;
    assert_true(reader.open());
    assert_true(feed(reader, text));
    redisReply* reply = nullptr;
    assert_false(reader.next(reply));
  }
}

// However small its parts are, an answer is one.
void test_an_answer_larger_than_the_bound(void**) {
  RedisReader reader;
  assert_true(reader.open());
  const std::string part = "$1000\r\n" + std::string(1000, 'x') + "\r\n";
  assert_true(feed(reader, "*4096\r\n"));
  std::size_t fed = 0;
  while (feed(reader, part)) {
    fed += part.size();
    assert_true(fed <= share::redis_reply_bytes_max);
    assert_string_equal(next(reader).c_str(), "");
  }
  assert_true(fed + 2 * part.size() > share::redis_reply_bytes_max);
}

void test_many_answers_have_no_bound_together(void**) {
  RedisReader reader;
  assert_true(reader.open());
  const std::string answer = "$10000\r\n" + std::string(10'000, 'x') + "\r\n";
  for (std::size_t fed = 0; fed < 3 * share::redis_reply_bytes_max; fed += answer.size()) {
    assert_true(feed(reader, answer));
    assert_int_equal(next(reader).size(), 10'000);
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_answers_come_in_pieces_and_in_a_row),
      cmocka_unit_test(test_what_is_no_answer),
      cmocka_unit_test(test_an_answer_larger_than_the_bound),
      cmocka_unit_test(test_many_answers_have_no_bound_together),
  };
  return cmocka_run_group_tests_name("share/redis_reader", tests, nullptr, nullptr);
}
