// The keys that come of a secret: those of RFC 5869, the same on each host, and of nothing else.
#include "share/secret.h"

#include <array>
#include <cstdio>
#include <set>
#include <string>
#include <vector>

#include "unit.h"

namespace {

std::vector<std::uint8_t> secret_of(std::size_t size) {
  std::vector<std::uint8_t> secret(size);
  for (std::size_t i = 0; i < size; ++i) secret[i] = static_cast<std::uint8_t>(i);
  return secret;
}

std::string hexadecimal(const share::Key& key) {
  std::string text;
  for (const std::uint8_t byte : key) {
    char two[3];
    std::snprintf(two, sizeof(two), "%02x", byte);
    text += two;
  }
  return text;
}

std::array<std::string, 6> keys_of(const std::vector<std::uint8_t>& secret, std::string_view zone) {
  share::Keys keys{};
  assert_true(share::derive_keys(secret, zone, keys));
  return {hexadecimal(keys.mail),  hexadecimal(keys.tickets), hexadecimal(keys.queues),
          hexadecimal(keys.seats), hexadecimal(keys.tokens),  hexadecimal(keys.words)};
}

// Made with another implementation, from HMAC alone.
void test_the_keys_are_those_of_the_standard(void**) {
  const std::array<std::string, 6> keys = keys_of(secret_of(32), "chat");
  const std::array<std::string, 6> expected{
      "d3dd09b1a5a2f456fecea3b2cd60bca8aa19772737db104e21fd8c54965cfb28",
      "4d800cd30fc7727ab502ce40dff54394f17da9de5e984362e1a2fea97f98a054",
      "b414eb77d1b5e77a7c2c80ec515dbf8e4f33cdb98256c9cc33fd748717125742",
      "f6bf7e0e12cdaf406418e86d01a7900baedc0d072fd5655ac1f061cd5ac52c75",
      "74601cd68b60f3ef5579a8d734205909eab6d30fd2f85830df1eaebce1154cac",
      "3ab1592e276e740a1e7ee183854502dd8220de5bd9588fa97d30cb1c195d4590"};
  assert_true(keys == expected);
}

void test_two_hosts_make_the_same(void**) {
  for (const std::size_t size : {share::secret_bytes_min, share::secret_bytes_max}) {
    assert_true(keys_of(secret_of(size), "chat") == keys_of(secret_of(size), "chat"));
  }
}

void test_another_purpose_zone_or_secret_has_nothing_in_common(void**) {
  std::set<std::string> all;
  std::size_t made = 0;
  std::vector<std::vector<std::uint8_t>> secrets{secret_of(32), secret_of(33)};
  for (std::size_t bit = 0; bit < 256; bit += 17) {
    secrets.push_back(secret_of(32));
    secrets.back()[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
  }
  for (const auto& secret : secrets) {
    for (const char* zone : {"chat", "chat2", "Chat", "c"}) {
      for (const std::string& key : keys_of(secret, zone)) all.insert(key), ++made;
    }
  }
  assert_int_equal(all.size(), made);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_the_keys_are_those_of_the_standard),
      cmocka_unit_test(test_two_hosts_make_the_same),
      cmocka_unit_test(test_another_purpose_zone_or_secret_has_nothing_in_common),
  };
  return cmocka_run_group_tests_name("secret", tests, nullptr, nullptr);
}
