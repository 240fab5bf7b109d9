// The rendezvous of all hosts: the contract, over a real Redis; and whatever may lie in it or be
// answered, whoever put it there.
#include "share/redis_rendezvous.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "fake_redis.h"
#include "poll_loop.h"
#include "redis_server.h"
#include "rendezvous_contract.h"
#include "share/redis_keys.h"
#include "share/redis_question.h"

namespace {

constexpr std::uint64_t ttl_ms = 60'000;
share::Keys keys_of(std::string_view secret) {
  share::Keys keys;
  assert_true(share::derive_keys(
      {reinterpret_cast<const std::uint8_t*>(secret.data()), secret.size()}, "chat", keys));
  return keys;
}

class Dice final : public chat::Random {
 public:
  std::uint64_t next() override { return state_ = state_ * 6364136223846793005U + 1; }

 private:
  std::uint64_t state_ = 1;
};

class Asking final : public share::RedisQuestion {
 public:
  void answered(const redisReply* reply) override {
    done = true;
    text = share::is_a(reply, REDIS_REPLY_INTEGER) ? std::to_string(reply->integer)
                                                   : std::string(share::text_of(reply));
  }
  bool done = false;
  std::string text;
};

// A member with a connection of its own.
struct Member final : share::RedisConnection::Owner, share::RedisLibrary::Owner {
  Member(std::uint64_t worker, const share::RedisSettings& of_redis, PollLoop& in_loop,
         std::string_view with = "a secret")
      : id{worker % 2, worker}, settings(of_redis), loop(in_loop), secret(keys_of(with)) {
    assert_true(connection.start());
    loop.until([&] { return library.is_loaded(); }, "Redis");
  }
  ~Member() { connection.stop(); }

  // One command; gives its text, its number, or what is wrong with it.
  std::string command(std::initializer_list<std::string_view> words) {
    Asking asking;
    assert_true(connection.ask(asking, {words.begin(), words.size()}));
    loop.until([&] { return asking.done; }, "Redis' answer");
    return asking.text;
  }
  // Keeps a seat, and lets the answer come.
  void keep(chat::ChatId chat, chat::Seat seat, chat::Stamp stamp) {
    rendezvous.keep(chat, seat, stamp, ttl_ms);
    command({"PING"});
  }

  void on_ready(share::RedisConnection&) override { library.load(); }
  void on_away(share::RedisConnection&, std::string_view) override { library.forget(); }
  void on_refused(share::RedisConnection&, std::string_view) override {}
  void on_published(std::span<std::uint8_t>) override { fail(); }
  void on_scripts() override {}

  const chat::MemberId id;
  const share::RedisSettings settings;
  PollLoop& loop;
  const share::Keys secret;
  Dice dice;
  RendezvousHeard heard;
  share::RedisConnection connection{settings, nullptr, {}, loop, dice, *this};
  share::RedisLibrary library{connection, *this};
  share::RedisRendezvous rendezvous{secret, id, connection, library, heard};
};

class Bench final : public RendezvousBench {
 public:
  ~Bench() override { members_.clear(); }
  std::size_t join() override {
    members_.push_back(std::make_unique<Member>(members_.size() + 1, server_.settings(), loop_));
    return members_.size() - 1;
  }
  chat::MemberId id(std::size_t member) const override { return members_[member]->id; }
  chat::Rendezvous& rendezvous(std::size_t member) override { return members_[member]->rendezvous; }
  RendezvousHeard& heard(std::size_t member) override { return members_[member]->heard; }
  void until(const std::function<bool()>& condition, const char* what) override {
    loop_.until(condition, what);
  }

