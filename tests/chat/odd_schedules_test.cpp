// Schedules that the simulation has met, one for each fault that it has found: somebody comes back
// while letters are lost, late, or come twice.
#include "town.h"

namespace {

using scene::Guest;
using town::assert_go_on;
using town::assert_talk;
using town::back_at;
using town::Couple;
using town::Envelope;
using town::lose;
using town::lose_nothing;
using town::Pair;
using town::resumes;
using town::Town;

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
  assert_go_on(t, a, couple.b);
}

// Nobody came back to the worker that both had left: but they met elsewhere, and it heard nothing.
void test_who_waited_in_vain_does_not_call_over_what_went_on_elsewhere(void**) {
  Town t({1, 1, 1});
  Pair pair(t);
  pair.a.goes();
  pair.b.goes();
  const chat::MemberId first = t.workers[0]->id;
  t.copies = [&](const Envelope& envelope) {
    return envelope.from == first || envelope.to == first ? 0 : 1;
  };
  Guest& a = t.comes(1);
  resumes(a, pair.a.token);
  Guest& b = t.comes(2);
  resumes(b, pair.b.token);
  t.passes(90'000);
  token_of(a, "resumed");
  b.token = token_of(b, "resumed");
  a.read = a.heard.size();
  assert_int_equal(t.at(0).hub.chats(), 0);
  lose_nothing(t);
  b.goes();
  Guest& again = back_at(t, 0, b.token);
  t.passes(5'000);
  assert_go_on(t, a, again);
  // Of the tokens that it knew it is right.
  Guest& late = t.comes(0);
  resumes(late, pair.b.token);
  assert_hears(late, "refused resume stale");
}

// Who may know of the others is asked again, although somebody who is asked anyway has been heard
// of meanwhile.
void test_whoever_a_token_names_is_asked_again(void**) {
  Town t({1, 1, 1, 1});
  Couple couple(t);
  chat::TokenSeal::Plain plain;
  auto token = *chat::read_token(t.seal.open(couple.a.token, plain));
  token.home = t.workers[2]->id;
  token.others = t.workers[1]->id;
  const std::size_t size = chat::write_token(token, plain);
  chat::TokenSeal::Text text;
  const std::string made(t.seal.seal(std::span(plain).first(size), text));
  t.cluster.keep({token.chat, token.seat, token.home, chat::first_stamp}, 60'000, t.now_ms);

  lose<chat::Moved>(t);
  Guest& again = t.comes(3);
  resumes(again, made);
  t.passes(5);
  t.board_works = false;
  lose_nothing(t);
  t.passes(5'000);
  token_of(again, "resumed");
  assert_go_on(t, again, couple.b);
}

// Of two tabs with one token the later hears of the earlier only once, and of somebody in the other
// seat who is there no more each time.
void find_earlier_tab(Town& t, Guest& mover, Guest& partner, chat::Seat others) {
  Guest& earlier = t.comes(2);
  resumes(earlier, mover.token);
  t.passes(10'000);
  token_of(earlier, "resumed");
  t.copies = [&](const Envelope& envelope) {
    return envelope.is<chat::Moved>() && envelope.to == t.workers[2]->id ? 0 : 1;
  };
  chat::TokenSeal::Plain plain;
  const auto token = chat::read_token(t.seal.open(mover.token, plain));
  t.cluster.keep({token->chat, others, {9, 9}, chat::first_stamp}, 60'000, t.now_ms);
  Guest& later = t.comes(3);
  resumes(later, mover.token);
  t.passes(5);
  lose_nothing(t);
  t.passes(15'000);
  token_of(later, "resumed");
  assert_go_on(t, later, partner);
}
void test_whoever_is_found_at_a_rendezvous_is_asked_again(void**) {
  for (bool first : {true, false}) {
    Town t({1, 1, 1, 1});
    Couple couple(t);
    chat::TokenSeal::Plain plain;
    const auto token = chat::read_token(t.seal.open(couple.a.token, plain));
    const auto other = static_cast<chat::Seat>(1 - token->seat);
    if (first) {
      find_earlier_tab(t, couple.a, couple.b, other);
    } else {
      find_earlier_tab(t, couple.b, couple.a, token->seat);
    }
  }
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
  t.passes(2'000);
  token_of(newer, "resumed");  // again, as the word of whoever kept the seat was late
  assert_silence(newer);
  b.read = b.heard.size();
  assert_talk(t, newer, b);
}

// Who still seems to sit somewhere is replaced when word comes of somebody with a newer token; not
// by a later taking with an older one.
void test_who_was_outrun_is_told(void**) {
  Town t({1, 1});
  Couple couple(t);
  chat::TokenSeal::Plain plain;
  const auto token = chat::read_token(t.seal.open(couple.a.token, plain));
  for (chat::Stamp by : {chat::Stamp{0}, token->taking.stamp}) {
    assert_silence(couple.a);
    chat::LetterBuffer buffer;
    const auto letter =
        chat::write(chat::Outrun{token->chat, token->seat, {1'000'000, {by}, 0, 0, true, false}},
                    t.now_ms, buffer);
    t.deliver({t.workers[1]->id, t.workers[0]->id, {letter.begin(), letter.end()}});
    t.passes(5);
  }
  assert_hears(couple.a, "bye replaced");
  assert_closed(couple.a, chat::Ending::replaced);
}

// Who kept a seat that was taken elsewhere meanwhile, and has not heard of it, calls the chat over.
void test_only_who_is_with_them_ends_a_chat(void**) {
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
  for (chat::Seat seat : {0, 1}) {
    chat::TokenSeal::Plain plain;
    const auto token = chat::read_token(t.seal.open(seat == 0 ? a.token : b.token, plain));
    chat::LetterBuffer buffer;
    const auto letter = chat::write(chat::Parted{token->chat}, t.now_ms, buffer);
    t.deliver({t.workers[0]->id, t.workers[2]->id, {letter.begin(), letter.end()}});
  }
  t.passes(5);
  assert_talk(t, a, b);
}

// The first that is heard again may be far ahead of what was confirmed.
void test_no_number_is_confirmed_that_nobody_confirmed(void**) {
  chat::Delivery delivery;
  delivery.forget();
  delivery.confirm(10);
  assert_true(delivery.say(43) == chat::Delivery::Verdict::pass);
  for (chat::Number number = 11; number <= 43; ++number) {
    assert_true(delivery.say(number) == chat::Delivery::Verdict::pass);
  }
  assert_in_range(delivery.confirmed(), 0, 10);
  delivery.forget();
  delivery.confirm(10);
  assert_true(delivery.say(10) == chat::Delivery::Verdict::ignore);
  assert_true(delivery.say(11) == chat::Delivery::Verdict::pass);
}

// A host is cut off, and all of a chat goes on elsewhere, with new connections; what seems to be
// there still is told so once it can be.
void test_a_whole_chat_moves_away_from_who_is_cut_off(void**) {
  Town t({1, 1});
  Pair pair(t);
  const chat::MemberId first = t.workers[0]->id;
  t.copies = [&](const Envelope& envelope) {
    return envelope.from == first || envelope.to == first ? 0 : 1;
  };
  t.at(0).hub.cut(t.now_ms);
  Guest& a = t.comes(1);
  resumes(a, pair.a.token);
  Guest& b = t.comes(1);
  resumes(b, pair.b.token);
  t.passes(60'000);
  a.read = a.heard.size();
  b.read = b.heard.size();
  assert_silence(pair.a);
  assert_silence(pair.b);
  lose_nothing(t);
  t.at(0).hub.mended(t.now_ms);
  t.passes(2 * chat::renew_ms);
  assert_closed(pair.a, chat::Ending::replaced);
  assert_closed(pair.b, chat::Ending::replaced);
  assert_int_equal(t.at(0).hub.chats(), 0);
  assert_go_on(t, a, b);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_a_taking_that_is_known_is_told_again),
      cmocka_unit_test(test_who_waited_in_vain_does_not_call_over_what_went_on_elsewhere),
      cmocka_unit_test(test_whoever_is_found_at_a_rendezvous_is_asked_again),
      cmocka_unit_test(test_whoever_a_token_names_is_asked_again),
      cmocka_unit_test(test_a_late_frame_is_not_the_others),
      cmocka_unit_test(test_numbers_begin_anew_with_who_comes_from_elsewhere),
      cmocka_unit_test(test_out_of_reach_nobody_calls_a_chat_over),
      cmocka_unit_test(test_two_halves_of_a_chat_find_each_other),
      cmocka_unit_test(test_who_was_outrun_is_told),
      cmocka_unit_test(test_only_who_is_with_them_ends_a_chat),
      cmocka_unit_test(test_no_number_is_confirmed_that_nobody_confirmed),
      cmocka_unit_test(test_a_whole_chat_moves_away_from_who_is_cut_off),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
