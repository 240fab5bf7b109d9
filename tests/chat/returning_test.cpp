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

// Nor is the one that was given to a connection which another has replaced since.
void test_the_token_of_who_was_replaced_is_of_no_use(void**) {
  for (std::size_t worker : {0, 2}) {
    Town t({1, 1, 1});
    Couple couple(t);
    couple.a.goes();
    Guest& second = back_at(t, 0, couple.a.token);
    second.goes();
    Guest& third = back_at(t, 0, couple.a.token);
    third.says("typing");
    t.passes(5);
    Guest& late = t.comes(worker);
    resumes(late, second.token);
    t.passes(5'000);
    assert_hears(late, "refused resume stale");
    assert_false(third.closed);
  }
}

// Not even by coming and going at once, so that its worker seems to keep the seat.
void test_a_used_token_takes_nothing(void**) {
  Town t({1, 1, 1});
  Couple couple(t);
  couple.a.goes();
  t.passes(5);
  assert_hears(couple.b, "lost in=60");
  Guest& again = back_at(t, 0, couple.a.token);
  assert_hears(couple.b, "back");
  again.says("typing");
  t.passes(5);
  assert_hears(couple.b, "typing");
  for (int i = 0; i < 3; ++i) {
    Guest& thief = t.comes(2);
    resumes(thief, couple.a.token);
    thief.goes();
    t.passes(3'000);
    assert_false(again.closed);
    assert_silence(couple.b);
  }
  assert_int_equal(t.at(2).hub.chats(), 0);
  assert_talk(t, again, couple.b);
}

// Not where nobody knows of the chat any more, although the keeper asks there.
void try_used_token_where_the_keeper_asks(bool is_word_lost) {
  Town t({1, 1, 1});
  Couple couple(t);
  couple.a.goes();
  t.passes(5);
  Guest& again = back_at(t, 2, couple.a.token);
  again.says("typing");
  t.passes(5);
  if (is_word_lost) town::on_first<chat::Moved>(t, 0);
  Guest& thief = t.comes(0);
  resumes(thief, couple.a.token);
  t.passes(10'000);
  assert_false(again.closed);
  assert_int_equal(t.at(0).hub.chats(), 0);
  again.read = again.heard.size();
  couple.b.read = couple.b.heard.size();
  assert_talk(t, again, couple.b);
}
void test_a_used_token_takes_nothing_from_a_worker_that_is_asked(void**) {
  try_used_token_where_the_keeper_asks(false);
  try_used_token_where_the_keeper_asks(true);
}

// Nor does it keep out whoever has the newest one.
void test_a_used_token_is_in_nobodys_way(void**) {
  Town t({1, 1, 1});
  Couple couple(t);
  couple.a.goes();
  t.passes(5);
  Guest& again = back_at(t, 0, couple.a.token);
  again.says("typing");
  t.copies = [](const Envelope&) { return 0; };
  Guest& thief = t.comes(2);
  resumes(thief, couple.a.token);
  t.passes(2'000);
  assert_int_equal(t.at(2).hub.chats(), 1);
  t.copies = [](const Envelope&) { return 1; };
  again.goes();
  Guest& newest = back_at(t, 2, again.token);
  assert_true(thief.closed);
  t.passes(5'000);
  newest.read = newest.heard.size();
  couple.b.read = couple.b.heard.size();
  assert_talk(t, newest, couple.b);
}

// Nor later, where it was used: the newest token is older than what was done with the used one.
void test_a_used_token_leaves_nothing_behind(void**) {
  Town t({1, 1});
  Pair pair(t);
  pair.a.goes();
  Guest& again = back_at(t, 0, pair.a.token);
  again.says("typing");
  t.copies = [](const Envelope&) { return 0; };
  t.board_works = false;
  t.passes(1'000);
  Guest& partner = t.comes(1);
  resumes(partner, pair.b.token);
  Guest& thief = t.comes(1);
  resumes(thief, pair.a.token);
  t.passes(1'100);
  t.copies = [](const Envelope&) { return 1; };
  t.board_works = true;
  t.passes(20'000);
  assert_true(thief.closed);
  thief.token = token_of(thief, "resumed");
  again.goes();
  Guest& newest = back_at(t, 0, again.token);
  for (std::size_t worker : {0, 1}) {
    Guest& late = t.comes(worker);
    resumes(late, thief.token);
    t.passes(5'000);
    assert_true(late.closed || late.heard.back() == "refused resume stale");
    assert_false(newest.closed);
  }
  newest.read = newest.heard.size();
  partner.read = partner.heard.size();
  assert_talk(t, newest, partner);
}

// Nor if it is tried twice there.
void test_a_used_token_may_be_tried_twice(void**) {
  Town t({1, 1});
  Pair pair(t);
  pair.a.goes();
  Guest& again = back_at(t, 0, pair.a.token);
  again.says("typing");
  t.copies = [](const Envelope&) { return 0; };
  t.board_works = false;
  Guest* thief = nullptr;
  for (int i = 0; i < 2; ++i) {
    thief = &t.comes(1);
    resumes(*thief, pair.a.token);
    t.passes(1'100);
    token_of(*thief, "resumed");
  }
  t.copies = [](const Envelope&) { return 1; };
  t.board_works = true;
  pair.b.goes();  // so that its worker asks for them, and finds the thief's
  t.passes(20'000);
  assert_true(thief->closed);
  assert_false(again.closed);
  Guest& back = back_at(t, 1, pair.b.token);
  again.read = again.heard.size();
  assert_talk(t, again, back);
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
      cmocka_unit_test(test_the_token_of_who_was_replaced_is_of_no_use),
      cmocka_unit_test(test_a_used_token_takes_nothing),
      cmocka_unit_test(test_a_used_token_takes_nothing_from_a_worker_that_is_asked),
      cmocka_unit_test(test_a_used_token_is_in_nobodys_way),
      cmocka_unit_test(test_a_used_token_leaves_nothing_behind),
      cmocka_unit_test(test_a_used_token_may_be_tried_twice),
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