 private:
  PollLoop loop_;
  RedisServer server_;
  std::vector<std::unique_ptr<Member>> members_;
};

std::unique_ptr<RendezvousBench> make_bench() {
  return std::make_unique<Bench>();
}

// ---- a real Redis ----

struct Pair {
  PollLoop loop;
  RedisServer server;
  Member one{1, server.settings(), loop}, two{2, server.settings(), loop};
};

void test_what_lies_there_is_small_and_dies(void**) {
  Pair s;
  s.one.keep(0xAB, 1, 0xCD);
  constexpr std::string_view key = "chatsj:seat:00000000000000ab:1";
  assert_string_equal(s.one.command({"STRLEN", key}).c_str(), "57");
  assert_in_range(std::stoul(s.one.command({"PTTL", key})), 1, ttl_ms);
  assert_string_equal(s.one.command({"GETRANGE", key, "0", "15"}).c_str(), "00000000000000cd");
  assert_string_equal(s.one.command({"DBSIZE"}).c_str(), "1");
  s.two.rendezvous.keep(0xAB, 0, 1, 0);
  s.loop.until([&] { return !s.two.heard.keepers.empty(); }, "an answer to one without time");
  s.loop.until([&] { return s.one.command({"DBSIZE"}) == "1"; }, "what has no time to be gone");
}

void test_a_redis_that_forgot_the_scripts_gets_them_again(void**) {
  Pair s;
  s.one.keep(1, 0, 1);
  s.one.command({"SCRIPT", "FLUSH"});
  s.two.keep(1, 1, 1);
  assert_true(s.two.heard.keepers.empty());
  s.loop.until([&] { return s.two.library.is_loaded(); }, "the scripts");
  s.two.keep(1, 1, 1);
  assert_int_equal(s.two.heard.keepers.size(), 1);
}

void test_what_is_no_seat_costs_that_answer_alone(void**) {
  Pair s;
  s.one.command({"LPUSH", share::redis_seat_key(1, 0).view(), "a list"});
  s.one.command({"SET", share::redis_seat_key(2, 0).view(), "no stamp"});
  s.one.keep(3, 0, 1);
  for (const chat::ChatId chat : {1, 2}) {
    s.two.keep(chat, 0, 1);
    s.two.keep(chat, 1, 1);
    assert_true(s.two.heard.keepers.empty());
  }
  s.two.keep(3, 1, 1);
  assert_int_equal(s.two.heard.keepers.size(), 1);
}

void test_who_has_another_secret_is_not_heard(void**) {
  Pair s;
  Member stranger(4, s.server.settings(), s.loop, "another");
  stranger.keep(1, 0, 1);
  s.one.keep(1, 1, 1);
  assert_true(s.one.heard.keepers.empty());
  stranger.keep(1, 0, 2);
  assert_true(stranger.heard.keepers.empty());
}

void test_without_a_connection_nothing_is_done(void**) {
  Pair s;
  s.one.rendezvous.keep(1, 0, 1, ttl_ms);
  s.one.connection.stop();  // and this one is under way
  s.one.rendezvous.keep(1, 1, 1, ttl_ms);
  assert_true(s.one.heard.keepers.empty());
}

// ---- one that answers anything ----

std::string text(std::string_view bytes) {
  return "$" + std::to_string(bytes.size()) + "\r\n" + std::string(bytes) + "\r\n";
}
std::string list(const std::vector<std::string>& elements) {
  std::string all = "*" + std::to_string(elements.size()) + "\r\n";
  for (const std::string& element : elements) all += element;
  return all;
}

// One keeps seat 0 of chat 1, and two asks; the answers to two are the test's.
struct Hostile {
  Hostile() {
    redis.answer = [this](const FakeRedis::Words& words) {
      return words[0] == "EVALSHA" ? answer : FakeRedis::usual(words);
    };
    one.keep(1, 0, 0x1234);
    const auto called = std::ranges::find_if(
        redis.heard, [](const FakeRedis::Words& words) { return words[0] == "EVALSHA"; });
    assert_true(called != redis.heard.end());
    assert_int_equal(called->size(), 8);
    value = (*called)[6];
  }
  // Whom two hears of.
  std::vector<chat::Keeper> hears(const std::string& said, chat::ChatId chat = 1) {
    answer = said;
    two.heard.keepers.clear();
    two.keep(chat, 1, 1);
    return two.heard.keepers;
  }
  PollLoop loop;
  FakeRedis redis{loop};
  Member one{1, redis.settings(), loop}, two{2, redis.settings(), loop};
  std::string value;              // what one wants to lie there
  std::string answer = "*0\r\n";  // to every call
};

void test_only_what_somebody_said_of_that_seat_is_heard(void**) {
  Hostile s;
  const auto heard = s.hears(list({text(s.value), text("")}));
  assert_int_equal(heard.size(), 1);
  assert_true(heard[0].at == s.one.id);
  assert_int_equal(heard[0].stamp, 0x1234);
  assert_true(s.hears(list({text(""), text(s.value)})).empty());     // of the other seat
  assert_true(s.hears(list({text(s.value), text("")}), 2).empty());  // of another chat
  for (std::size_t i = 0; i < s.value.size(); ++i) {
    std::string changed = s.value;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    assert_true(s.hears(list({text(changed), text("")})).empty());
  }
  for (const std::string& wrong : {s.value.substr(1), s.value.substr(0, 56), s.value + "x",
                                   s.value + s.value, std::string(57, '\0'), std::string("0")}) {
    assert_true(s.hears(list({text(wrong), text("")})).empty());
  }
  assert_int_equal(s.hears(list({text(s.value), text("x")})).size(), 1);
}

void test_an_answer_of_any_kind_costs_nothing_but_itself(void**) {
  Hostile s;
  const std::string good = text(s.value);
  for (const std::string& answer :
       {std::string("$-1\r\n"), std::string("*-1\r\n"), std::string(":7\r\n"),
        std::string("+OK\r\n"), std::string("-ERR of some kind\r\n"), text(""), good, list({}),
        list({good}), list({good, good, good}), list({list({good}), text("")}),
        list({":1\r\n", "$-1\r\n"}), list({list({}), list({good, good})}),
        list({"-ERR inside\r\n", "+" + std::string(57, 'a') + "\r\n"})}) {
    assert_true(s.hears(answer).empty());
  }
  assert_int_equal(s.hears(list({good, text("")})).size(), 1);
}

}  // namespace

int main() {
  std::vector<CMUnitTest> tests = rendezvous_contract::tests<make_bench>();
  const std::vector<CMUnitTest> own = {
      cmocka_unit_test(test_what_lies_there_is_small_and_dies),
      cmocka_unit_test(test_a_redis_that_forgot_the_scripts_gets_them_again),
      cmocka_unit_test(test_what_is_no_seat_costs_that_answer_alone),
      cmocka_unit_test(test_who_has_another_secret_is_not_heard),
      cmocka_unit_test(test_without_a_connection_nothing_is_done),
      cmocka_unit_test(test_only_what_somebody_said_of_that_seat_is_heard),
      cmocka_unit_test(test_an_answer_of_any_kind_costs_nothing_but_itself),
  };
  tests.insert(tests.end(), own.begin(), own.end());
  return _cmocka_run_group_tests("redis_rendezvous", tests.data(), tests.size(), nullptr, nullptr);
}
