// Which words are the same to a matcher, in any script, and which are not.
#include "chat/interest.h"

#include <initializer_list>
#include <string>

#include "chat/bounds.h"
#include "unit.h"

namespace {

using chat::HashOf;
using chat::topic_of_interest;
using chat::topic_of_language;

constexpr chat::HashKey counting_key() {
  chat::HashKey key{};
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(i);
  return key;
}
constexpr chat::HashKey key = counting_key();

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  while (times-- > 0) all += text;
  return all;
}

struct Pair {
  std::string a, b;
};

void check(bool same, chat::Topic (*topic_of)(const chat::HashKey&, std::string_view),
           std::initializer_list<Pair> pairs) {
  for (const Pair& pair : pairs) {
    if ((topic_of(key, pair.a) == topic_of(key, pair.b)) == same) continue;
    print_error("%s and %s are %s\n", pair.a.c_str(), pair.b.c_str(),
                same ? "not the same" : "the same");
    fail();
  }
}

void test_case_does_not_count(void**) {
  check(true, topic_of_interest,
        {{"music", "MuSiC"},
         {"ÄÖÜ", "äöü"},
         {"Straße", "STRASSE"},
         {"STRAẞE", "straße"},
         {"Ελληνικά", "ΕΛΛΗΝΙΚΆ"},
         {"ΌΔΟΣ", "όδος"},  // a final sigma, and one that is none
         {"όδοσ", "όδος"},
         {"Кириллица", "КИРИЛЛИЦА"},
         {"ՀԱՅԵՐԵՆ", "հայերեն"},
         {"ქართული", "ᲥᲐᲠᲗᲣᲚᲘ"},
         {"ꭰꭱ", "ᎠᎡ"},
         {"𐐀", "𐐨"},
         {"ｊａｐａｎ", "ＪＡＰＡＮ"},
         {"ﬁlm", "FILM"},
         {"\u212Aelvin", "kelvin"},
         {"\u00B5", "\u03BC"}});
}

// Folded for everybody alike: with and without a dot are two letters, and the small form of İ keeps
// its dot as a mark.
void test_turkish_letters(void**) {
  check(true, topic_of_interest, {{"I", "i"}, {"İ", "i\u0307"}, {"İSTANBUL", "i\u0307stanbul"}});
  check(false, topic_of_interest, {{"ı", "i"}, {"ı", "I"}, {"İ", "i"}, {"İ", "ı"}});
}

void test_composition_does_not_count(void**) {
  check(true, topic_of_interest,
        {{"caf\u00E9", "cafe\u0301"},
         {"CAF\u00C9", "cafe\u0301"},
         {"\u1EAD", "a\u0302\u0323"},  // marks in either order
         {"\u1EAD", "a\u0323\u0302"},
         {"\u212B", "\u00E5"},  // Ångström
         {"한글", "\u1112\u1161\u11AB\u1100\u1173\u11AF"},
         {"\u0958", "\u0915\u093C"},  // stays apart in NFC
         {"\u1F82", "\u1F8A"}});
}

void test_what_has_no_case_is_hashed_as_it_is(void**) {
  for (const char* word :
       {"हिन्दी", "中文", "日本語", "العربية", "עברית", "ไทย", "👋🏽", "c++", "2 + 2"}) {
    assert_true(topic_of_interest(key, word) == chat::keyed_hash(key, HashOf::interest, word));
  }
}

// The form is NFC, whichever version of utf8proc each host of a cluster has.
void test_what_is_hashed_is_nfc(void**) {
  const Pair pairs[] = {{"CAFE\u0301", "caf\u00E9"}, {"\u0958", "\u0915\u093C"}, {"ΌΔΟΣ", "όδοσ"}};
  for (const Pair& pair : pairs) {
    assert_true(topic_of_interest(key, pair.a) == chat::keyed_hash(key, HashOf::interest, pair.b));
  }
}

void test_other_words_differ(void**) {
  check(false, topic_of_interest,
        {{"music", "musik"},
         {"music", "music "},
         {"music", ""},
         {"cafe", "café"},
         {"हिन्दी", "हिंदी"},
         {"ＪＡＰＡＮ", "japan"},
         {std::string("a\0b", 3), std::string("a\0c", 3)}});
}

// The longest that an interest can be, of the character that becomes longest when it is folded.
void test_the_longest_interest_is_folded(void**) {
  check(
      true, topic_of_interest,
      {{repeated("\u1F8A", chat::interest_chars_max), repeated("\u1F82", chat::interest_chars_max)},
       {repeated("𐐀", chat::interest_chars_max), repeated("𐐨", chat::interest_chars_max)}});
}

void test_what_cannot_be_folded_is_hashed_as_it_is(void**) {
  for (const std::string& text :
       {std::string(1'000'000, 'A'), repeated("\u1F8A", chat::interest_chars_max) + "A",
        std::string("A\xFF"), std::string("A\xC3")}) {
    assert_true(topic_of_interest(key, text) == chat::keyed_hash(key, HashOf::interest, text));
  }
}

void test_languages(void**) {
  check(true, topic_of_language, {{"en", "EN"}, {"zh-Hant-TW", "ZH-hant-tw"}, {"AZ09-", "az09-"}});
  check(false, topic_of_language,
        {{"en", "en-GB"}, {"en", "hi"}, {"en", ""}, {"@", "`"}, {"[", "{"}});
  const std::string longest(chat::language_bytes_max, 'x');
  check(false, topic_of_language,
        {{longest, longest.substr(1)}, {longest, longest.substr(1) + "y"}});
  check(true, topic_of_language, {{longest, longest + "y"}});
}

void test_who_lacks_the_key_cannot_tell(void**) {
  for (std::size_t i = 0; i < key.size(); ++i) {
    chat::HashKey other = key;
    other[i] ^= 0x80;
    assert_true(topic_of_interest(key, "music") != topic_of_interest(other, "music"));
    assert_true(topic_of_language(key, "en") != topic_of_language(other, "en"));
  }
}

// HMAC-SHA-256 as another implementation has it (Python's hmac), so that all hosts of a cluster go
// on agreeing.
void test_known_hashes(void**) {
  assert_true(chat::keyed_hash(key, HashOf::interest, "music") == 0x68154354df47935b);
  assert_true(chat::keyed_hash(key, HashOf::language, "en") == 0x18dc59dc8dcaae68);
  assert_true(chat::keyed_hash(key, HashOf::lobby, {}) == 0x8ac92fe33ada3069);
  assert_true(chat::keyed_hash(key, HashOf::address, std::string(1000, 'x')) == 0x9813eb0513b3a0d6);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_case_does_not_count),
      cmocka_unit_test(test_turkish_letters),
      cmocka_unit_test(test_composition_does_not_count),
      cmocka_unit_test(test_what_has_no_case_is_hashed_as_it_is),
      cmocka_unit_test(test_what_is_hashed_is_nfc),
      cmocka_unit_test(test_other_words_differ),
      cmocka_unit_test(test_the_longest_interest_is_folded),
      cmocka_unit_test(test_what_cannot_be_folded_is_hashed_as_it_is),
      cmocka_unit_test(test_languages),
      cmocka_unit_test(test_who_lacks_the_key_cannot_tell),
      cmocka_unit_test(test_known_hashes),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
