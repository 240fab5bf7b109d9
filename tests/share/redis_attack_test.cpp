// What a server that means no good can do to a connection to Redis: end it.
#include "share/redis_connection.h"

#include <string>
#include <vector>

#include "redis_scene.h"

namespace {

using namespace redis_scene;

std::string array_of(std::size_t elements, const std::string& each) {
  std::string text = "*" + std::to_string(elements) + "\r\n";
  for (std::size_t i = 0; i < elements; ++i) text += each;
  return text;
}

// What is too large, or no answer at all.
std::vector<std::string> attacks() {
  const std::string mb(1024 * 1024, 'x');
  return {
      "$2147483647\r\n" + mb + mb,
      array_of(64, FakeRedis::bulk(mb)),
      "*2147483647\r\n",
      "*1000000\r\n",
      array_of(1000, array_of(1000, ":1\r\n")),
      array_of(1000, "*4000\r\n"),
      "+" + mb + mb,
      "-" + mb + mb,
      "?what\r\n",
      "$x\r\n",
      std::string(100, '\0'),
  };
}

void test_an_attack_ends_that_connection_alone(void**) {
  for (const std::string& attack : attacks()) {
    Scene s;
    s.redis.answer = [&](const Words& words) {
      return words[0] == "GET" ? attack : FakeRedis::usual(words);
    };
    s.starts();
    s.becomes_ready();
    Owner other_owner;
    share::RedisConnection other(s.settings, nullptr, {}, s.loop, s.random, other_owner);
    assert_true(other.start());
    s.loop.until([&] { return other.is_ready(); }, "another connection");
    Question question, harmless;
    s.asks(question);
    s.is_away(1);
    assert_int_equal(question.answers, 1);
    assert_false(question.known);
    assert_true(other.ask(harmless, std::array<std::string_view, 1>{"PING"}));
    s.loop.until([&] { return harmless.answers == 1; }, "the other's answer");
    assert_true(harmless.known && other_owner.away.empty());
    s.becomes_ready();  // and it is tried again
  }
}

void test_what_nobody_asked_for_ends_it(void**) {
  for (const char* word : {"+OK\r\n", "-ERR go away\r\n", "*0\r\n", "$-1\r\n"}) {
    Scene s;
    s.starts();
    s.becomes_ready();
    s.redis.says(word);
    s.is_away(1);
  }
}

void test_a_subscription_takes_nothing_but_messages(void**) {
  for (const std::string& word :
       {std::string("+OK\r\n"), std::string("*3\r\n$7\r\nmessage\r\n$1\r\nx\r\n:5\r\n"),
        std::string("*2\r\n$7\r\nmessage\r\n$1\r\nx\r\n"), std::string("*0\r\n")}) {
    Scene s;
    s.starts("a channel");
    s.becomes_ready();
    s.redis.publishes({"PUBLISH", "a channel", "hello"});
    s.loop.until([&] { return s.owner.published == 1; }, "a message");
    s.redis.says(word, true);
    s.is_away(1);
    assert_int_equal(s.owner.published, 1);
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_an_attack_ends_that_connection_alone),
      cmocka_unit_test(test_what_nobody_asked_for_ends_it),
      cmocka_unit_test(test_a_subscription_takes_nothing_but_messages),
  };
  return cmocka_run_group_tests_name("redis_attack", tests, nullptr, nullptr);
}
