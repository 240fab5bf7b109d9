// How far messages have come: what is passed on, what is not, and what is believed of numbers that
// nobody here has seen.
#include "chat/delivery.h"

#include "unit.h"

namespace {

using chat::Delivery;
using chat::Number;
using Verdict = Delivery::Verdict;

void assert_says(Delivery& delivery, Number number, Verdict verdict) {
  assert_int_equal(static_cast<int>(delivery.say(number)), static_cast<int>(verdict));
}

// As of somebody who was with another worker.
Delivery unknown() {
  Delivery delivery;
  delivery.forget();
  return delivery;
}

void test_the_next_one_passes_and_again_until_it_is_confirmed(void**) {
  Delivery delivery;
  assert_says(delivery, 1, Verdict::pass);
  assert_says(delivery, 2, Verdict::pass);
  assert_says(delivery, 1, Verdict::pass);
  delivery.confirm(1);
  assert_says(delivery, 1, Verdict::ignore);
  assert_says(delivery, 2, Verdict::pass);
}

void test_nothing_passes_that_is_ahead_of_a_gap(void**) {
  Delivery delivery;
  assert_says(delivery, 2, Verdict::ignore);
  assert_says(delivery, 1, Verdict::pass);
  assert_says(delivery, 3, Verdict::ignore);
}

void test_no_more_are_under_way_than_may_be(void**) {
  Delivery delivery;
  for (Number number = 1; number <= chat::unacknowledged_max; ++number) {
    assert_says(delivery, number, Verdict::pass);
  }
  assert_says(delivery, chat::unacknowledged_max + 1, Verdict::full);
  delivery.confirm(1);
  assert_says(delivery, chat::unacknowledged_max + 1, Verdict::pass);
}

void test_only_what_was_said_can_have_arrived(void**) {
  Delivery delivery;
  assert_says(delivery, 1, Verdict::pass);
  assert_true(delivery.was_said(0));
  assert_true(delivery.was_said(1));
  assert_false(delivery.was_said(2));
}

void test_who_skips_goes_on_behind_it(void**) {
  Delivery delivery;
  assert_says(delivery, 1, Verdict::pass);
  assert_true((delivery.skip)(4));  // cmocka has a macro of that name
  assert_says(delivery, 4, Verdict::ignore);
  assert_says(delivery, 5, Verdict::pass);
  assert_false((delivery.skip)(3));
}

// The word of it may be lost.
void test_what_was_skipped_is_yet_to_be_confirmed(void**) {
  Delivery delivery;
  assert_says(delivery, 1, Verdict::pass);
  delivery.confirm(1);
  assert_true((delivery.skip)(4));
  assert_int_equal(delivery.confirmed(), 1);
  assert_true((delivery.skip)(4));
  delivery.confirm(1);  // late
  assert_says(delivery, 4, Verdict::ignore);
  assert_says(delivery, 5, Verdict::pass);
  delivery.confirm(4);
  assert_int_equal(delivery.confirmed(), 4);
}

void test_what_is_heard_first_is_believed(void**) {
  Delivery delivery = unknown();
  assert_true(delivery.was_said(7));
  assert_says(delivery, 8, Verdict::pass);
  assert_says(delivery, 10, Verdict::ignore);
  assert_says(delivery, 9, Verdict::pass);
  assert_int_equal(delivery.confirmed(), 0);
}

void test_what_was_confirmed_first_is_believed(void**) {
  Delivery delivery = unknown();
  delivery.confirm(7);
  assert_says(delivery, 7, Verdict::ignore);
  assert_says(delivery, 8, Verdict::pass);
}

// A late message is heard first; the listener's page, which knows better, says so.
void test_what_is_confirmed_corrects_what_was_heard_first(void**) {
  Delivery delivery = unknown();
  assert_says(delivery, 3, Verdict::pass);
  assert_says(delivery, 21, Verdict::ignore);
  assert_true(delivery.was_said(20));
  delivery.confirm(20);
  assert_false(delivery.was_said(21));
  assert_says(delivery, 21, Verdict::pass);
}

// So may a late word of what was lost.
void test_what_is_confirmed_corrects_what_was_skipped_first(void**) {
  Delivery delivery = unknown();
  assert_true((delivery.skip)(4));
  assert_says(delivery, 21, Verdict::ignore);
  assert_true(delivery.was_said(20));
  delivery.confirm(20);
  assert_says(delivery, 21, Verdict::pass);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_the_next_one_passes_and_again_until_it_is_confirmed),
      cmocka_unit_test(test_nothing_passes_that_is_ahead_of_a_gap),
      cmocka_unit_test(test_no_more_are_under_way_than_may_be),
      cmocka_unit_test(test_only_what_was_said_can_have_arrived),
      cmocka_unit_test(test_who_skips_goes_on_behind_it),
      cmocka_unit_test(test_what_was_skipped_is_yet_to_be_confirmed),
      cmocka_unit_test(test_what_is_heard_first_is_believed),
      cmocka_unit_test(test_what_was_confirmed_first_is_believed),
      cmocka_unit_test(test_what_is_confirmed_corrects_what_was_heard_first),
      cmocka_unit_test(test_what_is_confirmed_corrects_what_was_skipped_first),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
