// Letters and tickets as bytes: everything comes back as it was, and nothing else is taken.
#include "chat/letter.h"

#include <vector>

#include "unit.h"

namespace {

using namespace chat;

constexpr std::uint64_t here_ms = 5'000'000;
constexpr std::uint64_t there_ms = 70;  // another host's clock

Ticket a_ticket(std::uint8_t interests, std::uint8_t languages) {
  Ticket ticket;
  ticket.id = 0x1122334455667788;
  ticket.owner = {3, UINT64_MAX};
  ticket.lobby = 9;
  ticket.person.id = 17;
  ticket.person.tag = 18;
  ticket.person.strangers.meet(19);
  for (PersonId id = 100; id < 100 + blocked_max; ++id) ticket.person.strangers.block(id);
  for (; ticket.interests.size < interests; ++ticket.interests.size) {
    ticket.interests.items[ticket.interests.size] = 1000u + ticket.interests.size;
  }
  for (; ticket.languages.size < languages; ++ticket.languages.size) {
    ticket.languages.items[ticket.languages.size] = 2000u + ticket.languages.size;
  }
  ticket.stage = Stage::language;
  ticket.since_ms = here_ms - 50;
  ticket.patience_ms = 5'000;
  return ticket;
}

void assert_same(const Ticket& a, const Ticket& b) {
  assert_int_equal(a.id, b.id);
  assert_true(a.owner == b.owner);
  assert_int_equal(a.lobby, b.lobby);
  assert_int_equal(a.person.id, b.person.id);
  assert_int_equal(a.person.tag, b.person.tag);
  assert_int_equal(a.person.strangers.last(), b.person.strangers.last());
  assert_true(a.person.strangers.blocked() == b.person.strangers.blocked());
  assert_int_equal(a.interests.size, b.interests.size);
  assert_true(a.interests.items == b.interests.items);
  assert_int_equal(a.languages.size, b.languages.size);
  assert_true(a.languages.items == b.languages.items);
  assert_int_equal(static_cast<int>(a.stage), static_cast<int>(b.stage));
  assert_int_equal(a.patience_ms, b.patience_ms);
}

std::vector<std::uint8_t> bytes_of(const Ticket& ticket) {
  std::array<std::uint8_t, ticket_bytes_max> buffer;
  const std::size_t size = write_ticket(ticket, here_ms, buffer);
  return {buffer.begin(), buffer.begin() + size};
}

std::vector<std::uint8_t> bytes_of(const Letter& letter) {
  LetterBuffer buffer;
  const auto bytes = write(letter, here_ms, buffer);
  return {bytes.begin(), bytes.end()};
}

template <typename Kind>
Kind again(const Kind& letter) {
  const auto read = read_letter(bytes_of(letter), there_ms);
  assert_true(read && std::holds_alternative<Kind>(*read));
  return *std::get_if<Kind>(&*read);
}

const std::vector<Letter>& one_of_each() {
  static const std::vector<Letter> letters = {
      Claim{1, 2, a_ticket(10, 4)},
      Accepted{3, 4, a_ticket(1, 0)},
      Declined{5, 6},
      Parted{7},
      Moved{8, 1, {11, {10, 6, 5}, 8, 30, true, false}, 28},
      Denied{11, 1, 12},
      Outrun{13, 1, {16, {15}, 13, 31, false, false}},
      Elsewhere{15, {16, 17}},
      Keeps{{Kept{18, 0, {25, {24}, 17, 32, true, false}, 29, 21},
             Kept{22, 1, {26, {25}, 16, 33, false, false}, 0, 0}},
            2},
      Audited{{14}, 1},
  };
  return letters;
}

void test_a_ticket_comes_back_as_it_was(void**) {
  for (const Ticket& ticket : {a_ticket(0, 0), a_ticket(1, 1), a_ticket(10, 4)}) {
    const auto read = read_ticket(bytes_of(ticket), here_ms + 7);
    assert_true(read.has_value());
    assert_same(ticket, *read);
    assert_int_equal(read->since_ms, here_ms + 7 - 50);
  }
  assert_int_equal(bytes_of(a_ticket(10, 4)).size(), ticket_bytes_max);
}

void test_a_ticket_older_than_the_reader_s_clock(void**) {
  const auto read = read_ticket(bytes_of(a_ticket(2, 2)), 20);
  assert_true(read.has_value());
  assert_int_equal(read->since_ms, 0);
}

void test_a_ticket_with_a_byte_too_few_or_too_many(void**) {
  auto bytes = bytes_of(a_ticket(3, 2));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    // In memory of its own size.
    const std::vector<std::uint8_t> cut(bytes.data(), bytes.data() + size);
    assert_false(read_ticket(cut, here_ms).has_value());
  }
  bytes.push_back(0);
  assert_false(read_ticket(bytes, here_ms).has_value());
}

void test_a_ticket_that_cannot_be(void**) {
  const auto refused = [](auto change) {
    Ticket ticket = a_ticket(0, 0);
    change(ticket);
    return !read_ticket(bytes_of(ticket), here_ms).has_value();
  };
  assert_true(refused([](Ticket& ticket) { ticket.id = 0; }));
  assert_true(refused([](Ticket& ticket) { ticket.owner.worker = 0; }));
  assert_true(refused([](Ticket& ticket) { ticket.patience_ms = 0; }));
  assert_true(refused([](Ticket& ticket) { ticket.patience_ms = UINT64_MAX; }));
  assert_true(refused([](Ticket& ticket) { ticket.stage = static_cast<Stage>(3); }));
  assert_true(refused([](Ticket& ticket) { ticket.interests = {{5, 6, 5}, 3}; }));
  assert_true(refused([](Ticket& ticket) { ticket.languages = {{5, 5}, 2}; }));

  auto bytes = bytes_of(a_ticket(0, 0));
  bytes[8 + 16 + 8 + 24 + 8 * blocked_max] = interests_max + 1;
  bytes.resize(bytes.size() + 8 * (interests_max + 1));
  assert_false(read_ticket(bytes, here_ms).has_value());
}

