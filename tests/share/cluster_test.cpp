// What joins a worker with those of other hosts: when the way is there, when it is not, and what
// the operator reads of it.
#include "share/cluster.h"

#include <algorithm>

#include "cluster_member.h"
#include "fake_redis.h"
#include "lobby_contract.h"
#include "poll_loop.h"

namespace {

using Words = FakeRedis::Words;

struct Scene {
  Scene() {
    redis.answer = [this](const Words& words) {
      if (words[0] == "PUBLISH") return deaf ? std::string(":1\r\n") : redis.publishes(words);
      return words[0] == refused ? "-NOPERM no right to " + words[0] + "\r\n"
                                 : FakeRedis::usual(words);
    };
  }
  void starts() {
    share::RedisSettings settings = redis.settings();
    settings.connect_ms = settings.command_ms = 1'000'000;  // however far the clock jumps
    member.emplace(settings, loop, 1, chat::Reach::cluster);
  }
  void until(const std::function<bool()>& condition, const char* what) {
    loop.until(condition, what);
  }
  void has_way() {
    until([&] { return member->heard.has_way; }, "the way");
  }
  std::size_t said(std::string_view word) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        loop.logged, [&](const auto& line) { return line.find(word) != std::string::npos; }));
  }
  std::size_t heard(std::string_view word) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(redis.heard, [&](const Words& words) { return words[0] == word; }));
  }
  chat::Ticket ticket() const {
    chat::Ticket ticket;
    ticket.id = 5;
    ticket.owner = member->id;
    ticket.lobby = 1;
    ticket.since_ms = loop.now_ms();
    ticket.patience_ms = 1'000;
    return ticket;
  }

  PollLoop loop;
  bool deaf = false;    // what is published does not arrive
  std::string refused;  // a command
  FakeRedis redis{loop};
  std::optional<ClusterMember<LobbyHeard>> member;
};

void test_the_way_is_there_when_a_word_to_oneself_has_come(void**) {
  Scene s;
  s.deaf = true;
  s.starts();
  s.until([&] { return s.heard("PUBLISH") > 0; }, "a word to oneself");
  for (int i = 0; i < 5; ++i) s.loop.turn();
  assert_false(s.member->heard.has_way);
  s.deaf = false;
  s.loop.jump(share::redis_beat_ms + 1);  // that word is lost; the subscription is made anew
  s.until([&] { return s.said("what is published does not arrive") == 1; }, "the loss to be seen");
  s.loop.jump(share::redis_retry_most_ms);
  s.has_way();
}

void test_a_beat_that_is_not_heard_makes_the_subscription_anew(void**) {
  Scene s;
  s.starts();
  s.has_way();
  const unsigned before = s.redis.connections;
  for (int i = 0; i < 3; ++i) {  // beats that are heard change nothing
    const std::size_t beats = s.heard("PUBLISH");
    s.loop.jump(share::redis_beat_ms + 1);
    s.until([&] { return s.heard("PUBLISH") > beats; }, "a beat");
    s.loop.turn();
  }
  assert_true(s.member->heard.has_way);
  assert_int_equal(s.redis.connections, before);

  s.deaf = true;
  const std::size_t beats = s.heard("PUBLISH");
  s.loop.jump(share::redis_beat_ms + 1);
  s.until([&] { return s.heard("PUBLISH") > beats; }, "a beat that nobody hears");
  s.loop.jump(share::redis_beat_ms + 1);
  s.until([&] { return !s.member->heard.has_way; }, "the loss to be seen");
  assert_int_equal(s.said("what is published does not arrive"), 1);
  s.deaf = false;
  s.loop.jump(share::redis_retry_most_ms);
  s.has_way();
  assert_int_equal(s.redis.connections, before + 1);
  assert_int_equal(s.said("is there again"), 1);
}

void test_a_refused_command_is_logged_once(void**) {
  Scene s;
  s.refused = "EVALSHA";
  s.starts();
  s.has_way();
  for (std::size_t i = 1; i <= 5; ++i) {
    s.member->cluster->lobby().post(s.ticket());
    s.until([&] { return s.heard("EVALSHA") >= i; }, "the question");
    s.loop.turn();
  }
  s.until([&] { return s.said("refuses") > 0; }, "a word in the log");
  assert_int_equal(s.said("refuses what it is asked: NOPERM no right to EVALSHA"), 1);
  assert_int_equal(s.said("refuses"), 1);
  assert_true(s.member->heard.has_way);
}

// However often it is tried again.
void test_a_right_that_is_missing_does_not_fill_the_log(void**) {
  for (const char* refused : {"PUBLISH", "SCRIPT", "SUBSCRIBE", "PING"}) {
    Scene s;
    s.refused = refused;
    s.redis.answer = [&](const Words& words) {
      if (words[0] == s.refused) return "-NOPERM no right to " + words[0] + "\r\n";
      return words[0] == "PUBLISH" ? s.redis.publishes(words) : FakeRedis::usual(words);
    };
    s.starts();
    for (std::size_t i = 1; i <= 6; ++i) {
      s.until([&] { return s.heard(refused) >= i; }, "one more try");
      s.loop.jump(share::redis_retry_most_ms);
    }
    assert_false(s.member->heard.has_way);
    assert_int_equal(s.said(std::string("NOPERM no right to ") + refused), 1);
    assert_in_range(s.said("redis "), 1, 4);  // what of the disk is two
  }
}

void test_what_somebody_else_says_is_no_word_to_oneself(void**) {
  Scene s;
  s.deaf = true;
  s.starts();
  s.until([&] { return s.heard("PUBLISH") > 0; }, "a word to oneself");
  const Words word = *std::ranges::find_if(
      s.redis.heard, [](const Words& words) { return words[0] == "PUBLISH"; });
  for (std::size_t at = 0; at < word[2].size(); ++at) {
    Words forged = word;
    forged[2][at] = static_cast<char>(forged[2][at] ^ 1);
    s.redis.publishes(forged);
  }
  s.redis.publishes({"PUBLISH", word[1], ""});
  s.redis.publishes({"PUBLISH", word[1], std::string(5'000, 'x')});
  for (int i = 0; i < 20; ++i) s.loop.turn();
  assert_false(s.member->heard.has_way);
  s.redis.publishes(word);
  s.has_way();
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_the_way_is_there_when_a_word_to_oneself_has_come),
      cmocka_unit_test(test_a_beat_that_is_not_heard_makes_the_subscription_anew),
      cmocka_unit_test(test_a_refused_command_is_logged_once),
      cmocka_unit_test(test_a_right_that_is_missing_does_not_fill_the_log),
      cmocka_unit_test(test_what_somebody_else_says_is_no_word_to_oneself),
  };
  return cmocka_run_group_tests_name("cluster", tests, nullptr, nullptr);
}
