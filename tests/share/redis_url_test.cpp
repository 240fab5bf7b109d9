// Addresses of Redis: what they say, and what is wrong with those that say nothing.
#include "share/redis_url.h"

#include <string>
#include <vector>

#include "unit.h"

namespace {

using share::RedisUrl;
using Kind = RedisUrl::Kind;

struct Parsed {
  explicit Parsed(std::string_view text) : copy(text.begin(), text.end()), decoded(text.size()) {
    wrong = share::parse_redis_url({copy.data(), copy.size()}, decoded, url);
  }
  std::vector<char> copy;  // in memory of its own size
  std::vector<char> decoded;
  RedisUrl url;
  const char* wrong;
};

#define assert_text(view, text) assert_string_equal(std::string(view).c_str(), text)

void test_a_host(void**) {
  const Parsed plain("redis://127.0.0.1");
  assert_null(plain.wrong);
  assert_true(plain.url.kind == Kind::tcp);
  assert_int_equal(plain.url.hosts_size, 1);
  assert_text(plain.url.hosts[0].name, "127.0.0.1");
  assert_int_equal(plain.url.hosts[0].port, 6379);
  assert_false(plain.url.has_db);
  assert_true(plain.url.login.password.empty());

  const Parsed whole("rediss://some%20body:p%40ss%2fword@[::1]:7000/15");
  assert_null(whole.wrong);
  assert_true(whole.url.kind == Kind::tls);
  assert_text(whole.url.hosts[0].name, "::1");
  assert_true(whole.url.hosts[0].ipv6);
  assert_int_equal(whole.url.hosts[0].port, 7000);
  assert_text(whole.url.login.user, "some body");
  assert_text(whole.url.login.password, "p@ss/word");
  assert_true(whole.url.has_db);
  assert_int_equal(whole.url.db, 15);

  const Parsed no_user("redis://:a:b@redis.example.org/");
  assert_null(no_user.wrong);
  assert_true(no_user.url.login.user.empty());
  assert_text(no_user.url.login.password, "a:b");
  assert_text(no_user.url.hosts[0].name, "redis.example.org");
  assert_false(no_user.url.has_db);
}

void test_a_unix_socket(void**) {
  const Parsed parsed("unix:/run/redis.sock");
  assert_null(parsed.wrong);
  assert_true(parsed.url.kind == Kind::unix_socket);
  assert_text(parsed.url.path, "/run/redis.sock");
}

void test_sentinels(void**) {
  const Parsed parsed("sentinel://u:p@a:1,b,[::1]:3/chat/2");
  assert_null(parsed.wrong);
  assert_true(parsed.url.kind == Kind::sentinel);
  assert_int_equal(parsed.url.hosts_size, 3);
  assert_text(parsed.url.hosts[0].name, "a");
  assert_int_equal(parsed.url.hosts[0].port, 1);
  assert_text(parsed.url.hosts[1].name, "b");
  assert_int_equal(parsed.url.hosts[1].port, 26379);
  assert_text(parsed.url.hosts[2].name, "::1");
  assert_int_equal(parsed.url.hosts[2].port, 3);
  assert_text(parsed.url.master, "chat");
  assert_text(parsed.url.login.user, "u");
  assert_int_equal(parsed.url.db, 2);
}

void test_what_is_wrong(void**) {
  const struct {
    const char* text;
    const char* word;
  } cases[] = {
      {"", "begins with none"},
      {"http://a", "begins with none"},
      {"redis:a", "begins with none"},
      {"redis://", "host is missing"},
      {"redis://:6379", "host is missing"},
      {"redis://[]", "host is missing"},
      {"redis://[::1", "\"]\" is missing"},
      {"redis://[::1]x", "behind \"]\""},
      {"redis://a:", "port"},
      {"redis://a:0", "port"},
      {"redis://a:65536", "port"},
      {"redis://a:1x", "port"},
      {"redis://a:-1", "port"},
      {"redis://[::1]:", "port"},
      {"redis://a/x", "database"},
      {"redis://a/-1", "database"},
      {"redis://a/1/2", "database"},
      {"redis://a/99999999999", "database"},
      {"redis://a/1000001", "database"},
      {"redis://p@a", "password is missing"},
      {"redis://u:@a", "password is empty"},
      {"redis://u:%@a", "hexadecimal"},
      {"redis://u:%4@a", "hexadecimal"},
      {"redis://u:%4g@a", "hexadecimal"},
      {"redis://u%:p@a", "hexadecimal"},
      {"unix:", "\"/\""},
      {"unix:a.sock", "\"/\""},
      {"sentinel://a", "name is missing"},
      {"sentinel://a/", "name is missing"},
      {"sentinel:///chat", "host is missing"},
      {"sentinel://a,/chat", "host is missing"},
      {"sentinel://,a/chat", "host is missing"},
      {"sentinel://a/chat/x", "database"},
  };
  for (const auto& each : cases) {
    const Parsed parsed(each.text);
    const std::string_view wrong = parsed.wrong == nullptr ? "it is taken" : parsed.wrong;
    if (wrong.find(each.word) == std::string_view::npos) {
      print_error("%s: %s\n", each.text, wrong.data());
      fail();
    }
  }
  assert_non_null(Parsed("unix:/" + std::string(107, 'x')).wrong);
  assert_null(Parsed("unix:/" + std::string(106, 'x')).wrong);
  std::string many = "sentinel://a";
  for (std::size_t i = 1; i < share::redis_addresses_max; ++i) many += ",a";
  assert_null(Parsed(many + "/chat").wrong);
  assert_non_null(Parsed(many + ",a/chat").wrong);
}

void test_any_text_has_an_answer(void**) {
  std::uint32_t seed = 1;
  const auto random = [&] { return (seed = seed * 1'664'525 + 1'013'904'223) >> 16; };
  const std::string_view alphabet = "a1:/@,[]%-";
  for (int i = 0; i < 50'000; ++i) {
    std::string text = i % 2 == 0 ? "redis://" : "sentinel://";
    for (unsigned size = random() % 12; size > 0; --size) {
      text += alphabet[random() % alphabet.size()];
    }
    const Parsed parsed(text);
    if (parsed.wrong == nullptr) assert_int_not_equal(parsed.url.hosts_size, 0);
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_a_host),
      cmocka_unit_test(test_a_unix_socket),
      cmocka_unit_test(test_sentinels),
      cmocka_unit_test(test_what_is_wrong),
      cmocka_unit_test(test_any_text_has_an_answer),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
