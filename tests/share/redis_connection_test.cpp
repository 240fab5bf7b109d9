// A connection to Redis: how it begins, whom it turns from, and how it waits before it tries again.
#include "share/redis_connection.h"

#include <algorithm>

#include "redis_scene.h"

namespace {

using namespace redis_scene;

// ---- the first words ----

void test_one_for_commands_greets(void**) {
  Scene s;
  s.settings.login = {"somebody", "secret"};
  s.settings.db = 3;
  s.starts();
  s.becomes_ready();
  const std::vector<Words> greeting{
      {"AUTH", "somebody", "secret"}, {"SELECT", "3"}, {"ROLE"}, {"PING"}};
  assert_true(s.redis.heard == greeting);
}

void test_what_is_not_asked_for_is_not_said(void**) {
  Scene s;
  s.starts();
  s.becomes_ready();
  assert_true(s.redis.heard == (std::vector<Words>{{"ROLE"}, {"PING"}}));

  Scene with_password;
  with_password.settings.login.password = "secret";
  with_password.starts();
  with_password.becomes_ready();
  assert_true(with_password.redis.heard[0] == (Words{"AUTH", "secret"}));
}

void test_one_for_letters_greets(void**) {
  Scene s;
  s.settings.login.password = "secret";
  s.settings.db = 1;
  s.starts("a channel");
  s.becomes_ready();
  const std::vector<Words> greeting{
      {"AUTH", "secret"}, {"SELECT", "1"}, {"SUBSCRIBE", "a channel"}};
  assert_true(s.redis.heard == greeting);
  Question question;
  assert_false(s.connection->ask(question, std::array<std::string_view, 1>{"PING"}));
}

void test_with_sentinels_each_asks_who_the_master_is(void**) {
  for (const char* channel : {"", "a channel"}) {
    Scene s;
    s.settings.master = "chat";
    s.settings.login = {"somebody", "secret"};
    s.settings.sentinel_login.password = "of Sentinels";
    s.redis.answer = [&](const Words& words) {
      return words[0] == "SENTINEL" ? s.itself() : FakeRedis::usual(words);
    };
    s.starts(channel);
    s.becomes_ready();
    const Words last = *channel == 0 ? Words{"PING"} : Words{"SUBSCRIBE", channel};
    const std::vector<Words> greetings{{"AUTH", "of Sentinels"},
                                       {"SENTINEL", "get-master-addr-by-name", "chat"},
                                       {"AUTH", "somebody", "secret"},
                                       {"ROLE"},
                                       last};
    assert_true(s.redis.heard == greetings);
  }
}

// Without Sentinels nobody makes another the master.
void test_who_may_not_ask_for_the_role_goes_on(void**) {
  Scene s;
  s.redis.answer = [](const Words& words) {
    return words[0] == "ROLE" ? "-NOPERM no rights\r\n" : FakeRedis::usual(words);
  };
  s.starts();
  s.becomes_ready();
  assert_true(s.owner.away.empty() && s.owner.refused.empty());
}

// As a Sentinel may name it for a while after it was demoted: another one is asked.
void test_a_master_that_was_demoted_is_asked_for_anew(void**) {
  Scene s;
  s.settings.master = "chat";
  bool demoted = true;
  s.redis.answer = [&](const Words& words) {
    if (words[0] == "SENTINEL") return s.itself();
    if (words[0] == "ROLE" && demoted) return std::string("*1\r\n$5\r\nslave\r\n");
    return FakeRedis::usual(words);
  };
  for (const char* channel : {"", "a channel"}) {
    demoted = true;
    s.owner.away.clear();
    s.starts(channel);
    s.is_away(1);
    assert_string_equal(s.owner.away[0].c_str(), "it is not the master");
    demoted = false;
    const auto asked = [&] {
      return std::ranges::count(s.redis.heard,
                                Words{"SENTINEL", "get-master-addr-by-name", "chat"});
    };
    const auto before = asked();
    s.loop.jump(share::redis_retry_most_ms);
    s.becomes_ready();
    assert_int_equal(asked(), before + 1);
  }
}

void test_a_replica_is_not_spoken_with(void**) {
  Scene s;
  s.redis.answer = [](const Words& words) {
    return words[0] == "ROLE" ? "*2\r\n$5\r\nslave\r\n$1\r\nx\r\n" : FakeRedis::usual(words);
  };
  s.starts();
  s.is_away(1);
  assert_int_equal(s.owner.ready, 0);
  assert_string_equal(s.owner.away[0].c_str(), "it is not the master");
}

void test_a_greeting_that_is_refused_is_told_with_its_reason(void**) {
  for (const char* refused : {"AUTH", "SELECT", "ROLE", "PING"}) {
    Scene s;
    s.settings.login.password = "secret";
    s.settings.db = 3;
    s.settings.master = "chat";
    s.redis.answer = [&](const Words& words) {
      if (words[0] == refused) return std::string("-NOPERM no rights\r\n");
      return words[0] == "SENTINEL" ? s.itself() : FakeRedis::usual(words);
    };
    s.starts();
    s.is_away(1);
    const std::string why = std::string("it refuses ") + refused + ": NOPERM no rights";
    assert_string_equal(s.owner.away[0].c_str(), why.c_str());
    assert_int_equal(s.owner.ready, 0);
    assert_false(s.connection->is_ready());
  }
}

void test_a_password_is_told_to_nobody(void**) {
  const std::string_view password = "a-password-of-which-a-server-speaks";
  for (const std::string error :
       {"-ERR unknown command `AUTH`, with args beginning with: `a-password-of`\r\n",
        "-ERR what is a-password-of-which-a-server-speaks?\r\n"}) {
    Scene s;
    s.settings.login.password = password;
    s.redis.answer = [&](const Words&) { return error; };
    s.starts();
    s.is_away(1);
    assert_true(s.owner.away[0].find("a-password") == std::string::npos);
  }
}

// ---- errors ----

void test_who_turns_away_is_left(void**) {
  for (const char* word : {"READONLY", "LOADING", "MASTERDOWN", "NOAUTH", "WRONGPASS"}) {
    Scene s;
    const std::string error = std::string("-") + word + " go away\r\n";
    s.redis.answer = [&](const Words& words) {
      return words[0] == "GET" ? error : FakeRedis::usual(words);
    };
    s.starts();
    s.becomes_ready();
    Question one, other;
    s.asks(one);
    s.asks(other);
    s.is_away(1);
    assert_true(s.owner.away[0].starts_with(word));
    assert_int_equal(one.answers + other.answers, 2);
    assert_false(one.known || other.known);
    assert_true(s.owner.refused.empty());
  }
}

void test_a_refusal_is_told_once_for_each_connection(void**) {
  Scene s;
  s.redis.answer = [](const Words& words) {
    if (words[0] == "GET") return std::string("-NOPERM no rights\r\n");
    if (words[0] == "EVALSHA") return std::string("-NOSCRIPT what?\r\n");
    return words[0] == "QUIT" ? std::string() : FakeRedis::usual(words);
  };
  s.starts();
  for (std::size_t connection = 1; connection <= 2; ++connection) {
    s.becomes_ready();
    Question script, gets[5], last;
    s.asks(script, {"EVALSHA", "x"});
    for (Question& get : gets) s.asks(get);
    s.loop.until([&] { return gets[4].answers == 1; }, "the answers");
    assert_true(script.known && gets[0].known);
    assert_int_equal(s.owner.refused.size(), connection);
    assert_string_equal(s.owner.refused.back().c_str(), "NOPERM no rights");
    s.asks(last, {"QUIT"});
    s.is_away(connection);
  }
}

void test_one_that_answers_no_more_is_left(void**) {
  Scene s;
  s.redis.answer = [](const Words& words) {
    return words[0] == "GET" ? std::string("$5\r\nhel") : FakeRedis::usual(words);
  };
  s.starts();
  s.becomes_ready();
  Question question;
  s.asks(question);
  s.loop.until([&] { return s.redis.heard.back()[0] == "GET"; }, "the question");
  assert_true(s.owner.away.empty());
  s.loop.jump(command_ms + 1);
  s.is_away(1);
  assert_string_equal(s.owner.away[0].c_str(), "it answers no more");
  assert_int_equal(question.answers, 1);
}

void test_one_that_does_not_greet_is_left(void**) {
  Scene s;
  s.redis.answer = [](const Words&) { return std::string("*3\r\n"); };
  s.starts();
  s.loop.until([&] { return !s.redis.heard.empty(); }, "the greeting");
  s.loop.jump(connect_ms + 1);
  s.is_away(1);
  assert_string_equal(s.owner.away[0].c_str(), "it does not answer");
}

// ---- back-off ----

// Takes everybody in, and throws them out at their first question.
std::vector<std::uint64_t> pauses_of(std::uint64_t seed, std::size_t tries) {
  Scene s(seed);
  s.redis.answer = [](const Words& words) {
    return words[0] == "GET" ? std::string() : FakeRedis::usual(words);
  };
  s.starts();
  for (std::size_t i = 1; i <= tries; ++i) {
    s.becomes_ready();
    Question question;
    s.asks(question);
    s.is_away(i);
    s.loop.jump(share::redis_retry_most_ms);  // over the pause
  }
  return s.pauses();
}

void test_pauses_grow_though_it_becomes_ready_each_time(void**) {
  const std::vector<std::uint64_t> pauses = pauses_of(1, 10);
  assert_int_equal(pauses.size(), 10);
  std::uint64_t retry_ms = share::redis_retry_ms;
  for (const std::uint64_t pause : pauses) {
    assert_in_range(pause, retry_ms / 2, retry_ms);
    retry_ms = std::min(2 * retry_ms, share::redis_retry_most_ms);
  }
  assert_int_equal(retry_ms, share::redis_retry_most_ms);
}

void test_pauses_differ(void**) {
  const auto some = pauses_of(1, 8), others = pauses_of(2, 8);
  std::size_t differ = 0;
  for (std::size_t i = 0; i < some.size(); ++i) differ += some[i] != others[i] ? 1 : 0;
  assert_in_range(differ, 6, 8);
  assert_true(std::ranges::count(some, share::redis_retry_most_ms) < 2);
}

void test_one_that_was_steady_is_tried_again_soon(void**) {
  Scene s;
  s.redis.answer = [](const Words& words) {
    return words[0] == "GET" ? std::string() : FakeRedis::usual(words);
  };
  s.starts();
  const auto one_life = [&](std::uint64_t steady_ms) {
    s.becomes_ready();
    s.loop.jump(steady_ms);
    Question question;
    s.asks(question);
    const std::size_t before = s.owner.away.size();
    s.is_away(before + 1);
    s.loop.jump(share::redis_retry_most_ms);
    return s.pauses().back();
  };
  for (int i = 0; i < 8; ++i) one_life(0);
  assert_in_range(one_life(share::redis_retry_most_ms / 2), share::redis_retry_most_ms / 2,
                  share::redis_retry_most_ms);
  assert_in_range(one_life(share::redis_retry_most_ms), 1, share::redis_retry_ms);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_one_for_commands_greets),
      cmocka_unit_test(test_what_is_not_asked_for_is_not_said),
      cmocka_unit_test(test_one_for_letters_greets),
      cmocka_unit_test(test_with_sentinels_each_asks_who_the_master_is),
      cmocka_unit_test(test_who_may_not_ask_for_the_role_goes_on),
      cmocka_unit_test(test_a_master_that_was_demoted_is_asked_for_anew),
      cmocka_unit_test(test_a_replica_is_not_spoken_with),
      cmocka_unit_test(test_a_greeting_that_is_refused_is_told_with_its_reason),
      cmocka_unit_test(test_a_password_is_told_to_nobody),
      cmocka_unit_test(test_who_turns_away_is_left),
      cmocka_unit_test(test_a_refusal_is_told_once_for_each_connection),
      cmocka_unit_test(test_one_that_answers_no_more_is_left),
      cmocka_unit_test(test_one_that_does_not_greet_is_left),
      cmocka_unit_test(test_pauses_grow_though_it_becomes_ready_each_time),
      cmocka_unit_test(test_pauses_differ),
      cmocka_unit_test(test_one_that_was_steady_is_tried_again_soon),
  };
  return cmocka_run_group_tests_name("redis_connection", tests, nullptr, nullptr);
}
