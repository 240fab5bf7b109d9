// Tokens: what one seals another opens, for so long and no longer; and nothing else opens.
#include "share/token_seal.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "share/base64url.h"
#include "unit.h"

namespace {

using chat::token_life_ms;
using Bytes = std::vector<std::uint8_t>;

std::uint64_t wall_ms;
std::uint64_t wall_clock() {
  return wall_ms;
}

class Dice final : public chat::Random {
 public:
  std::uint64_t next() override { return state_ = state_ * 6364136223846793005U + 1; }

 private:
  std::uint64_t state_ = 1;
};

Bytes plain_of(std::size_t size, std::uint8_t seed = 1) {
  Bytes plain(size);
  for (std::size_t i = 0; i < size; ++i) plain[i] = static_cast<std::uint8_t>(seed + 7 * i);
  return plain;
}

// Members that share a master key or do not, and a clock on the wall that can jump.
struct Scene {
  Scene() { wall_ms = begin_ms; }

  std::string seal(share::TokenSeal& by, const Bytes& plain) {
    chat::TokenSeal::Text text;
    return std::string(by.seal(plain, text));
  }
  Bytes open(share::TokenSeal& by, std::string_view text) {
    const std::vector<char> copy(text.begin(), text.end());  // in memory of its own size
    chat::TokenSeal::Plain plain;
    const auto opened = by.open({copy.data(), copy.size()}, plain);
    return {opened.begin(), opened.end()};
  }

  static constexpr std::uint64_t begin_ms = 40'000 * token_life_ms;  // of an epoch
  Dice dice;
  const share::Key key{1, 2, 3}, foreign_key{1, 2, 4};
  share::TokenSeal one{key, dice, wall_clock}, other{key, dice, wall_clock},
      stranger{foreign_key, dice, wall_clock};
};

void test_what_one_seals_the_others_open(void**) {
  Scene s;
  for (const std::size_t size : {1, 2, 3, 4, 100, 255}) {
    const std::string token = s.seal(s.one, plain_of(size));
    assert_true(s.open(s.one, token) == plain_of(size));
    assert_true(s.open(s.other, token) == plain_of(size));
    assert_true(s.open(s.other, token) == plain_of(size));  // as often as one likes
    assert_true(s.open(s.stranger, token).empty());
  }
  assert_int_equal(s.one.wall_ms(), wall_ms);
}

void test_the_longest_fits_and_nothing_is_no_token(void**) {
  Scene s;
  const Bytes longest = plain_of(chat::token_plain_bytes_max);
  const std::string token = s.seal(s.one, longest);
  assert_in_range(token.size(), longest.size(), chat::token_bytes_max);
  assert_true(s.open(s.other, token) == longest);
  assert_true(s.seal(s.one, {}).empty());
}

void test_it_is_letters_digits_and_two_signs_and_never_the_same(void**) {
  Scene s;
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const std::string token = s.seal(i % 2 == 0 ? s.one : s.other, plain_of(30));
    assert_true(std::ranges::all_of(token, [](char character) {
      return std::isalnum(static_cast<unsigned char>(character)) != 0 || character == '-' ||
             character == '_';
    }));
    assert_true(seen.insert(token).second);
    assert_null(std::strstr(token.c_str(), "="));
  }
}

void test_what_was_changed_does_not_open(void**) {
  Scene s;
  const std::string token = s.seal(s.one, plain_of(40));
  for (std::size_t i = 0; i < token.size(); ++i) {
    for (unsigned value = 0; value < 256; ++value) {
      std::string changed = token;
      changed[i] = static_cast<char>(value);
      if (changed != token) assert_true(s.open(s.other, changed).empty());
    }
  }
  assert_true(s.open(s.other, token) == plain_of(40));
}

void test_what_was_cut_or_grew_does_not_open(void**) {
  Scene s;
  // Of each number of bits that are left over in the last character.
  for (const std::size_t size : {40, 41, 42}) {
    const std::string token = s.seal(s.one, plain_of(size));
    for (std::size_t cut = 0; cut < token.size(); ++cut) {
      assert_true(s.open(s.other, token.substr(0, cut)).empty());
      assert_true(s.open(s.other, token.substr(token.size() - cut)).empty());
    }
    for (const char* more : {"A", "AA", "AAA", "AAAA", "=", "\n", " "}) {
      assert_true(s.open(s.other, token + more).empty());
      assert_true(s.open(s.other, more + token).empty());
    }
    assert_true(s.open(s.other, token + token).empty());
    assert_true(s.open(s.other, token + std::string(5000, 'A')).empty());
  }
}

void test_anything_does_not_open(void**) {
  Scene s;
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (int i = 0; i < 5'000; ++i) {
    std::string any(s.dice.next() >> 32 & 511, '\0');
    for (char& character : any) {
      const std::uint64_t number = s.dice.next() >> 40;
      character = i % 2 == 0 ? letters[number % letters.size()] : static_cast<char>(number);
    }
    assert_true(s.open(s.one, any).empty());
  }
}

void test_nothing_of_it_is_left_when_it_does_not_open(void**) {
  Scene s;
  std::string token = s.seal(s.one, plain_of(40));
  token.back() = token.back() == 'A' ? 'Q' : 'A';  // of the tag
  chat::TokenSeal::Plain plain{};
  assert_true(s.other.open(token, plain).empty());
  assert_true(std::ranges::all_of(plain, [](std::uint8_t byte) { return byte == 0; }));
}

