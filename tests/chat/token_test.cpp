// A token as bytes: it comes back as it was, and nothing else is one.
#include "chat/token.h"

#include <array>
#include <vector>

#include "chat/bounds.h"
#include "unit.h"

namespace {

using chat::Token;

Token a_token() {
  Token token{1, 1, {23, {22, 19, 18}, 20, 21, true, false}, {3, 4}, {20, 21}, 5, 6, {}};
  token.person.id = 7;
  token.person.tag = 8;
  token.person.strangers.meet(9);
  for (chat::PersonId stranger = 10; stranger < 10 + chat::blocked_max; ++stranger) {
    token.person.strangers.block(stranger);
  }
  return token;
}

std::vector<std::uint8_t> bytes_of(const Token& token) {
  std::array<std::uint8_t, chat::token_plain_bytes_max> bytes;
  const std::size_t size = chat::write_token(token, bytes);
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)};
}

void test_a_token_comes_back_as_it_was(void**) {
  const Token token = a_token();
  const auto read = chat::read_token(bytes_of(token));
  assert_true(read.has_value());
  assert_int_equal(read->chat, token.chat);
  assert_int_equal(read->seat, token.seat);
  assert_int_equal(read->taking.stamp, 23);
  assert_true(read->taking.line == token.taking.line);
  assert_int_equal(read->taking.first, 21);
  assert_int_equal(read->taking.proven, 20);
  assert_true(read->taking.takes_again);
  assert_true(read->home == token.home);
  assert_true(read->others == token.others);
  assert_int_equal(read->lobby, token.lobby);
  assert_int_equal(read->until_ms, token.until_ms);
  assert_int_equal(read->person.id, token.person.id);
  assert_int_equal(read->person.strangers.last(), 9);
  for (chat::PersonId stranger = 10; stranger < 10 + chat::blocked_max; ++stranger) {
    assert_true(read->person.strangers.has_blocked(stranger));
  }
}

void test_a_byte_too_few_or_too_many(void**) {
  auto bytes = bytes_of(a_token());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const std::vector<std::uint8_t> cut(bytes.data(), bytes.data() + size);
    assert_false(chat::read_token(cut).has_value());
  }
  bytes.push_back(0);
  assert_false(chat::read_token(bytes).has_value());
}

void test_a_token_that_cannot_be(void**) {
  Token token = a_token();
  token.seat = chat::seats_max;
  assert_false(chat::read_token(bytes_of(token)).has_value());
  token = a_token();
  token.chat = 0;
  assert_false(chat::read_token(bytes_of(token)).has_value());
  token = a_token();
  token.taking.proven = token.taking.stamp + 1;
  assert_false(chat::read_token(bytes_of(token)).has_value());
  token = a_token();
  token.taking.line = {22, 18, 19};
  assert_false(chat::read_token(bytes_of(token)).has_value());
  token = a_token();
  token.taking.line.front() = token.taking.stamp + 1;
  assert_false(chat::read_token(bytes_of(token)).has_value());
  token = a_token();
  token.taking.forget();
  assert_false(chat::read_token(bytes_of(token)).has_value());
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_a_token_comes_back_as_it_was),
      cmocka_unit_test(test_a_byte_too_few_or_too_many),
      cmocka_unit_test(test_a_token_that_cannot_be),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
