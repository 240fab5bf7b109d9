// What leaves the host: opened by whoever has the key as it was sealed, and not in any other way.
#include "share/seal.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

#include "unit.h"

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr chat::MemberId one{11, 12}, other{11, 13}, third{10, 12};

share::Key key_of(std::uint8_t seed) {
  share::Key key;
  key.fill(seed);
  return key;
}

Bytes bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

const Bytes text = bytes_of("nobody is to read this"), about = bytes_of("a channel");

Bytes sealed_by(share::Seal& seal, const Bytes& plain = text, const Bytes& for_whom = about) {
  Bytes out(plain.size() + share::seal_bytes);
  assert_true(seal.seal(plain, for_whom, out));
  return out;
}

// Empty: it is not taken, and no plain text is left where it would be.
std::optional<Bytes> opened_by(share::Seal& seal, const Bytes& sealed,
                               const Bytes& for_whom = about, chat::MemberId by = one) {
  Bytes out(std::max(sealed.size(), share::seal_bytes) - share::seal_bytes, 0xEE);
  const auto opened = seal.open(sealed, for_whom, out);
  if (!opened) {
    assert_true(out != text);
    return {};
  }
  assert_true(opened->by == by);
  return Bytes(opened->plain.begin(), opened->plain.end());
}

void refuses(share::Seal& seal, const Bytes& sealed, const Bytes& for_whom = about) {
  assert_true(opened_by(seal, sealed, for_whom) == std::nullopt);
}

void test_what_is_sealed_is_opened_by_another(void**) {
  share::Seal sealing(key_of(1), one), opening(key_of(1), other);
  for (const std::size_t size : {0, 1, 15, 16, 17, 4096, 1'100'000}) {
    Bytes plain(size);
    for (std::size_t i = 0; i < size; ++i) plain[i] = static_cast<std::uint8_t>(i * 7);
    const Bytes sealed = sealed_by(sealing, plain);
    const auto opened = opened_by(opening, sealed);
    assert_true(opened && *opened == plain);
  }
  const Bytes back = sealed_by(opening);
  assert_true(opened_by(sealing, back, about, other) == text);
}

void test_nothing_of_it_is_seen(void**) {
  share::Seal seal(key_of(1), one);
  const Bytes sealed = sealed_by(seal);
  for (std::size_t at = 0; at + 4 <= text.size(); ++at) {
    assert_true(std::search(sealed.begin(), sealed.end(), text.begin() + static_cast<long>(at),
                            text.begin() + static_cast<long>(at) + 4) == sealed.end());
  }
}

// Nor is the same twice the same.
void test_no_number_is_used_twice(void**) {
  share::Seal seal(key_of(1), one);
  std::set<Bytes> all, headers;
  for (int i = 0; i < 1000; ++i) {
    const Bytes sealed = sealed_by(seal);
    headers.insert({sealed.begin(), sealed.begin() + share::seal_header_bytes});
    all.insert({sealed.begin() + share::seal_header_bytes, sealed.end()});
  }
  assert_int_equal(headers.size(), 1000);
  assert_int_equal(all.size(), 1000);
}

void test_each_member_has_a_key_of_its_own(void**) {
  share::Seal a(key_of(1), one), b(key_of(1), other), c(key_of(1), third);
  std::set<Bytes> texts;
  for (share::Seal* seal : {&a, &b, &c}) {
    const Bytes sealed = sealed_by(*seal);
    texts.insert({sealed.begin() + share::seal_header_bytes, sealed.end()});
  }
  assert_int_equal(texts.size(), 3);  // of the same number each
}

void test_each_cut_is_refused(void**) {
  share::Seal seal(key_of(1), one);
  const Bytes sealed = sealed_by(seal);
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    refuses(seal, {sealed.begin(), sealed.begin() + static_cast<long>(size)});
    refuses(seal, {sealed.end() - static_cast<long>(size), sealed.end()});
  }
  Bytes longer = sealed;
  longer.push_back(0);
  refuses(seal, longer);
}

void test_each_flipped_bit_is_refused(void**) {
  share::Seal seal(key_of(1), one);
  const Bytes sealed = sealed_by(seal);
  for (std::size_t bit = 0; bit < 8 * sealed.size(); ++bit) {
    Bytes flipped = sealed;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1u << (bit % 8)));
    refuses(seal, flipped);
  }
  assert_true(opened_by(seal, sealed) == text);
}

void test_another_key_is_refused(void**) {
  share::Seal seal(key_of(1), one);
  const Bytes sealed = sealed_by(seal);
  for (std::size_t at = 0; at < std::tuple_size_v<share::Key>; ++at) {
    share::Key key = key_of(1);
    key[at] ^= 0x80;
    share::Seal wrong(key, one);
    refuses(wrong, sealed);
  }
}

void test_what_is_meant_for_another_is_refused(void**) {
  share::Seal seal(key_of(1), one);
  const Bytes sealed = sealed_by(seal);
  for (const Bytes& wrong :
       {bytes_of("a channe"), bytes_of("a channel "), bytes_of("b channel"), Bytes()}) {
    refuses(seal, sealed, wrong);
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_what_is_sealed_is_opened_by_another),
      cmocka_unit_test(test_nothing_of_it_is_seen),
      cmocka_unit_test(test_no_number_is_used_twice),
      cmocka_unit_test(test_each_member_has_a_key_of_its_own),
      cmocka_unit_test(test_each_cut_is_refused),
      cmocka_unit_test(test_each_flipped_bit_is_refused),
      cmocka_unit_test(test_another_key_is_refused),
      cmocka_unit_test(test_what_is_meant_for_another_is_refused),
  };
  return cmocka_run_group_tests_name("seal", tests, nullptr, nullptr);
}
