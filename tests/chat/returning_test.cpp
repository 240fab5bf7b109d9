// Somebody's connection is gone, and they come back: on the same worker or another, in time or too
// late, once or twice.
#include "town.h"

namespace {

using scene::Guest;
using town::assert_talk;
using town::back_at;
using town::Couple;
using town::Envelope;
using town::Pair;
using town::resumes;
using town::Town;
using town::waits;

// ---- in time ----

void test_on_the_same_worker(void**) {
  Town t({1});
  Pair pair(t);
  pair.b.says("say 1\nfirst");
  assert_hears(pair.a, "say 1\nfirst");
  pair.a.goes();
  assert_hears(pair.b, "lost in=60");
  pair.b.says("say 2\nunheard");
  t.passes(59'000);
  Guest& again = back_at(t, 0, pair.a.token, 1);
  assert_hears(pair.b, "back");
  assert_hears(pair.b, "got 1");
  pair.b.says("say 2\nunheard");
  assert_hears(again, "say 2\nunheard");
  assert_talk(t, again, pair.b);
}

void test_on_another_worker(void**) {
  Town t({2, 1});
  Pair pair(t);
  pair.a.goes();
  assert_hears(pair.b, "lost in=60");
  Guest& near = back_at(t, 1, pair.a.token);
  assert_hears(pair.b, "back");
  assert_talk(t, near, pair.b);
  near.goes();
  t.passes(5);
  assert_hears(pair.b, "lost in=60");
  Guest& far = back_at(t, 2, near.token);
  assert_hears(pair.b, "back");
  assert_talk(t, far, pair.b);
}

void test_both_move_on_to_one_worker(void**) {
  Town t({1, 1, 1});
  Couple couple(t);
  couple.a.goes();
  couple.b.goes();
  t.passes(5);
  Guest& a = t.comes(2);
  resumes(a, couple.a.token);
  t.passes(5);
  a.token = token_of(a, "resumed");
  Guest& b = back_at(t, 2, couple.b.token);
  assert_hears(a, "back");
  assert_talk(t, a, b);
}

void test_both_come_back_elsewhere_after_a_crash(void**) {
  Town t({1, 1, 1, 1});
  Couple couple(t);
  t.kill(0);
  t.kill(1);
  Guest& a = t.comes(2);
  resumes(a, couple.a.token);
  t.passes(900);
  assert_silence(a);  // whoever may know is being asked
  t.passes(200);
  assert_true(a.heard.back().ends_with(" lost in=59"));
  a.token = token_of(a, "resumed");
  Guest& b = back_at(t, 3, couple.b.token);
  assert_hears(a, "back");
  assert_talk(t, a, b);
}

// ---- twice ----

void test_a_newer_connection_replaces_one_that_seems_to_be_there(void**) {
  for (std::size_t worker : {0U, 1U, 2U}) {
    Town t({2, 1});
    Pair pair(t);
    Guest& again = back_at(t, worker, pair.a.token);
    assert_hears(pair.a, "bye replaced");
    assert_closed(pair.a, chat::Ending::replaced);
    assert_hears(pair.b, "back");
    assert_talk(t, again, pair.b);
  }
}

void test_the_token_before_is_good_until_the_first_frame(void**) {
  Town t({1, 1, 1});
  Couple couple(t);
  couple.a.says("say 1\nhello");
  couple.b.says("say 1\nhello");
  t.passes(5);
  couple.a.goes();
  back_at(t, 2, couple.a.token, 1).goes();  // `resumed` never came to the page
  Guest& again = back_at(t, 0, couple.a.token, 1);
  again.says("typing");
  t.passes(5);
  Guest& late = t.comes(2);
  resumes(late, couple.a.token, 1);
  t.passes(2'000);
  assert_hears(late, "refused resume stale");
  assert_false(again.closed);
}

void test_a_drop_before_resumed(void**) {
  Town t({1, 1, 1});
  Couple couple(t);
  couple.a.goes();
  Guest& entering = t.comes(2);
  resumes(entering, couple.a.token);
  entering.goes();
  t.passes(5);
  Guest& again = back_at(t, 2, couple.a.token);
  while (couple.b.read < couple.b.heard.size() - 1) ++couple.b.read;
  assert_hears(couple.b, "back");
  assert_talk(t, again, couple.b);
}

// ---- too late ----

void test_a_chat_that_was_left_is_stale(void**) {
  Town t({1, 1, 1});
  Couple couple(t);
  couple.a.goes();
  t.passes(5);
  couple.b.says("leave");
  t.passes(5);
  for (std::size_t worker : {0U, 1U, 2U}) {
    Guest& late = t.comes(worker);
    resumes(late, couple.a.token);
    t.passes(100);
    assert_hears(late, "refused resume stale");
  }
}

void assert_kept_for(std::uint64_t ms, chat::Departure how, bool away) {
  for (bool in_time : {true, false}) {
    Town t({1, 1});
    Couple couple(t);
    if (away) couple.a.says("away");
    couple.a.goes(how);
    t.passes(in_time ? ms - 1'000 : ms + 1'000);
    Guest& again = t.comes(0);
    resumes(again, couple.a.token);
    t.passes(5);
    if (in_time) {
      token_of(again, "resumed");
    } else {
      assert_hears(again, "refused resume stale");
    }
    const std::string& last = couple.b.heard.back();
    assert_true(last == (in_time ? "back" : "left"));
  }
}

void test_who_dropped_is_kept_for_a_window(void**) {
  assert_kept_for(60'000, chat::Departure::dropped, false);
}
void test_who_closed_the_page_is_kept_for_15_s(void**) {
  assert_kept_for(15'000, chat::Departure::page_closed, false);
}
void test_who_was_away_is_kept_for_three_windows(void**) {
  assert_kept_for(180'000, chat::Departure::dropped, true);
}

void test_who_says_that_they_are_done_has_left(void**) {
  Town t({1});
  Pair pair(t);
  pair.a.goes(chat::Departure::left);
  assert_hears(pair.b, "left");
}

void test_nobody_else_knows_and_nobody_comes(void**) {
  Town t({1, 1, 1});
  Couple couple(t);
  t.kill(0);
  t.kill(1);
  Guest& a = t.comes(2);
  resumes(a, couple.a.token);
  t.passes(59'000);
  token_of(a, "resumed");
  t.passes(2'000);
  assert_hears(a, "left");
  assert_false(t.at(2).hub.has_beats());
  Guest& b = t.comes(2);  // who was told that it is over is not waited for
  resumes(b, couple.b.token);
  assert_hears(b, "refused resume stale");
}

// Beyond a bound whoever drops has left; but of a chat in which somebody is missing already.
void test_so_many_are_waited_for(void**) {
  Town t({1});
  Pair first(t);
  first.a.goes();
  for (std::size_t i = 1; i < chat::missing_max; ++i) Pair(t).a.goes();
  Pair beyond(t);
  beyond.a.goes();
  assert_hears(beyond.b, "left");
  assert_hears(first.b, "lost in=60");
  first.b.goes();
  Guest& again = back_at(t, 0, first.a.token);
  assert_true(again.heard.back().ends_with(" lost in=60"));
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_on_the_same_worker),
      cmocka_unit_test(test_on_another_worker),
      cmocka_unit_test(test_both_move_on_to_one_worker),
      cmocka_unit_test(test_both_come_back_elsewhere_after_a_crash),
      cmocka_unit_test(test_a_newer_connection_replaces_one_that_seems_to_be_there),
      cmocka_unit_test(test_the_token_before_is_good_until_the_first_frame),
      cmocka_unit_test(test_a_drop_before_resumed),
      cmocka_unit_test(test_a_chat_that_was_left_is_stale),
      cmocka_unit_test(test_who_dropped_is_kept_for_a_window),
      cmocka_unit_test(test_who_closed_the_page_is_kept_for_15_s),
      cmocka_unit_test(test_who_was_away_is_kept_for_three_windows),
      cmocka_unit_test(test_who_says_that_they_are_done_has_left),
      cmocka_unit_test(test_nobody_else_knows_and_nobody_comes),
      cmocka_unit_test(test_so_many_are_waited_for),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
