// Of two takings of a seat, which one has it.
#include "chat/taking.h"

#include <algorithm>
#include <vector>

#include "unit.h"

namespace {

using chat::Stamp;
using chat::Taking;

// By the token of `last`, where it was known; where it was not.
Taking right(const Taking& last, Stamp at) {
  Taking taking = last;
  taking.become(last.next(at));
  taking.prove();
  return taking;
}
Taking blind(const Taking& last, Stamp at) {
  return last.next(at);
}
// Somebody has spoken.
Taking spoken(Taking taking) {
  taking.takes_again = false;
  return taking;
}

const Taking began;

void test_the_token_of_the_last_one_takes_it(void**) {
  const Taking second = right(began, 10);
  assert_true(began.yields_to(second));
  assert_false(second.yields_to(began));
  assert_true(second.yields_to(blind(second, 20)));
  assert_true(second.is_right && second.is_proven());
}

void test_so_does_what_follows_takings_that_were_not_heard_of(void**) {
  const Taking second = right(began, 10);
  const Taking third = blind(second, 20), fourth = blind(third, 30), fifth = blind(fourth, 40);
  const Taking sixth = blind(fifth, 50), seventh = blind(sixth, 60);
  for (const Taking& later : {third, fourth, fifth, sixth, seventh}) {
    assert_true(second.yields_to(later));
    assert_false(later.yields_to(second));
  }
  // Although one was proven meanwhile, and the token does not know.
  for (Taking known : {third, fourth, fifth, sixth}) {
    known.prove();
    assert_true(spoken(known).yields_to(seventh));
    assert_false(seventh.yields_to(spoken(known)));
  }
  // But one in the middle that is not named might have been taken by right.
  Taking middle = spoken(fourth);
  middle.prove();
  assert_false(middle.yields_to(blind(seventh, 70)));
}

void test_where_nobody_knows_the_newer_token_takes_it(void**) {
  const Taking lost = blind(blind(began, 10), 20);
  const Taking theft = spoken(blind(began, 30));
  assert_true(theft.yields_to(lost));
  assert_false(lost.yields_to(theft));
}

void test_a_used_token_takes_nothing(void**) {
  const Taking second = spoken(right(began, 10));
  const Taking third = spoken(right(second, 20));
  const Taking theft = blind(began, 30);
  const Taking of_theft = blind(theft, 40);
  for (const Taking& thief : {theft, of_theft, blind(of_theft, 50), blind(second, 60)}) {
    assert_false(third.yields_to(thief));
    assert_true(thief.yields_to(third));
  }
}

// Clocks of two hosts differ.
void test_of_two_at_one_time_none_takes_it(void**) {
  const Taking second = spoken(right(began, 10)), third = right(second, 20);
  const Taking theft = blind(began, 20);
  assert_false(third.yields_to(theft));
  assert_false(theft.yields_to(third));
}

void test_until_somebody_has_spoken_the_later_by_one_token_takes_it(void**) {
  const Taking first = right(began, 10), second = blind(began, 20);
  assert_true(first.yields_to(second));
  assert_false(second.yields_to(first));
  assert_false(spoken(first).yields_to(second));
  // And whoever follows it.
  assert_true(first.yields_to(blind(second, 30)));
  assert_true(first.yields_to(blind(blind(second, 30), 40)));
  assert_false(spoken(first).yields_to(blind(second, 30)));
  // Wherever it was taken twice.
  const Taking there = blind(right(began, 10), 20);
  const Taking unheard = right(there, 30), elsewhere = blind(there, 40);
  const Taking far = blind(blind(elsewhere, 50), 60);
  assert_true(unheard.yields_to(far));
  assert_false(far.yields_to(unheard));
  assert_false(spoken(unheard).yields_to(far));
  // Or far back.
  Taking before = blind(began, 10);
  const Taking later = blind(blind(blind(blind(before, 25), 30), 40), 50);
  before.prove();
  const Taking again = blind(before, 20), late = spoken(blind(before, 28));
  assert_true(again.yields_to(later));
  assert_false(later.yields_to(again));
  assert_true(late.yields_to(later));
  assert_false(later.yields_to(late));
  const Taking unproven = blind(blind(began, 10), 20);
  const Taking left = blind(unproven, 30), gone_on = blind(spoken(blind(unproven, 40)), 50);
  assert_true(left.yields_to(gone_on));
  assert_false(gone_on.yields_to(left));
  assert_false(spoken(left).yields_to(gone_on));
  assert_true(gone_on.yields_to(spoken(left)));
}

void test_what_is_known_of_it_stays_known(void**) {
  Taking taking = right(began, 10);
  const Taking said = blind(taking, 20);
  taking.become(said);
  assert_true(taking.is_right);
  assert_false(taking.is_proven());
  taking.become(said);
  assert_true(taking.is_right);
  taking.prove();
  taking.become(said);
  assert_true(taking.is_proven());
  taking.become(blind(blind(said, 30), 40));
  assert_true(taking.is_right);
  taking.become(blind(blind(blind(said, 30), 50), 60));  // of another branch
  assert_false(taking.is_right);
  Taking unknown;
  unknown.forget();
  assert_true(unknown.yields_to(said));
  unknown.become(said);
  assert_false(unknown.is_right);
}

// Each way to a taking: the stamps of those behind the first.
std::vector<std::vector<Stamp>> all_ways(Stamp last) {
  std::vector<std::vector<Stamp>> ways;
  for (unsigned chosen = 0; chosen < 1u << (last - 1); ++chosen) {
    std::vector<Stamp>& way = ways.emplace_back();
    for (Stamp stamp = 2; stamp <= last; ++stamp) {
      if ((chosen >> (stamp - 2) & 1) != 0) way.push_back(stamp);
    }
  }
  return ways;
}

// Each taking that comes of it: one of them is the last that is proven, and somebody has spoken in
// the last or not.
std::vector<Taking> takings_of(const std::vector<Stamp>& way) {
  std::vector<Taking> takings;
  for (std::size_t proven = 0; proven <= way.size(); ++proven) {
    Taking taking = began;
    for (std::size_t i = 0; i < way.size(); ++i) {
      taking = taking.next(way[i]);
      if (i < proven) taking.prove();
    }
    takings.push_back(spoken(taking));
    if (taking.token() != 0) takings.push_back(taking);
  }
  return takings;
}

// A taking has one way to it.
bool are_of_one_tree(const std::vector<Stamp>& a, const std::vector<Stamp>& b) {
  const auto [mine, theirs] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return std::find_first_of(mine, a.end(), theirs, b.end()) == a.end();
}

void test_of_any_two_one_yields_at_the_most(void**) {
  const auto ways = all_ways(7);
  for (const auto& way : ways) {
    for (const auto& other : ways) {
      if (!are_of_one_tree(way, other) || way == other) continue;
      for (const Taking& a : takings_of(way)) {
        for (const Taking& b : takings_of(other)) {
          assert_false(a.yields_to(b) && b.yields_to(a));
        }
      }
    }
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_the_token_of_the_last_one_takes_it),
      cmocka_unit_test(test_so_does_what_follows_takings_that_were_not_heard_of),
      cmocka_unit_test(test_where_nobody_knows_the_newer_token_takes_it),
      cmocka_unit_test(test_a_used_token_takes_nothing),
      cmocka_unit_test(test_of_two_at_one_time_none_takes_it),
      cmocka_unit_test(test_until_somebody_has_spoken_the_later_by_one_token_takes_it),
      cmocka_unit_test(test_what_is_known_of_it_stays_known),
      cmocka_unit_test(test_of_any_two_one_yields_at_the_most),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
