// Who cannot hear other hosts promises nobody to them, and is promised nobody.
#include "town.h"

namespace {

using scene::Guest;
using town::both_met;
using town::Town;
using town::waits;

void test_who_cannot_be_written_to_is_promised_to_nobody(void**) {
  Town t({1, 1});
  Guest& a = t.comes(0);
  waits(a);
  t.passes(100);
  t.at(1).hub.cut(t.now_ms);
  Guest& b = t.comes(1);
  waits(b);
  t.passes(60'000);
  assert_silence(a);
  assert_silence(b);
  assert_int_equal(t.cluster.waiting(t.now_ms), 1);
  t.at(1).hub.mended(t.now_ms);
  t.passes(chat::post_all_ms + 100);
  both_met(a, b);
}

void test_who_is_cut_off_after_they_were_posted_promises_nothing(void**) {
  Town t({1, 1});
  Guest& a = t.comes(0);
  waits(a);
  t.passes(100);
  t.at(0).hub.cut(t.now_ms);
  Guest& b = t.comes(1);
  waits(b);
  t.passes(60'000);
  assert_silence(a);
  assert_silence(b);
  t.at(0).hub.mended(t.now_ms);
  t.passes(chat::post_all_ms + chat::renew_ms);
  both_met(a, b);
}

void test_what_a_lobby_offers_to_who_is_cut_off_is_let_be(void**) {
  Town t({1, 1});
  Guest& b = t.comes(1);
  waits(b);
  t.passes(100);
  const chat::Ticket other = t.cluster.only_ticket();
  b.says("leave");
  Guest& a = t.comes(0);
  waits(a);
  t.passes(100);
  t.at(0).hub.cut(t.now_ms);
  t.at(0).hub.offered(chat::Reach::cluster, t.cluster.only_ticket().id, other, t.now_ms);
  assert_int_equal(t.at(0).hub.waiting(), 1);
}

chat::TicketId wish_of(const Guest& guest) {
  return std::get<chat::Seeking>(guest.state).wish->ticket.id;
}

void test_nobody_is_asked_for_by_who_is_cut_off_meanwhile(void**) {
  Town t({1, 1});
  Guest& a = t.comes(0);
  waits(a);
  t.passes(100);
  Guest& b = t.comes(1);
  waits(b);
  // Between the offer and what became of taking both.
  t.passes(chat::alone_on_host_ms - 1);
  const chat::Ticket other = t.cluster.only_ticket();
  t.board_works = false;
  t.passes(10);
  t.at(1).hub.offered(chat::Reach::cluster, wish_of(b), other, t.now_ms);
  t.at(1).hub.cut(t.now_ms);
  t.at(1).hub.taken(chat::Reach::cluster, wish_of(b), chat::Taken::both, t.now_ms);
  t.passes(2'000);
  assert_silence(a);
  assert_silence(b);
  assert_int_equal(t.at(1).hub.waiting(), 1);
}

// Nor does anybody go back to the lobby of hosts that they are cut off from.
void test_who_is_cut_off_posts_nothing_later(void**) {
  Town t({1, 1});
  Guest& a = t.comes(0);
  waits(a);
  t.passes(100);
  t.at(0).hub.cut(t.now_ms);
  t.cluster.forget();
  const std::size_t posts = t.posts;
  t.passes(60'000);
  assert_int_equal(t.cluster.waiting(t.now_ms), 0);
  assert_true(t.posts > posts);  // to that of the host
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_who_cannot_be_written_to_is_promised_to_nobody),
      cmocka_unit_test(test_who_is_cut_off_after_they_were_posted_promises_nothing),
      cmocka_unit_test(test_what_a_lobby_offers_to_who_is_cut_off_is_let_be),
      cmocka_unit_test(test_nobody_is_asked_for_by_who_is_cut_off_meanwhile),
      cmocka_unit_test(test_who_is_cut_off_posts_nothing_later),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
