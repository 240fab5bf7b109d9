// A token that was used takes nothing from whoever has a newer one, and keeps nobody out, wherever
// and however often it is tried.
#include "town.h"

namespace {

using scene::Guest;
using town::assert_go_on;
using town::assert_talk;
using town::back_at;
using town::Couple;
using town::Envelope;
using town::Pair;
using town::resumes;
using town::Town;

// The token that was given to a connection which another has replaced since is of no use.
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
  assert_go_on(t, again, couple.b);
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
  assert_go_on(t, newest, couple.b);
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
  assert_go_on(t, newest, partner);
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

// Somebody who sits with a worker that none of those knows who are named in a token of theirs that
// was used; the other one of the chat stayed where they were.
struct Mover {
  explicit Mover(Town& town) : couple(town), used(couple.a.token) {
    Guest& second = back_at(town, 2, used);
    second.says("here");
    town.passes(1'000);
    third = &back_at(town, 3, second.token);
    third->says("here");
    town.passes(10'000);
    hear_all();
    assert_talk(town, *third, couple.b);
  }
  void hear_all() {
    third->read = third->heard.size();
    couple.b.read = couple.b.heard.size();
  }
  Couple couple;
  const std::string used;
  Guest* third;
};

void test_a_used_token_takes_nothing_although_it_is_tried_again_and_again(void**) {
  for (const std::uint64_t pause_ms : {0, 10, 1'100, 10'000}) {
    Town t({2, 1, 1, 1});
    Mover mover(t);
    for (int i = 0; i < 3; ++i) {
      Guest& thief = t.comes(4);
      resumes(thief, mover.used);
      t.passes(pause_ms);
    }
    t.passes(10'000);
    mover.hear_all();
    assert_talk(t, *mover.third, mover.couple.b);
  }
}

// Where nobody can be asked it is believed. What is given for it is of no use elsewhere.
void test_what_a_used_token_is_given_takes_nothing(void**) {
  for (const bool goes_on : {false, true}) {
    Town t({2, 1, 1, 1});
    Mover mover(t);
    const chat::MemberId apart = t.workers[4]->id;
    t.copies = [=](const Envelope& envelope) {
      return envelope.from == apart || envelope.to == apart ? 0 : 1;
    };
    t.board_works = false;
    Guest& thief = t.comes(4);
    resumes(thief, mover.used);
    t.passes(1'100);
    std::string fresh = token_of(thief, "resumed");
    if (goes_on) {
      Guest& again = t.comes(4);
      resumes(again, fresh);
      t.passes(1'100);
      fresh = token_of(again, "resumed");
    }
    t.copies = [](const Envelope&) { return 1; };
    t.board_works = true;
    for (const std::size_t worker : {0, 1, 2, 3, 4}) {
      Guest& late = t.comes(worker);
      resumes(late, fresh);
      t.passes(5'000);
      assert_true(late.closed || late.heard.back() == "refused resume stale");
    }
    mover.hear_all();
    assert_talk(t, *mover.third, mover.couple.b);
  }
}

// Not even where nobody is left who knows, at the same time as the newest one.
void test_a_used_token_does_not_win_by_the_clock(void**) {
  for (const bool is_first : {false, true}) {
    Town t({1, 1, 1, 3});
    Couple couple(t);
    Guest& second = back_at(t, 2, couple.a.token);
    second.says("here");
    t.passes(1'000);
    for (std::size_t worker : {0, 1, 2}) t.kill(worker);
    Guest& thief = t.comes(3);
    Guest& newest = t.comes(4);
    if (is_first) resumes(thief, couple.a.token);
    resumes(newest, second.token);
    if (!is_first) resumes(thief, couple.a.token);
    Guest& other = t.comes(5);
    resumes(other, couple.b.token);
    t.passes(5'000);
    assert_go_on(t, newest, other);
  }
}

// By one token within a millisecond, with both who keep a seat: one of the two sits there.
void test_of_two_by_one_token_at_one_time_one_takes_it(void**) {
  Town t({1, 1});
  Couple couple(t);
  couple.a.goes();
  t.passes(5);
  Guest& here = t.comes(0);
  Guest& there = t.comes(1);
  resumes(here, couple.a.token);
  resumes(there, couple.a.token);
  t.passes(5'000);
  assert_true(here.closed != there.closed);
  Guest& left = here.closed ? there : here;
  assert_go_on(t, left, couple.b);
}

// That one was tried in vain says nothing of takings that are yet to be heard of.
void test_who_denies_a_used_token_believes_the_newest(void**) {
  Town t({1, 1, 1, 1});
  Pair pair(t);
  t.passes(1'000);
  Guest& second = back_at(t, 1, pair.a.token);
  second.says("here");
  t.passes(1'000);
  const chat::MemberId home = t.workers[0]->id, away = t.workers[1]->id;
  t.copies = [=](const Envelope& envelope) {
    const bool there = envelope.from == home && envelope.to == away;
    const bool back = envelope.from == away && envelope.to == home;
    return there || back ? 0 : 1;
  };
  Guest& third = t.comes(1);
  resumes(third, second.token);
  t.passes(100);
  third.token = token_of(third, "resumed");
  third.says("here");
  t.passes(500);
  Guest& thief = t.comes(2);
  resumes(thief, pair.a.token);
  t.passes(600);
  assert_hears(thief, "refused resume stale");
  t.copies = [](const Envelope&) { return 1; };
  Guest& fourth = back_at(t, 3, third.token);
  t.passes(3'000);
  assert_go_on(t, fourth, pair.b);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_the_token_of_who_was_replaced_is_of_no_use),
      cmocka_unit_test(test_a_used_token_takes_nothing),
      cmocka_unit_test(test_a_used_token_takes_nothing_from_a_worker_that_is_asked),
      cmocka_unit_test(test_a_used_token_is_in_nobodys_way),
      cmocka_unit_test(test_a_used_token_leaves_nothing_behind),
      cmocka_unit_test(test_a_used_token_may_be_tried_twice),
      cmocka_unit_test(test_a_used_token_takes_nothing_although_it_is_tried_again_and_again),
      cmocka_unit_test(test_what_a_used_token_is_given_takes_nothing),
      cmocka_unit_test(test_a_used_token_does_not_win_by_the_clock),
      cmocka_unit_test(test_of_two_by_one_token_at_one_time_one_takes_it),
      cmocka_unit_test(test_who_denies_a_used_token_believes_the_newest),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
