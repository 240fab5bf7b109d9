// The word that a match has begun is late, comes twice, or never: meanwhile whoever said yes
// speaks, drops, and comes back, to whoever asked or to somebody else.
#include "town.h"

namespace {

using scene::Guest;
using town::assert_talk;
using town::back_at;
using town::Couple;
using town::Envelope;
using town::lose;
using town::lose_nothing;
using town::resumes;
using town::Town;
using town::waits;

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

// Whoever said yes speaks before the word of it has come: nobody denies the chat meanwhile.
void test_a_frame_ahead_of_the_yes(void**) {
  Town t({1, 1});
  Guest& a = t.comes(0);
  Guest& b = t.comes(1);
  lose<chat::Accepted>(t);
  waits(a);
  waits(b);
  t.passes(100);
  Guest& said_yes = a.read < a.heard.size() ? a : b;
  said_yes.token = token_of(said_yes, "matched");
  said_yes.says("typing");
  t.passes(500);
  assert_silence(said_yes);
  t.passes(10'000);  // the other has given up, and says so
  assert_hears(said_yes, "left");
}

// Whoever said yes was sent away at once, and comes to the one who asked, ahead of the word of it.
Guest& comes_ahead_of_their_yes(Town& t, Guest& asker, std::vector<Envelope>& yes) {
  Guest& owner = t.comes(0);
  waits(owner);
  t.passes(100);
  t.copies = [&](const Envelope& envelope) {
    if (!envelope.is<chat::Accepted>()) return 1;
    yes.push_back(envelope);
    return 0;
  };
  waits(asker);
  t.passes(60);
  const std::string token = token_of(owner, "matched");
  owner.goes();
  Guest& again = t.comes(1);
  resumes(again, token);
  t.passes(5);
  return again;
}
void test_whoever_said_yes_comes_ahead_of_it(void**) {
  for (const std::uint64_t late_ms : {0, 900}) {
    Town t({1, 1});
    Guest& asker = t.comes(1);
    std::vector<Envelope> yes;
    Guest& again = comes_ahead_of_their_yes(t, asker, yes);
    t.passes(late_ms);
    lose_nothing(t);
    t.deliver(yes.at(0));
    t.passes(5);
    asker.token = token_of(asker, "matched");
    token_of(again, "resumed");
    again.read = again.heard.size();
    assert_talk(t, asker, again);
    assert_int_equal(t.at(1).hub.chats(), 1);
    Guest& newer = back_at(t, 1, asker.token);
    assert_hears(asker, "bye replaced");
    assert_hears(again, "back");
    assert_talk(t, newer, again);
    assert_int_equal(t.at(1).hub.chats(), 1);
  }
}
// And has gone again.
void test_whoever_said_yes_came_and_went(void**) {
  Town t({1, 1});
  Guest& asker = t.comes(1);
  std::vector<Envelope> yes;
  Guest& again = comes_ahead_of_their_yes(t, asker, yes);
  again.goes();
  lose_nothing(t);
  t.deliver(yes.at(0));
  t.passes(5);
  token_of(asker, "matched");
  assert_hears(asker, "lost in=60");
  t.passes(61'000);
  assert_hears(asker, "left");
}
// Or the word of it never comes: whoever asked gives up, and looks on.
void test_whoever_said_yes_comes_and_it_was_lost(void**) {
  Town t({1, 1});
  Guest& asker = t.comes(1);
  std::vector<Envelope> yes;
  Guest& again = comes_ahead_of_their_yes(t, asker, yes);
  lose_nothing(t);
  t.passes(chat::claim_ms);
  assert_hears(again, "refused resume stale");
  t.deliver(yes.at(0));
  t.passes(5);
  assert_silence(asker);
  assert_int_equal(t.at(1).hub.chats(), 0);
  Guest& next = t.comes(1);
  next.says("find");
  town::both_met(asker, next);
}
void test_whoever_said_yes_comes_and_is_blocked(void**) {
  Town t({1, 1});
  Guest& asker = t.comes(1);
  std::vector<Envelope> yes;
  Guest& again = comes_ahead_of_their_yes(t, asker, yes);
  chat::Person& person = std::get<chat::Seeking>(asker.state).wish->ticket.person;
  person.strangers.block(again.person.id);
  lose_nothing(t);
  t.deliver(yes.at(0));
  t.passes(5);
  assert_silence(asker);
  assert_hears(again, "refused resume stale");
}

// Or to a third worker: they are told as soon as whoever asked has given up.
void test_whoever_said_yes_does_not_wait_for_nobody(void**) {
  Town t({1, 1, 1});
  Guest& owner = t.comes(0);
  waits(owner);
  t.passes(100);
  lose<chat::Accepted>(t);
  waits(t.comes(1));
  t.passes(60);
  const std::string token = token_of(owner, "matched");
  owner.goes();
  Guest& again = t.comes(2);
  resumes(again, token);
  t.passes(10'000);
  token_of(again, "resumed");
  assert_hears(again, "left");
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_a_late_yes_does_not_end_the_chat),
      cmocka_unit_test(test_a_frame_ahead_of_the_yes),
      cmocka_unit_test(test_whoever_said_yes_comes_ahead_of_it),
      cmocka_unit_test(test_whoever_said_yes_came_and_went),
      cmocka_unit_test(test_whoever_said_yes_comes_and_it_was_lost),
      cmocka_unit_test(test_whoever_said_yes_comes_and_is_blocked),
      cmocka_unit_test(test_whoever_said_yes_does_not_wait_for_nobody),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
