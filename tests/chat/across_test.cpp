// Chats whose people sit at two workers: what passes, and what becomes of them when letters and
// workers are lost.
#include "town.h"

namespace {

using scene::Guest;
using town::both_met;
using town::Couple;
using town::Envelope;
using town::on_first;
using town::Town;
using town::waits;

// ---- talking ----

void test_everything_relayed_passes_unchanged(void**) {
  Town t({1, 1});
  Couple couple(t);
  const std::string_view frames[] = {"say 1\nhello \xE2\x98\x95\nthere",
                                     "say 2 got=1\n",
                                     "got 1",
                                     "seen 1",
                                     "typing",
                                     "away",
                                     "here"};
  couple.b.says("say 1\nfirst");
  t.passes(1);
  assert_hears(couple.a, "say 1\nfirst");
  for (std::string_view frame : frames) {
    couple.a.says(frame);
    t.passes(1);
    assert_hears(couple.b, frame);
  }
  couple.b.says("skip 1");
  t.passes(1);
  assert_hears(couple.a, "skip 1");
  assert_silence(couple.a);
  assert_silence(couple.b);
}

void test_the_limits_hold_across(void**) {
  Town t({1, 1});
  Couple couple(t);
  chat::Settings fast;
  fast.message_rate = {1'000'000, 1'000, 1'000'000};
  couple.a.settings = &fast;
  for (unsigned i = 1; i <= chat::unacknowledged_max; ++i) {
    couple.a.says("say " + std::to_string(i) + "\nx");
  }
  couple.a.says("say 33\nx");
  assert_hears(couple.a, "refused say full n=33");
  couple.a.says("got 1");  // nothing was said to a
  couple.a.says("say 99\nx");
  t.passes(1);
  for (unsigned i = 1; i <= chat::unacknowledged_max; ++i) {
    assert_hears(couple.b, "say " + std::to_string(i) + "\nx");
  }
  assert_silence(couple.b);
  couple.b.says("got 32");
  t.passes(1);
  couple.a.says("say 33\nx");
  t.passes(1);
  assert_hears(couple.b, "say 33\nx");
}

void test_a_message_that_was_lost_is_a_gap_until_it_comes_again(void**) {
  Town t({1, 1});
  Couple couple(t);
  on_first<chat::Relayed>(t, 0);
  couple.a.says("say 1\none");
  couple.a.says("say 2\ntwo");
  t.passes(1);
  assert_silence(couple.b);
  couple.a.says("say 1\none");
  couple.a.says("say 2\ntwo");
  t.passes(1);
  assert_hears(couple.b, "say 1\none");
  assert_hears(couple.b, "say 2\ntwo");
}

void test_a_confirmation_that_was_lost_is_given_again(void**) {
  Town t({1, 1});
  Couple couple(t);
  couple.a.says("say 1\none");
  t.passes(1);
  assert_hears(couple.b, "say 1\none");
  on_first<chat::Relayed>(t, 0);
  couple.b.says("got 1");
  t.passes(1);
  assert_silence(couple.a);
  couple.a.says("say 1\none");
  t.passes(1);
  assert_hears(couple.a, "got 1");
  assert_silence(couple.b);
}

void test_a_skip_passes_although_messages_were_lost(void**) {
  Town t({1, 1});
  Couple couple(t);
  on_first<chat::Relayed>(t, 0);
  couple.a.says("say 1\none");
  couple.a.says("skip 1");
  couple.a.says("say 2\ntwo");
  t.passes(1);
  assert_hears(couple.b, "skip 1");
  assert_hears(couple.b, "say 2\ntwo");
}

// The other page may never have heard the skip, and a late message must not say that it has.
void test_a_late_message_confirms_no_skip(void**) {
  Town t({1, 1});
  Couple couple(t);
  Envelope caught;
  t.copies = [&](const Envelope& envelope) {
    caught = envelope;
    return 1;
  };
  couple.a.says("say 1\none");
  t.passes(1);
  t.copies = [](const Envelope&) { return 1; };
  couple.a.says("skip 1");
  t.passes(1);
  couple.b.read = couple.b.heard.size();
  t.deliver(caught);
  t.passes(5);
  assert_silence(couple.a);
  assert_silence(couple.b);
  couple.b.says("got 1");
  t.passes(1);
  assert_hears(couple.a, "got 1");
  t.deliver(caught);
  t.passes(5);
  assert_hears(couple.a, "got 1");
}

void test_a_chat_s_letters_come_from_its_member_alone(void**) {
  Town t({1, 1, 1});
  Couple couple(t);
  Envelope caught;
  t.copies = [&](const Envelope& envelope) {
    if (envelope.is<chat::Relayed>()) caught = envelope;
    return 1;
  };
  couple.a.says("say 1\nhello");
  t.passes(1);
  assert_hears(couple.b, "say 1\nhello");
  caught.from = t.workers[2]->id;
  t.deliver(caught);
  t.passes(1);
  assert_silence(couple.b);
}

void test_only_what_is_relayed_is_taken_from_a_letter(void**) {
  Town t({1, 1});
  Couple couple(t);
  Envelope caught;
  t.copies = [&](const Envelope& envelope) {
    if (envelope.is<chat::Relayed>()) caught = envelope;
    return 1;
  };
  couple.a.says("typing");
  t.passes(1);
  assert_hears(couple.b, "typing");
  for (std::string_view frame : {"leave", "find", "ping", "nonsense", "", "say 7\nahead", "got 1",
                                 "seen 1", "say 1 got=9\nx"}) {
    caught.letter.resize(chat::relay_header_bytes);
    caught.letter.insert(caught.letter.end(), frame.begin(), frame.end());
    t.deliver(caught);
    t.passes(1);
    assert_silence(couple.a);
    assert_silence(couple.b);
  }
}

void test_leave_and_next_are_told(void**) {
  Town t({1, 1});
  for (std::string_view how : {"leave", "find\nsomething else", "close"}) {
    Couple couple(t);
    if (how == "close") {
      couple.a.goes(chat::Departure::left);
    } else {
      couple.a.says(how);
    }
    t.passes(1);
    assert_hears(couple.b, "left");
    assert_silence(couple.b);
    assert_int_equal(t.at(0).hub.chats() + t.at(1).hub.chats(), 0);
    assert_false(t.at(0).hub.has_beats());
    assert_false(t.at(1).hub.has_beats());
    if (how != "close") couple.a.goes(chat::Departure::left);
    couple.b.goes(chat::Departure::left);
  }
}

// ---- what gets lost ----

void test_a_farewell_that_was_lost_is_found_out(void**) {
  Town t({1, 1});
  Couple couple(t);
  on_first<chat::Parted>(t, 0);
  couple.a.says("leave");
  t.passes(1);
  assert_silence(couple.b);
  t.passes(chat::audit_ms + chat::beat_ms);
  assert_hears(couple.b, "left");
  assert_int_equal(t.at(1).hub.chats(), 0);
}

void test_or_as_soon_as_something_is_said(void**) {
  Town t({1, 1});
  Couple couple(t);
  on_first<chat::Parted>(t, 0);
  couple.a.says("leave");
  couple.b.says("say 1\nare you there?");
  t.passes(1);
  assert_hears(couple.b, "left");
}

void test_an_acceptance_that_was_lost_leaves_no_ghost(void**) {
  Town t({1, 1});
  Guest& a = t.comes(0);
  Guest& b = t.comes(1);
  waits(a);
  t.passes(100);
  on_first<chat::Accepted>(t, 0);
  waits(b);
  t.passes(chat::claim_ms + chat::audit_ms + chat::beat_ms);
  token_of(a, "matched");
  assert_hears(a, "left");
}

void test_many_chats_with_one_member_are_audited(void**) {
  Town t({1, 1});
  std::vector<Guest*> left;
  for (int i = 0; i < 150; ++i) {
    Couple couple(t);
    left.push_back(&couple.b);
    if (i % 2 == 0) {
      t.copies = [](const Envelope& envelope) { return envelope.is<chat::Parted>() ? 0 : 1; };
      couple.a.says("leave");
      t.copies = [](const Envelope&) { return 1; };
    }
  }
  t.passes(2 * chat::audit_ms);
  for (std::size_t i = 0; i < left.size(); i += 2) assert_hears(*left[i], "left");
  for (std::size_t i = 1; i < left.size(); i += 2) assert_silence(*left[i]);
  assert_int_equal(t.at(1).hub.chats(), 75);
}

void test_a_member_that_is_silent_is_lost_and_comes_back(void**) {
  Town t({1, 1});
  Couple couple(t);
  t.copies = [](const Envelope&) { return 0; };
  t.passes(chat::silent_ms + chat::beat_ms);
  assert_hears(couple.a, "lost in=60");
  assert_hears(couple.b, "lost in=60");
  t.at(0).hub.unreached(t.workers[1]->id, t.now_ms);  // told once
  t.letters = 0;
  couple.a.says("say 1\nstays with the browser");
  assert_silence(couple.a);
  assert_int_equal(t.letters, 0);
  t.copies = [](const Envelope&) { return 1; };
  t.passes(chat::audit_lost_ms + chat::beat_ms);
  assert_hears(couple.a, "back");
  assert_hears(couple.b, "back");
  couple.a.says("say 1\nstays with the browser");
  t.passes(1);
  assert_hears(couple.b, "say 1\nstays with the browser");
  assert_silence(couple.a);
}

void test_who_writes_is_back_before_what_they_say(void**) {
  Town t({1, 1});
  Couple couple(t);
  t.passes(chat::hearsay_ms);
  t.at(0).hub.unreached(t.workers[1]->id, t.now_ms);
  assert_hears(couple.a, "lost in=60");
  couple.b.says("say 1\nhello?");
  t.passes(1);
  assert_hears(couple.a, "back");
  assert_hears(couple.a, "say 1\nhello?");
}

void test_a_member_that_stays_lost_is_gone_after_the_window(void**) {
  Town t({1, 1});
  Couple couple(t);
  t.copies = [](const Envelope&) { return 0; };
  t.passes(chat::silent_ms + chat::beat_ms);
  assert_hears(couple.a, "lost in=60");
  t.passes(60'000 - chat::beat_ms);
  assert_silence(couple.a);
  t.passes(2 * chat::beat_ms);
  assert_hears(couple.a, "left");
  assert_int_equal(t.at(0).hub.chats(), 0);
  assert_false(t.at(0).hub.has_beats());
  waits(couple.a);
}

void test_a_worker_s_death_is_noticed_by_its_chats_alone(void**) {
  Town t({3});
  Couple couple(t);
  Guest& c = t.comes(1);
  Guest& d = t.comes(2);
  waits(c);
  waits(d);
  t.passes(100);
  both_met(c, d);
  t.kill(0);
  assert_hears(couple.b, "lost in=60");
  c.says("say 1\nfine");
  t.passes(20'000);
  assert_hears(d, "say 1\nfine");
  assert_silence(d);
}

void test_other_hosts_out_of_reach(void**) {
  Town t({2, 1});
  Couple same_host(t);
  Guest& a = t.comes(0);
  Guest& b = t.comes(2);
  waits(a);
  waits(b);
  t.passes(100);
  both_met(a, b);
  t.copies = [&](const Envelope& envelope) { return envelope.from.host == envelope.to.host; };
  for (const auto& worker : t.workers) worker->scene.hub.cut(t.now_ms);
  assert_hears(a, "lost in=60");
  assert_hears(b, "lost in=60");
  t.passes(30'000);
  same_host.a.says("say 1\nas ever");
  t.passes(1);
  assert_hears(same_host.b, "say 1\nas ever");

  t.copies = [](const Envelope&) { return 1; };
  for (const auto& worker : t.workers) worker->scene.hub.mended(t.now_ms);
  t.passes(1);
  assert_hears(a, "back");
  assert_hears(b, "back");
  t.passes(60'000);
  assert_silence(a);
  assert_silence(b);
  assert_silence(same_host.a);
}

void test_who_left_while_out_of_reach_has_left(void**) {
  Town t({1, 1});
  Couple couple(t);
  t.copies = [](const Envelope&) { return 0; };
  for (const auto& worker : t.workers) worker->scene.hub.cut(t.now_ms);
  assert_hears(couple.b, "lost in=60");
  couple.a.says("leave");
  t.copies = [](const Envelope&) { return 1; };
  for (const auto& worker : t.workers) worker->scene.hub.mended(t.now_ms);
  t.passes(1);
  assert_hears(couple.b, "left");
  assert_silence(couple.b);
}

void test_word_that_somebody_was_not_reached_may_be_older_than_what_they_said(void**) {
  Town t({1, 1});
  Couple couple(t);
  t.passes(chat::hearsay_ms);
  couple.b.says("typing");
  t.passes(1);
  assert_hears(couple.a, "typing");
  t.at(0).hub.unreached(t.workers[1]->id, t.now_ms);
  assert_silence(couple.a);
}

void test_a_letter_that_reaches_nobody_is_lost_for_now(void**) {
  Town t({1, 1});
  Couple couple(t);
  t.passes(chat::hearsay_ms);
  t.at(0).hub.unreached(t.workers[1]->id, t.now_ms);
  assert_hears(couple.a, "lost in=60");
  t.passes(chat::audit_lost_ms + chat::beat_ms);
  assert_hears(couple.a, "back");
  assert_silence(couple.b);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_everything_relayed_passes_unchanged),
      cmocka_unit_test(test_the_limits_hold_across),
      cmocka_unit_test(test_a_message_that_was_lost_is_a_gap_until_it_comes_again),
      cmocka_unit_test(test_a_confirmation_that_was_lost_is_given_again),
      cmocka_unit_test(test_a_skip_passes_although_messages_were_lost),
      cmocka_unit_test(test_a_late_message_confirms_no_skip),
      cmocka_unit_test(test_a_chat_s_letters_come_from_its_member_alone),
      cmocka_unit_test(test_only_what_is_relayed_is_taken_from_a_letter),
      cmocka_unit_test(test_leave_and_next_are_told),
      cmocka_unit_test(test_a_farewell_that_was_lost_is_found_out),
      cmocka_unit_test(test_or_as_soon_as_something_is_said),
      cmocka_unit_test(test_an_acceptance_that_was_lost_leaves_no_ghost),
      cmocka_unit_test(test_many_chats_with_one_member_are_audited),
      cmocka_unit_test(test_a_member_that_is_silent_is_lost_and_comes_back),
      cmocka_unit_test(test_who_writes_is_back_before_what_they_say),
      cmocka_unit_test(test_a_member_that_stays_lost_is_gone_after_the_window),
      cmocka_unit_test(test_a_worker_s_death_is_noticed_by_its_chats_alone),
      cmocka_unit_test(test_other_hosts_out_of_reach),
      cmocka_unit_test(test_who_left_while_out_of_reach_has_left),
      cmocka_unit_test(test_word_that_somebody_was_not_reached_may_be_older_than_what_they_said),
      cmocka_unit_test(test_a_letter_that_reaches_nobody_is_lost_for_now),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
