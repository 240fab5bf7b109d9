// Silence and messages that do not end, on a clock that the test moves.
#include "ws/liveness.h"

#include "unit.h"

namespace {

using Due = ws::Liveness::Due;

constexpr ws::Liveness::Times times{.ping_ms = 30'000, .answer_ms = 10'000, .message_ms = 20'000};
constexpr std::uint64_t start = 1'000'000;

// Nothing is due until `at`, and then `due` is.
void expect(ws::Liveness& liveness, std::uint64_t at, Due due,
            const ws::Liveness::Times& with = times) {
  assert_int_equal(liveness.deadline_ms(with), at);
  assert_int_equal(liveness.due(at - 1, with), Due::nothing);
  assert_int_equal(liveness.deadline_ms(with), at);
  assert_int_equal(liveness.due(at, with), due);
}

void test_silence_is_asked_once_and_then_given_up(void**) {
  ws::Liveness liveness(start);
  expect(liveness, start + 30'000, Due::ping);
  assert_int_equal(liveness.due(start + 30'000, times), Due::nothing);
  expect(liveness, start + 40'000, Due::dead);
  assert_int_equal(liveness.due(start + 50'000, times), Due::dead);
}

void test_any_byte_is_an_answer(void**) {
  ws::Liveness liveness(start);
  expect(liveness, start + 30'000, Due::ping);
  liveness.heard(start + 39'999, false);
  expect(liveness, start + 69'999, Due::ping);
  expect(liveness, start + 79'999, Due::dead);
}

void test_who_talks_is_not_asked(void**) {
  ws::Liveness liveness(start);
  for (std::uint64_t now = start; now < start + 200'000; now += 29'999) {
    assert_int_equal(liveness.due(now, times), Due::nothing);
    liveness.heard(now, false);
  }
}

void test_who_is_asked_late_has_as_long_to_answer(void**) {
  ws::Liveness liveness(start);
  assert_int_equal(liveness.due(start + 500'000, times), Due::ping);
  expect(liveness, start + 510'000, Due::dead);
}

void test_a_ping_may_come_more_often_than_an_answer_is_waited_for(void**) {
  constexpr ws::Liveness::Times often{.ping_ms = 1'000, .answer_ms = 10'000, .message_ms = 20'000};
  ws::Liveness liveness(start);
  expect(liveness, start + 1'000, Due::ping, often);
  liveness.heard(start + 1'500, false);
  expect(liveness, start + 2'500, Due::ping, often);
  expect(liveness, start + 12'500, Due::dead, often);
}

void test_a_message_that_stops_stalls(void**) {
  ws::Liveness liveness(start);
  liveness.heard(start + 5'000, true);
  expect(liveness, start + 25'000, Due::stalled);
  assert_int_equal(liveness.due(start + 25'001, times), Due::stalled);
}

void test_a_message_that_trickles_stalls_all_the_same(void**) {
  ws::Liveness liveness(start);
  for (std::uint64_t now = start; now < start + 20'000; now += 1'000) {
    liveness.heard(now, true);
    assert_int_equal(liveness.due(now, times), Due::nothing);
  }
  expect(liveness, start + 20'000, Due::stalled);
}

void test_a_message_that_ends_in_time_is_forgotten(void**) {
  ws::Liveness liveness(start);
  liveness.heard(start, true);
  liveness.heard(start + 19'999, false);
  assert_int_equal(liveness.due(start + 20'000, times), Due::nothing);
  expect(liveness, start + 49'999, Due::ping);
}

void test_each_message_has_its_own_time(void**) {
  ws::Liveness liveness(start);
  liveness.heard(start, true);
  liveness.heard(start + 15'000,
                 false);  // the first ends, and the second has begun in the same read
  liveness.heard(start + 15'000, true);
  expect(liveness, start + 35'000, Due::stalled);
}

void test_a_ping_within_a_message_that_has_longer(void**) {
  constexpr ws::Liveness::Times patient{.ping_ms = 1'000, .answer_ms = 2'000, .message_ms = 60'000};
  ws::Liveness liveness(start);
  liveness.heard(start, true);
  expect(liveness, start + 1'000, Due::ping, patient);
  expect(liveness, start + 3'000, Due::dead, patient);
}

void test_times_without_end(void**) {
  constexpr ws::Liveness::Times endless{
      .ping_ms = UINT64_MAX, .answer_ms = UINT64_MAX, .message_ms = UINT64_MAX};
  ws::Liveness liveness(start);
  liveness.heard(start, true);
  assert_int_equal(liveness.deadline_ms(endless), UINT64_MAX);
  assert_int_equal(liveness.due(UINT64_MAX - 1, endless), Due::nothing);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_silence_is_asked_once_and_then_given_up),
      cmocka_unit_test(test_any_byte_is_an_answer),
      cmocka_unit_test(test_who_talks_is_not_asked),
      cmocka_unit_test(test_who_is_asked_late_has_as_long_to_answer),
      cmocka_unit_test(test_a_ping_may_come_more_often_than_an_answer_is_waited_for),
      cmocka_unit_test(test_a_message_that_stops_stalls),
      cmocka_unit_test(test_a_message_that_trickles_stalls_all_the_same),
      cmocka_unit_test(test_a_message_that_ends_in_time_is_forgotten),
      cmocka_unit_test(test_each_message_has_its_own_time),
      cmocka_unit_test(test_a_ping_within_a_message_that_has_longer),
      cmocka_unit_test(test_times_without_end),
  };
  return cmocka_run_group_tests_name("ws/liveness", tests, nullptr, nullptr);
}