void test_letters_come_back_as_they_were(void**) {
  const Claim claim = again(Claim{1, 2, a_ticket(10, 4)});
  assert_int_equal(claim.chat, 1);
  assert_int_equal(claim.wanted, 2);
  assert_same(claim.claimer, a_ticket(10, 4));
  const Accepted accepted = again(Accepted{3, 4, a_ticket(1, 0)});
  assert_int_equal(accepted.chat, 3);
  assert_int_equal(accepted.claimer, 4);
  assert_same(accepted.owner, a_ticket(1, 0));
  const Declined declined = again(Declined{5, 6});
  assert_int_equal(declined.chat, 5);
  assert_int_equal(declined.claimer, 6);
  assert_int_equal(again(Parted{7}).chat, 7);
  const Moved moved = again(Moved{8, 1, {11, {10, 6, 5}, 8, 30, true, false}, 28});
  assert_int_equal(moved.chat, 8);
  assert_int_equal(moved.seat, 1);
  assert_int_equal(moved.taking.stamp, 11);
  assert_true((moved.taking.line == Taking::Line{10, 6, 5}));
  assert_int_equal(moved.taking.first, 30);
  assert_int_equal(moved.taking.proven, 8);
  assert_int_equal(moved.theirs, 28);
  assert_true(moved.taking.takes_again);
  const Denied denied = again(Denied{11, 1, 12});
  assert_int_equal(denied.chat, 11);
  assert_int_equal(denied.seat, 1);
  assert_int_equal(denied.stamp, 12);
  const Outrun outrun = again(Outrun{13, 1, {16, {15}, 13, 31, false, false}});
  assert_int_equal(outrun.chat, 13);
  assert_int_equal(outrun.seat, 1);
  assert_int_equal(outrun.taking.stamp, 16);
  assert_int_equal(outrun.taking.token(), 15);
  assert_int_equal(outrun.taking.proven, 13);
  assert_false(outrun.taking.takes_again);
  const Elsewhere elsewhere = again(Elsewhere{15, {16, 17}});
  assert_int_equal(elsewhere.chat, 15);
  assert_true((elsewhere.at == MemberId{16, 17}));
  const Keeps keeps = again(Keeps{{Kept{18, 0, {25, {24}, 17, 32, true, false}, 29, 21},
                                   Kept{22, 1, {26, {25}, 16, 33, false, false}, 0, 0}},
                                  2});
  assert_int_equal(keeps.size, 2);
  assert_int_equal(keeps.items[0].chat, 18);
  assert_int_equal(keeps.items[0].taking.stamp, 25);
  assert_int_equal(keeps.items[0].taking.token(), 24);
  assert_true(keeps.items[0].taking.takes_again);
  assert_int_equal(keeps.items[0].theirs, 29);
  assert_int_equal(keeps.items[0].vacant_ms, 21);
  assert_int_equal(keeps.items[1].seat, 1);
  assert_int_equal(keeps.items[1].taking.proven, 16);
  assert_int_equal(keeps.items[1].vacant_ms, 0);
  const Audited audited = again(Audited{{14}, 1});
  assert_int_equal(audited.size, 1);
  assert_int_equal(audited.items[0], 14);
}

void test_a_relayed_frame_lies_behind_its_header(void**) {
  auto bytes = bytes_of(Relayed{8, 1, {}});
  assert_int_equal(bytes.size(), relay_header_bytes);
  for (char c : std::string_view("say 1\nhi")) bytes.push_back(static_cast<std::uint8_t>(c));
  const auto read = read_letter(bytes, there_ms);
  assert_true(read && std::holds_alternative<Relayed>(*read));
  const auto frame = std::get_if<Relayed>(&*read)->frame;
  assert_ptr_equal(frame.data(), bytes.data() + relay_header_bytes);
  assert_int_equal(frame.size(), 8);
}

void test_letters_with_a_byte_too_few_or_too_many(void**) {
  for (const Letter& letter : one_of_each()) {
    auto bytes = bytes_of(letter);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      const std::vector<std::uint8_t> cut(bytes.data(), bytes.data() + size);
      assert_false(read_letter(cut, there_ms).has_value());
    }
    bytes.push_back(0);
    assert_false(read_letter(bytes, there_ms).has_value());
  }
}

void test_any_bytes_have_an_answer(void**) {
  std::uint32_t seed = 1;
  const auto random = [&] { return (seed = seed * 1'664'525 + 1'013'904'223) >> 16; };
  for (int i = 0; i < 20'000; ++i) {
    std::vector<std::uint8_t> bytes = bytes_of(one_of_each()[random() % one_of_each().size()]);
    for (unsigned flips = random() % 4; flips > 0; --flips) {
      bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
    }
    if (const auto read = read_letter(bytes, there_ms)) {
      assert_true(bytes_of(*read).size() <= bytes.size());
    }
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_a_ticket_comes_back_as_it_was),
      cmocka_unit_test(test_a_ticket_older_than_the_reader_s_clock),
      cmocka_unit_test(test_a_ticket_with_a_byte_too_few_or_too_many),
      cmocka_unit_test(test_a_ticket_that_cannot_be),
      cmocka_unit_test(test_letters_come_back_as_they_were),
      cmocka_unit_test(test_a_relayed_frame_lies_behind_its_header),
      cmocka_unit_test(test_letters_with_a_byte_too_few_or_too_many),
      cmocka_unit_test(test_any_bytes_have_an_answer),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
