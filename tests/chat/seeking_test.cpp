// Who of several workers meets whom.
#include "town.h"

namespace {

using scene::Guest;
using town::both_met;
using town::Couple;
using town::Town;
using town::waits;

void test_two_workers_of_a_host_meet(void**) {
  Town t({2});
  Guest& a = t.comes(0);
  Guest& b = t.comes(1);
  waits(a, "find lang=EN,fr\nMusic\nchess");
  t.passes(5);
  waits(b, "find lang=de,en\nfilm\nCHESS");
  t.passes(100);
  assert_hears(a, "matched " + town::peek_token(a) + " lang=EN\nchess");
  assert_hears(b, "matched " + town::peek_token(b) + " lang=en\nCHESS");
  assert_int_equal(t.hosts[1].waiting(t.now_ms), 0);
  assert_int_equal(t.at(0).hub.waiting() + t.at(1).hub.waiting(), 0);
}

void test_two_hosts_meet(void**) {
  Town t({1, 1});
  Couple couple(t);
  assert_int_equal(t.cluster.waiting(t.now_ms), 0);
  assert_int_equal(t.hosts[1].waiting(t.now_ms) + t.hosts[2].waiting(t.now_ms), 0);
}

void test_who_finds_somebody_here_is_never_posted(void**) {
  Town t({2, 1});
  Guest& a = t.comes(0);
  Guest& b = t.comes(0);
  waits(a);
  t.passes(chat::alone_on_worker_ms - 1);
  b.says("find");
  t.passes(10'000);
  both_met(a, b);
  assert_int_equal(t.posts, 0);
  assert_int_equal(t.letters, 0);
}

void test_the_host_comes_before_the_cluster(void**) {
  Town t({2, 1});
  Guest& a = t.comes(0);
  Guest& b = t.comes(1);
  waits(a);
  waits(b);
  t.passes(chat::alone_on_host_ms - 1);
  both_met(a, b);
  assert_int_equal(t.cluster.waiting(t.now_ms), 0);
}

void test_who_was_posted_still_meets_somebody_here(void**) {
  Town t({2, 1});
  Guest& a = t.comes(0);
  Guest& b = t.comes(0);
  waits(a);
  t.passes(1'000);
  assert_int_equal(t.hosts[1].waiting(t.now_ms), 1);
  assert_int_equal(t.cluster.waiting(t.now_ms), 1);
  b.says("find");
  both_met(a, b);
  assert_int_equal(t.hosts[1].waiting(t.now_ms), 0);
  assert_int_equal(t.cluster.waiting(t.now_ms), 0);
}

void test_who_leaves_takes_the_tickets_along(void**) {
  Town t({2, 1});
  Guest& a = t.comes(0);
  Guest& b = t.comes(0);
  waits(a);
  waits(b, "find\nchess");
  t.passes(1'000);
  assert_int_equal(t.cluster.waiting(t.now_ms), 2);
  a.says("leave");
  b.goes(chat::Departure::left);
  assert_int_equal(t.hosts[1].waiting(t.now_ms), 0);
  assert_int_equal(t.cluster.waiting(t.now_ms), 0);
}

void test_lobbies_never_mix(void**) {
  Town t({2, 1});
  Guest& a = t.comes(0);
  Guest& b = t.comes(1, scene::other_lobby);
  Guest& c = t.comes(2, scene::other_lobby);
  waits(a);
  waits(b);
  t.passes(30);
  waits(c);
  t.passes(60'000);
  both_met(b, c);
  assert_silence(a);
}

void test_patience_widens_across_workers(void**) {
  Town t({1, 1});
  Guest& a = t.comes(0);
  Guest& b = t.comes(1);
  waits(a, "find\nmusic");
  waits(b, "find\nchess");
  t.passes(4'900);
  assert_silence(a);
  t.passes(300);
  both_met(a, b);
}

void test_who_was_blocked_is_not_met_again(void**) {
  Town t({1, 1});
  Couple couple(t);
  couple.a.says("block");
  t.passes(1);
  assert_hears(couple.b, "left");
  waits(couple.a);
  waits(couple.b);
  t.passes(60'000);
  assert_silence(couple.a);
  assert_silence(couple.b);
  Guest& c = t.comes(1);
  c.says("find");
  t.passes(100);
  token_of(c, "matched");
}

void test_not_the_last_one_while_there_is_hope(void**) {
  Town t({1, 1});
  Couple couple(t);
  couple.a.says("leave");
  t.passes(1);
  assert_hears(couple.b, "left");
  waits(couple.a);
  waits(couple.b);
  t.passes(4'900);
  assert_silence(couple.a);
  t.passes(5'200);
  both_met(couple.a, couple.b);
}

void test_the_block_of_somebody_who_seeks_counts(void**) {
  Town t({1, 1});
  Couple couple(t);
  couple.b.says("leave");
  t.passes(1);
  assert_hears(couple.a, "left");
  waits(couple.a);
  waits(couple.b);
  t.passes(1'000);
  couple.a.says("block");
  t.passes(60'000);
  assert_silence(couple.a);
  assert_silence(couple.b);
}

void test_a_lobby_that_forgets_gets_its_tickets_back(void**) {
  Town t({1, 1});
  Guest& a = t.comes(0);
  waits(a);
  t.passes(100);
  t.cluster.forget();
  t.passes(chat::renew_ms);
  assert_int_equal(t.cluster.waiting(t.now_ms), 1);
  t.cluster.forget();
  t.at(0).hub.mended(t.now_ms);
  t.passes(chat::post_all_ms);
  assert_int_equal(t.cluster.waiting(t.now_ms), 1);
}

void test_a_lobby_that_does_not_work_keeps_nobody_apart(void**) {
  Town t({2, 1});
  t.board_works = false;
  Guest& a = t.comes(0);
  Guest& b = t.comes(0);
  waits(a);
  t.passes(60'000);
  b.says("find");
  both_met(a, b);
}

void test_a_ticket_of_somebody_who_is_here_needs_no_claim(void**) {
  Town t({2});
  Guest& a = t.comes(0);
  Guest& b = t.comes(0);
  waits(a, "find\nmusic");
  waits(b, "find\nchess");
  t.passes(100);
  const auto own = std::get<chat::Seeking>(a.state).wish->ticket.id;
  const auto other = std::get<chat::Seeking>(b.state).wish->ticket;
  t.at(0).hub.offered(chat::Reach::host, own, other, t.now_ms);
  both_met(a, b);
  assert_int_equal(t.letters, 0);
  assert_int_equal(t.hosts[1].waiting(t.now_ms), 0);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_two_workers_of_a_host_meet),
      cmocka_unit_test(test_two_hosts_meet),
      cmocka_unit_test(test_who_finds_somebody_here_is_never_posted),
      cmocka_unit_test(test_the_host_comes_before_the_cluster),
      cmocka_unit_test(test_who_was_posted_still_meets_somebody_here),
      cmocka_unit_test(test_who_leaves_takes_the_tickets_along),
      cmocka_unit_test(test_lobbies_never_mix),
      cmocka_unit_test(test_patience_widens_across_workers),
      cmocka_unit_test(test_who_was_blocked_is_not_met_again),
      cmocka_unit_test(test_not_the_last_one_while_there_is_hope),
      cmocka_unit_test(test_the_block_of_somebody_who_seeks_counts),
      cmocka_unit_test(test_a_lobby_that_forgets_gets_its_tickets_back),
      cmocka_unit_test(test_a_lobby_that_does_not_work_keeps_nobody_apart),
      cmocka_unit_test(test_a_ticket_of_somebody_who_is_here_needs_no_claim),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