// Wherever in its epoch a token was made: it opens a life long, and not beyond two.
void test_it_opens_a_life_long_and_not_two(void**) {
  Scene s;
  for (const std::uint64_t into_epoch : {std::uint64_t{0}, token_life_ms / 2, token_life_ms - 1}) {
    const std::uint64_t made_ms = Scene::begin_ms + into_epoch;
    wall_ms = made_ms;
    const std::string token = s.seal(s.one, plain_of(40));
    for (const std::uint64_t age : {std::uint64_t{1}, token_life_ms - 1, token_life_ms}) {
      wall_ms = made_ms + age;
      assert_true(s.open(s.one, token) == plain_of(40));
      assert_true(s.open(s.other, token) == plain_of(40));
    }
    for (const std::uint64_t age : {2 * token_life_ms, 3 * token_life_ms, 9 * token_life_ms}) {
      wall_ms = made_ms + age;
      assert_true(s.open(s.one, token).empty());
      assert_true(s.open(s.other, token).empty());
    }
  }
}

void test_a_clock_that_is_ahead_or_behind_does_no_harm(void**) {
  Scene s;
  wall_ms = Scene::begin_ms + 10;  // the one's clock: in the next epoch already
  const std::string ahead = s.seal(s.one, plain_of(40));
  wall_ms = Scene::begin_ms - 10;  // the other's
  assert_true(s.open(s.other, ahead) == plain_of(40));
  const std::string behind = s.seal(s.other, plain_of(41));
  wall_ms = Scene::begin_ms + 10;
  assert_true(s.open(s.one, behind) == plain_of(41));
}

// Under one key no number is used twice: a token's first bytes say who sealed it, and its number.
void test_a_clock_that_is_set_back_begins_nothing_anew(void**) {
  Scene s;
  std::set<Bytes> nonces;
  for (int round = 0; round < 20; ++round) {
    for (const std::uint64_t epoch : {0, 1, 2, 3, 4, 5, 0, 3, 0}) {
      wall_ms = Scene::begin_ms + epoch * token_life_ms;
      const std::string token = s.seal(s.one, plain_of(40));
      Bytes bytes(token.size());
      const auto sealed = share::read_base64url(token, bytes);
      assert_true(sealed.has_value());
      const auto header = sealed->first(share::seal_header_bytes);
      assert_true(nonces.insert({header.begin(), header.end()}).second);
      assert_true(s.open(s.other, token) == plain_of(40));
    }
  }
}

// RFC 4648 section 10, without padding; and each text of a few characters is one of some bytes, or
// of none.
void test_base64url(void**) {
  const auto text_of = [](const Bytes& bytes) {
    std::string text(share::base64url_chars(bytes.size()), '?');
    assert_int_equal(share::write_base64url(bytes, text).size(), text.size());
    return text;
  };
  assert_string_equal(text_of({}).c_str(), "");
  assert_string_equal(text_of({'f'}).c_str(), "Zg");
  assert_string_equal(text_of({'f', 'o'}).c_str(), "Zm8");
  assert_string_equal(text_of({'f', 'o', 'o'}).c_str(), "Zm9v");
  assert_string_equal(text_of({'f', 'o', 'o', 'b', 'a', 'r'}).c_str(), "Zm9vYmFy");
  assert_string_equal(text_of({0xFB, 0xFF, 0xBF}).c_str(), "-_-_");

  constexpr std::string_view letters = "AQgwZ_-9+/=. ";
  for (const char a : letters) {
    for (const char b : letters) {
      for (const char c : letters) {
        for (const std::size_t size : {1, 2, 3}) {
          const std::string text = std::string{a, b, c}.substr(0, size);
          Bytes bytes(2);
          const auto read = share::read_base64url(text, bytes);
          if (read)
            assert_string_equal(text_of({read->begin(), read->end()}).c_str(), text.c_str());
        }
      }
    }
  }
  Bytes two(2);
  assert_false(share::read_base64url("Zm9v", two).has_value());  // three do not fit
  assert_true(share::read_base64url("Zm8", two).has_value());
  assert_false(share::read_base64url("Zm9", two).has_value());  // the last bits are not 0
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_what_one_seals_the_others_open),
      cmocka_unit_test(test_the_longest_fits_and_nothing_is_no_token),
      cmocka_unit_test(test_it_is_letters_digits_and_two_signs_and_never_the_same),
      cmocka_unit_test(test_what_was_changed_does_not_open),
      cmocka_unit_test(test_what_was_cut_or_grew_does_not_open),
      cmocka_unit_test(test_anything_does_not_open),
      cmocka_unit_test(test_nothing_of_it_is_left_when_it_does_not_open),
      cmocka_unit_test(test_it_opens_a_life_long_and_not_two),
      cmocka_unit_test(test_a_clock_that_is_ahead_or_behind_does_no_harm),
      cmocka_unit_test(test_a_clock_that_is_set_back_begins_nothing_anew),
      cmocka_unit_test(test_base64url),
  };
  return cmocka_run_group_tests_name("token_seal", tests, nullptr, nullptr);
}
