// What becomes of a claim when the answer is no, late, doubled or never comes.
#include "town.h"

namespace {

using scene::Guest;
using town::both_met;
using town::Couple;
using town::Envelope;
using town::on_first;
using town::Town;
using town::waits;

// A claim as a worker of the town would write it.
Envelope claim_for(Town& town, const Guest& wanted, std::size_t by, const chat::Ticket& claimer) {
  chat::LetterBuffer buffer;
  const auto id = std::get<chat::Seeking>(wanted.state).wish->ticket.id;
  const auto letter = chat::write(chat::Claim{4711, id, claimer}, town.now_ms, buffer);
  return {town.workers[by]->id,
          std::get<chat::Seeking>(wanted.state).wish->ticket.owner,
          {letter.begin(), letter.end()}};
}

chat::Ticket ticket_of_nobody(Town& town, std::size_t owner) {
  chat::Ticket ticket;
  ticket.id = 1;
  ticket.owner = town.workers[owner]->id;
  ticket.lobby = scene::lobby;
  ticket.person.id = 77;
  ticket.patience_ms = 1;
  return ticket;
}

void test_the_owner_has_paired_its_own_meanwhile(void**) {
  Town t({1, 1});
  Guest& a = t.comes(0);
  Guest& b = t.comes(1);
  Guest& c = t.comes(0);
  waits(a);
  t.passes(100);
  on_first<chat::Claim>(t, 1, [&] { c.says("find"); });
  waits(b);
  t.passes(1'000);
  both_met(a, c);
  assert_silence(b);
  // And looks on.
  Guest& d = t.comes(0);
  waits(d);
  t.passes(100);
  both_met(b, d);
}

void test_the_claimer_has_left_meanwhile(void**) {
  Town t({1, 1});
  Guest& a = t.comes(0);
  Guest& b = t.comes(1);
  waits(a);
  t.passes(100);
  on_first<chat::Claim>(t, 1, [&] { b.says("leave"); });
  waits(b);
  t.passes(100);
  token_of(a, "matched");
  assert_hears(a, "left");
  assert_silence(b);
  assert_int_equal(t.at(0).hub.chats() + t.at(1).hub.chats(), 0);
}

void test_nobody_else_gets_who_asks(void**) {
  Town t({1, 1});
  Guest& a = t.comes(0);
  Guest& b = t.comes(1);
  Guest& c = t.comes(1);
  waits(a);
  t.passes(100);
  on_first<chat::Claim>(t, 1, [&] { waits(c); });
  waits(b);
  t.passes(1'000);
  both_met(a, b);
  assert_silence(c);
}

void test_two_claims_for_one_ticket(void**) {
  Town t({1, 1, 1});
  Guest& a = t.comes(0);
  Guest& b = t.comes(1);
  Guest& c = t.comes(2);
  waits(a);
  t.passes(100);
  waits(b);
  waits(c);
  t.passes(20'000);
  token_of(a, "matched");
  assert_true((b.read < b.heard.size()) != (c.read < c.heard.size()));
}

void test_the_owner_has_died(void**) {
  Town t({1, 1});
  Guest& a = t.comes(0);
  Guest& b = t.comes(1);
  waits(a);
  t.passes(100);
  t.kill(0);
  waits(b);
  t.passes(2'000);
  assert_silence(b);
  assert_int_equal(t.cluster.waiting(t.now_ms), 1);  // its own
  Guest& c = t.comes(1);
  c.says("find");
  token_of(b, "matched");
}

void test_who_learns_that_the_owner_died_looks_on_at_once(void**) {
  Town t({2});
  Guest& a = t.comes(0);
  Guest& b = t.comes(1);
  Guest& c = t.comes(1);
  waits(a);
  t.passes(100);
  on_first<chat::Claim>(t, 0, [&] { t.kill(0, false); });
  waits(b);
  t.passes(30);
  c.says("find");
  assert_hears(c, "waiting");  // b asks
  t.at(1).hub.gone(t.workers[0]->id, t.now_ms);
  t.passes(1);
  both_met(b, c);
}

void test_an_offer_of_somebody_blocked_is_not_taken(void**) {
  Town t({1, 1});
  Couple couple(t);
  couple.a.says("block");
  t.passes(1);
  assert_hears(couple.b, "left");
  waits(couple.a);
  const auto own = std::get<chat::Seeking>(couple.a.state).wish->ticket;
  chat::Ticket other = own;
  other.id = 1;
  other.owner = t.workers[1]->id;
  other.person = couple.b.person;
  t.letters = 0;
  t.at(0).hub.offered(chat::Reach::cluster, own.id, other, t.now_ms);
  assert_int_equal(t.at(0).hub.waiting(), 1);
  other = ticket_of_nobody(t, 1);
  other.lobby = scene::other_lobby;
  t.at(0).hub.offered(chat::Reach::cluster, own.id, other, t.now_ms);
  assert_int_equal(t.at(0).hub.waiting(), 1);
  t.passes(60'000);
  assert_int_equal(t.letters, 0);
}

void test_a_claim_that_comes_again_is_not_declined(void**) {
  Town t({1, 1});
  Envelope claim;
  t.copies = [&](const Envelope& envelope) {
    if (envelope.is<chat::Claim>()) claim = envelope;
    return 1;
  };
  Couple couple(t);
  t.letters = 0;
  t.deliver(claim);
  t.passes(1);
  assert_int_equal(t.letters, 1);  // this one
}

void test_who_learns_that_nobody_gets_the_claim_looks_on_at_once(void**) {
  Town t({1, 1});
  Guest& a = t.comes(0);
  Guest& b = t.comes(1);
  Guest& c = t.comes(1);
  waits(a);
  t.passes(100);
  on_first<chat::Claim>(t, 0);
  waits(b);
  t.passes(50);
  waits(c);  // b asks
  t.at(1).hub.unreached(t.workers[0]->id, t.now_ms);
  t.passes(1);
  both_met(b, c);
}

void test_a_claim_without_an_answer_ends(void**) {
  Town t({1, 1});
  Guest& a = t.comes(0);
  Guest& b = t.comes(1);
  waits(a);
  t.passes(100);
  on_first<chat::Claim>(t, 0);
  waits(b);
  t.passes(40 + 999);
  assert_silence(b);
  t.passes(10'000);
  both_met(a, b);
}

void test_a_shared_lobby_without_an_answer_ends_too(void**) {
  Town t({1, 1});
  Guest& a = t.comes(0);
  Guest& b = t.comes(1);
  waits(a);
  t.passes(100);
  waits(b);
  const chat::Ticket other = t.cluster.only_ticket();
  t.board_works = false;
  auto& b_hub = t.at(1).hub;
  chat::TicketId own = std::get<chat::Seeking>(b.state).wish->ticket.id;
  b_hub.offered(chat::Reach::cluster, own, other, t.now_ms);
  assert_int_equal(b_hub.waiting(), 0);
  t.passes(chat::claim_ms);
  assert_int_equal(b_hub.waiting(), 1);
  t.board_works = true;
  t.passes(10'000);
  both_met(a, b);
}

void test_a_late_answer_is_declined(void**) {
  Town t({1, 1});
  Guest& a = t.comes(0);
  Guest& b = t.comes(1);
  Guest& c = t.comes(1);
  waits(a);
  t.passes(100);
  Envelope late;
  t.copies = [&](const Envelope& envelope) {
    if (!envelope.is<chat::Accepted>() || !late.letter.empty()) return 1;
    late = envelope;
    return 0;
  };
  waits(b);
  t.passes(200);
  token_of(a, "matched");
  c.says("find");
  t.passes(1'000);
  assert_hears(c, "waiting");
  token_of(b, "matched");
  token_of(c, "matched");
  t.deliver(late);
  t.passes(1);
  assert_hears(a, "left");
  assert_silence(b);
  b.says("say 1\nstill here");
  assert_hears(c, "say 1\nstill here");
}

void test_what_comes_twice_counts_once(void**) {
  Town t({1, 1});
  t.copies = [](const Envelope&) { return 2; };
  Couple couple(t);
  t.passes(1'000);
  couple.a.says("say 1\nhello");
  t.passes(1);
  assert_hears(couple.b, "say 1\nhello");
  // Again what is not confirmed: as if the browser had sent it again.
  assert_hears(couple.b, "say 1\nhello");
  couple.b.says("got 1");
  couple.b.says("leave");
  t.passes(1);
  assert_hears(couple.a, "got 1");
  assert_hears(couple.a, "got 1");
  assert_hears(couple.a, "left");
  assert_silence(couple.a);
  assert_int_equal(t.at(0).hub.chats() + t.at(1).hub.chats(), 0);
}

void test_who_asks_is_promised_to_nobody_else(void**) {
  Town t({1, 1, 1});
  Guest& a = t.comes(0);
  Guest& b = t.comes(1);
  waits(a);
  t.passes(100);
  on_first<chat::Claim>(t, 0);
  waits(b);
  t.passes(50);  // b asks for a
  std::size_t declined = 0;
  t.copies = [&](const Envelope& envelope) {
    declined += envelope.is<chat::Declined>() ? 1 : 0;
    return 1;
  };
  t.deliver(claim_for(t, b, 2, ticket_of_nobody(t, 2)));
  t.passes(1);
  assert_silence(b);
  assert_int_equal(declined, 1);
}

void test_a_claim_for_somebody_else_s_ticket_is_no_claim(void**) {
  Town t({1, 1, 1});
  Guest& a = t.comes(0);
  waits(a);
  t.deliver(claim_for(t, a, 1, ticket_of_nobody(t, 2)));
  chat::Ticket other_lobby = ticket_of_nobody(t, 2);
  other_lobby.lobby = scene::other_lobby;
  t.deliver(claim_for(t, a, 2, other_lobby));
  t.passes(1);
  assert_silence(a);
  t.deliver(claim_for(t, a, 2, ticket_of_nobody(t, 2)));
  t.passes(1);
  token_of(a, "matched");
}

void test_who_is_blocked_while_asked_for_is_not_met(void**) {
  Town t({1, 1});
  Couple couple(t);
  couple.a.says("leave");
  t.passes(1);
  assert_hears(couple.b, "left");
  waits(couple.a);
  waits(couple.b);
  Guest* claimer = nullptr;
  on_first<chat::Claim>(t, 1, [&] {
    const bool a_asks = std::get<chat::Seeking>(couple.a.state).wish->asking.has_value();
    claimer = a_asks ? &couple.a : &couple.b;
    claimer->says("block");
  });
  t.passes(60'000);
  assert_non_null(claimer);
  assert_silence(*claimer);
  assert_int_equal(t.at(0).hub.chats() + t.at(1).hub.chats(), 0);
}

// A false claim has begun the chat that the asked one says yes to.
void test_a_yes_to_a_chat_that_somebody_has_here_already_is_none(void**) {
  Town t({1, 1});
  Guest& asked = t.comes(0);
  Guest& asker = t.comes(1);
  Guest& third = t.comes(1);
  waits(asked);
  t.passes(100);
  Envelope yes;
  t.copies = [&](const Envelope& envelope) {
    if (!envelope.is<chat::Accepted>()) return 1;
    yes = envelope;
    return 0;
  };
  waits(asker);
  t.passes(60);
  waits(third, "find\nchess");
  const auto read = chat::read_letter(yes.letter, t.now_ms);
  const auto& accepted = std::get<chat::Accepted>(*read);
  chat::LetterBuffer buffer;
  const auto wanted = std::get<chat::Seeking>(third.state).wish->ticket.id;
  const auto letter =
      chat::write(chat::Claim{accepted.chat, wanted, accepted.owner}, t.now_ms, buffer);
  t.deliver({t.workers[0]->id, t.workers[1]->id, {letter.begin(), letter.end()}});
  t.deliver(yes);
  t.copies = [](const Envelope&) { return 1; };
  t.deliver(yes);
  t.passes(5);
  assert_silence(asker);
  assert_int_equal(t.at(1).hub.chats(), 0);
}

void test_one_s_own_ticket_was_taken(void**) {
  Town t({1, 1});
  Guest& a = t.comes(0);
  waits(a);
  t.passes(100);
  const auto own = std::get<chat::Seeking>(a.state).wish->ticket.id;
  const chat::Ticket other = ticket_of_nobody(t, 1);
  t.cluster.withdraw(own);
  t.at(0).hub.offered(chat::Reach::cluster, own, other, t.now_ms);
  t.passes(1);
  // Nobody asked for it after all; it is posted again.
  t.passes(chat::claim_ms);
  assert_int_equal(t.cluster.waiting(t.now_ms), 1);
  Guest& b = t.comes(1);
  waits(b);
  t.passes(100);
  both_met(a, b);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_the_owner_has_paired_its_own_meanwhile),
      cmocka_unit_test(test_the_claimer_has_left_meanwhile),
      cmocka_unit_test(test_nobody_else_gets_who_asks),
      cmocka_unit_test(test_two_claims_for_one_ticket),
      cmocka_unit_test(test_the_owner_has_died),
      cmocka_unit_test(test_who_learns_that_the_owner_died_looks_on_at_once),
      cmocka_unit_test(test_an_offer_of_somebody_blocked_is_not_taken),
      cmocka_unit_test(test_a_claim_that_comes_again_is_not_declined),
      cmocka_unit_test(test_who_learns_that_nobody_gets_the_claim_looks_on_at_once),
      cmocka_unit_test(test_a_claim_without_an_answer_ends),
      cmocka_unit_test(test_a_shared_lobby_without_an_answer_ends_too),
      cmocka_unit_test(test_a_late_answer_is_declined),
      cmocka_unit_test(test_what_comes_twice_counts_once),
      cmocka_unit_test(test_who_asks_is_promised_to_nobody_else),
      cmocka_unit_test(test_a_claim_for_somebody_else_s_ticket_is_no_claim),
      cmocka_unit_test(test_who_is_blocked_while_asked_for_is_not_met),
      cmocka_unit_test(test_a_yes_to_a_chat_that_somebody_has_here_already_is_none),
      cmocka_unit_test(test_one_s_own_ticket_was_taken),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
