// Somebody's connection is gone, and they come back: on the same worker or another, in time or too
// late, once or twice.
#include "town.h"

namespace {

using scene::Guest;
using town::Couple;
using town::Envelope;
using town::Town;
using town::waits;

void resumes(Guest& guest, const std::string& token, unsigned got = 0) {
  guest.says("resume " + token + " got=" + std::to_string(got));
}

// Comes back at that worker, and is there at once or when whoever knows of the chat has answered.
Guest& back_at(Town& town, std::size_t worker, const std::string& token, unsigned got = 0) {
  Guest& guest = town.comes(worker);
  resumes(guest, token, got);
  town.passes(5);
  guest.token = token_of(guest, "resumed");
  return guest;
}

// Two who have met on one worker.
struct Pair {
  explicit Pair(Town& town) : a(town.comes(0)), b(town.comes(0)) {
    waits(a);
    b.says("find");
    town::both_met(a, b);
  }
  Guest &a, &b;
};

void assert_talk(Town& town, Guest& a, Guest& b) {
  a.says("typing");
  b.says("typing");
  town.passes(5);
  assert_hears(a, "typing");
  assert_hears(b, "typing");
  assert_silence(a);
  assert_silence(b);
}

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
}

// ---- what the simulation has met ----

// The letters of that kind do not arrive until it is called off.
template <typename Kind>
void lose(Town& town) {
  town.copies = [](const Envelope& envelope) { return envelope.is<Kind>() ? 0 : 1; };
}
void lose_nothing(Town& town) {
  town.copies = [](const Envelope&) { return 1; };
}

// The word of who took the seat is said again to somebody who has lost sight of it meanwhile.
void test_a_taking_that_is_known_is_told_again(void**) {
  Town t({1, 1, 1});
  Couple couple(t);
  couple.a.goes();
  t.passes(5);
  lose<chat::Keeps>(t);  // so the newcomer does not learn who has the other seat
  Guest& a = t.comes(2);
  resumes(a, couple.a.token);
  t.passes(5);
  couple.b.says("typing");  // the newcomer hears of it from a stranger
  t.passes(5);
  lose_nothing(t);
  t.passes(10'000);
  token_of(a, "resumed");
  a.read = a.heard.size();
  couple.b.read = couple.b.heard.size();
  assert_talk(t, a, couple.b);
}

// Both of them change places, and a frame of the one arrives late.
void test_a_late_frame_is_not_the_others(void**) {
  Town t({1, 1});
  Couple couple(t);
  std::vector<Envelope> late;
  t.copies = [&](const Envelope& envelope) {
    if (!envelope.is<chat::Relayed>()) return 1;
    late.push_back(envelope);
    return 0;
  };
  couple.a.says("say 1\nmine");
  t.passes(5);
  lose_nothing(t);
  couple.a.goes();
  couple.b.goes();
  t.passes(5);
  Guest& a = back_at(t, 1, couple.a.token);
  back_at(t, 0, couple.b.token);
  assert_hears(a, "back");
  for (const Envelope& envelope : late) t.deliver(envelope);
  t.passes(5);
  assert_silence(a);
}

// What both knew of numbers before is of no use behind a time apart.
void test_numbers_begin_anew_with_who_comes_from_elsewhere(void**) {
  Town t({1, 1});
  Couple couple(t);
  couple.a.goes();
  t.passes(5);
  Guest& a = back_at(t, 1, couple.a.token);  // with b, at b's
  couple.b.read = couple.b.heard.size();
  for (const char* frame : {"say 1\none", "say 2\ntwo"}) {
    couple.b.says(frame);
    assert_hears(a, frame);
  }
  a.says("got 2");
  a.goes();
  couple.b.goes();
  t.passes(5);
  Guest& b = t.comes(0);
  resumes(b, couple.b.token);
  t.passes(5);
  b.token = token_of(b, "resumed");
  Guest& again = back_at(t, 0, a.token, 2);
  b.read = b.heard.size();
  b.says("say 3\nthree");
  assert_hears(again, "say 3\nthree");
}

// Word of a match comes twice, the second time when that one has gone on to another worker.
void test_a_late_yes_does_not_end_the_chat(void**) {
  Town t({1, 1, 1});
  std::vector<Envelope> yes;
  t.copies = [&](const Envelope& envelope) {
    if (envelope.is<chat::Accepted>()) yes.push_back(envelope);
    return 1;
  };
  Couple couple(t);
  assert_int_equal(yes.size(), 1);
  const bool a_asked = yes[0].to == t.workers[0]->id;
  Guest& asker = a_asked ? couple.a : couple.b;
  Guest& other = a_asked ? couple.b : couple.a;
  asker.goes();
  t.passes(5);
  Guest& again = back_at(t, 2, asker.token);
  lose<chat::Moved>(t);
  t.deliver(yes[0]);
  lose_nothing(t);
  t.passes(5);
  other.read = other.heard.size();
  assert_talk(t, again, other);
}

// Who was out of reach of the others did not see that the chat went on.
void test_out_of_reach_nobody_calls_a_chat_over(void**) {
  Town t({1, 1, 1});
  Couple couple(t);
  t.copies = [&](const Envelope& envelope) {
    const bool cut = envelope.from == t.workers[0]->id || envelope.to == t.workers[0]->id;
    return cut ? 0 : 1;
  };
  t.at(0).hub.cut(t.now_ms);
  t.passes(5);
  Guest& a = t.comes(2);  // the connection to the host that is cut off seems to be there
  resumes(a, couple.a.token);
  t.passes(2'000);
  a.token = token_of(a, "resumed");
  t.passes(61'000);
  assert_true(couple.a.heard.back() == "left");
  lose_nothing(t);
  t.at(0).hub.mended(t.now_ms);
  couple.b.goes();
  t.passes(5);
  Guest& b = back_at(t, 0, couple.b.token);
  a.read = a.heard.size();
  assert_talk(t, a, b);
}

// Nobody misses anybody: here sits one whom the others have elsewhere, and the other way round.
void test_two_halves_of_a_chat_find_each_other(void**) {
  Town t({1, 1, 1});
  Pair pair(t);
  t.copies = [](const Envelope&) { return 0; };
  t.board_works = false;
  Guest& a = t.comes(1);
  resumes(a, pair.a.token);
  t.passes(1'100);
  a.token = token_of(a, "resumed");
  Guest& b = t.comes(1);
  resumes(b, pair.b.token);
  b.token = token_of(b, "resumed");
  assert_hears(a, "back");
  lose_nothing(t);
  t.board_works = true;
  Guest& newer = back_at(t, 2, a.token);
  assert_hears(a, "bye replaced");
  t.passes(5);
  b.read = b.heard.size();
  assert_talk(t, newer, b);
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
      cmocka_unit_test(test_a_taking_that_is_known_is_told_again),
      cmocka_unit_test(test_a_late_frame_is_not_the_others),
      cmocka_unit_test(test_numbers_begin_anew_with_who_comes_from_elsewhere),
      cmocka_unit_test(test_a_late_yes_does_not_end_the_chat),
      cmocka_unit_test(test_out_of_reach_nobody_calls_a_chat_over),
      cmocka_unit_test(test_two_halves_of_a_chat_find_each_other),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
