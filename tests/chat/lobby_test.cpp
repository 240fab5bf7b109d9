// Who meets whom, and when.
#include "chat/lobby.h"

#include "scene.h"

namespace {

using scene::Guest;
using scene::Scene;

void waits(Guest& guest, std::string_view find) {
  guest.says(find);
  assert_hears(guest, "waiting");
  assert_silence(guest);
}

void meets(Guest& guest, std::string_view find, Guest& partner,
           std::string_view matched = "matched -") {
  guest.says(find);
  assert_hears(guest, matched);
  assert_hears(partner, matched);
  assert_silence(guest);
  assert_silence(partner);
}

void both_met(Guest& a, Guest& b) {
  assert_hears(a, "matched -");
  assert_hears(b, "matched -");
}

// Ends a chat between two without counting what they heard of it.
void part(Guest& a, Guest& b) {
  a.says("leave");
  assert_hears(b, "left");
}

void test_two_without_interests_meet_at_once(void**) {
  Scene s;
  Guest& a = s.comes();
  Guest& b = s.comes();
  waits(a, "find");
  meets(b, "find", a);
}

void test_nobody_meets_themself(void**) {
  Scene s;
  Guest& a = s.comes();
  waits(a, "find");
  waits(a, "find");
  s.passes(60'000);
  assert_silence(a);
}

void test_common_interest_first(void**) {
  Scene s;
  Guest& music = s.comes();
  Guest& seeker = s.comes();
  waits(music, "find\nmusic");
  s.passes(5'000);  // music would take anyone now
  Guest& chess = s.comes();
  waits(chess, "find\nchess");
  seeker.says("find\nCHESS");
  assert_hears(seeker, "matched -\nCHESS");
  assert_hears(chess, "matched -\nchess");
  assert_silence(music);
}

void test_most_in_common_wins_over_longest_waiting(void**) {
  Scene s;
  Guest& one = s.comes();
  Guest& two = s.comes();
  Guest& seeker = s.comes();
  waits(one, "find\nmusic");
  waits(two, "find\nchess\nfilm");
  seeker.says("find\nmusic\nfilm\nchess");
  assert_hears(seeker, "matched -\nfilm\nchess");
  assert_hears(two, "matched -\nchess\nfilm");
  assert_silence(one);
}

void test_each_reads_the_common_interest_as_they_wrote_it(void**) {
  Scene s;
  Guest& a = s.comes();
  Guest& b = s.comes();
  waits(a, "find\n  Straße ");
  b.says("find\nSTRASSE");
  assert_hears(b, "matched -\nSTRASSE");
  assert_hears(a, "matched -\nStraße");
}

void test_longest_waiting_of_equals(void**) {
  Scene s;
  Guest& late = s.comes();
  Guest& early = s.comes();
  Guest& seeker = s.comes();
  waits(early, "find lang=en\nmusic");
  s.passes(10);
  waits(late, "find lang=hi\nmusic");
  meets(seeker, "find\nmusic", early, "matched -\nmusic");
  assert_silence(late);
}

void test_interests_wait_for_their_like_until_patience_is_over(void**) {
  Scene s;
  Guest& a = s.comes();
  Guest& b = s.comes();
  waits(a, "find\nmusic");
  waits(b, "find");
  s.passes(4'999);
  assert_silence(a);
  s.passes(1);
  both_met(a, b);
}

void test_two_different_interests_meet_when_both_lost_patience(void**) {
  Scene s;
  Guest& a = s.comes();
  Guest& b = s.comes();
  waits(a, "find\nmusic");
  s.passes(1'000);
  waits(b, "find\nchess");
  s.passes(4'999);
  assert_silence(a);
  s.passes(1);
  both_met(a, b);
}

void test_language_in_common_is_named(void**) {
  Scene s;
  Guest& a = s.comes();
  Guest& b = s.comes();
  waits(a, "find lang=en,hi");
  b.says("find lang=de,HI,en");
  assert_hears(b, "matched - lang=HI");
  assert_hears(a, "matched - lang=en");
}

void test_no_language_is_every_language(void**) {
  Scene s;
  Guest& a = s.comes();
  Guest& b = s.comes();
  Guest& c = s.comes();
  Guest& d = s.comes();
  waits(a, "find lang=en");
  meets(b, "find", a);
  waits(c, "find");
  meets(d, "find lang=de", c);
}

void test_other_languages_meet_after_twice_the_patience(void**) {
  Scene s;
  Guest& a = s.comes();
  Guest& b = s.comes();
  waits(a, "find lang=en");
  waits(b, "find lang=de");
  s.passes(9'999);
  assert_silence(a);
  s.passes(1);
  both_met(a, b);
}

// Nobody starves: who waited for twice the patience takes whoever comes next.
void test_who_waited_long_meets_any_newcomer(void**) {
  Scene s;
  Guest& a = s.comes();
  waits(a, "find lang=cy\nbell ringing");
  s.passes(10'000);
  Guest& b = s.comes();
  meets(b, "find lang=de\nchess", a);
}

void test_common_interest_in_another_language_does_not_count(void**) {
  Scene s;
  Guest& a = s.comes();
  Guest& b = s.comes();
  waits(a, "find lang=en\nmusic");
  waits(b, "find lang=de\nmusic");
}

void test_not_the_same_stranger_while_somebody_else_waits(void**) {
  Scene s;
  Guest& a = s.comes();
  Guest& b = s.comes();
  Guest& c = s.comes();
  waits(a, "find");
  meets(b, "find", a);
  part(a, b);
  waits(a, "find");
  waits(b, "find");
  meets(c, "find", a);
}

void test_the_same_stranger_after_one_patience(void**) {
  Scene s;
  Guest& a = s.comes();
  Guest& b = s.comes();
  waits(a, "find");
  meets(b, "find", a);
  part(a, b);
  waits(a, "find");
  s.passes(100);
  waits(b, "find");
  s.passes(4'999);
  assert_silence(a);
  s.passes(1);
  both_met(a, b);
}

void test_a_blocked_stranger_never(void**) {
  for (const bool by_first : {true, false}) {
    Scene s;
    Guest& a = s.comes();
    Guest& b = s.comes();
    waits(a, "find");
    meets(b, "find", a);
    (by_first ? a : b).says("block");
    assert_hears(by_first ? b : a, "left");
    waits(a, "find\nmusic");
    waits(b, "find\nmusic");
    s.passes(600'000);
    assert_silence(a);
    assert_silence(b);
    // Others are met as ever.
    Guest& c = s.comes();
    meets(c, "find\nmusic", a, "matched -\nmusic");
  }
}

void test_equal_tags_only_when_nobody_else_waits(void**) {
  Scene s;
  Guest& window = s.comes(scene::lobby, 5);
  Guest& other = s.comes(scene::lobby, 6);
  Guest& me = s.comes(scene::lobby, 5);
  // The two who wait do not meet each other: they speak different languages.
  waits(window, "find lang=en");
  waits(other, "find lang=de");
  meets(me, "find", other);

  Guest& again = s.comes(scene::lobby, 5);
  meets(again, "find", window);
}

void test_lobbies_never_mix(void**) {
  Scene s;
  Guest& a = s.comes(scene::lobby);
  Guest& b = s.comes(scene::other_lobby);
  waits(a, "find\nmusic");
  waits(b, "find\nmusic");
  s.passes(600'000);
  assert_silence(a);
  assert_silence(b);
}

void test_who_left_the_lobby_is_not_found(void**) {
  Scene s;
  Guest& a = s.comes();
  Guest& b = s.comes();
  Guest& c = s.comes();
  waits(a, "find\nmusic");
  a.says("leave");
  waits(b, "find\nmusic");
  b.goes();
  waits(c, "find\nmusic");
  assert_int_equal(s.hub.waiting(), 1);
}

void test_a_new_find_replaces_the_old(void**) {
  Scene s;
  Guest& a = s.comes();
  Guest& b = s.comes();
  waits(a, "find\nmusic");
  waits(a, "find\nchess");
  waits(b, "find\nmusic");
  assert_int_equal(s.hub.waiting(), 2);
}

// A thousand who cannot meet each other stand in front of everybody; those who can still do.
void test_a_crowd_that_nobody_may_meet_blocks_nobody(void**) {
  Scene s;
  for (int i = 0; i < 1'000; ++i) {
    char find[64];
    std::snprintf(find, sizeof(find), "find lang=x%d\nmusic", i);
    waits(s.comes(), find);
  }
  Guest& a = s.comes();
  Guest& b = s.comes();
  waits(a, "find lang=en\nmusic");
  meets(b, "find lang=en\nmusic", a, "matched - lang=en\nmusic");
}

// Random finds and leaves; then everybody finds until nobody who waits could meet somebody else who
// waits.
void test_random_crowd_leaves_nobody_behind(void**) {
  static const char* const finds[] = {"find",
                                      "find lang=en",
                                      "find lang=de,en\nmusic",
                                      "find lang=hi\nchess\nmusic",
                                      "find\nfilm",
                                      "find lang=de\nfilm\nchess\nmusic"};
  for (unsigned seed = 1; seed <= 50; ++seed) {
    Scene s;
    s.settings.idle_ms = chat::Hub::never / 2;  // nobody is sent away here
    std::vector<Guest*> crowd;
    for (int i = 0; i < 31; ++i) crowd.push_back(&s.comes());
    srand(seed);
    for (int step = 0; step < 500; ++step) {
      Guest& guest = *crowd[rand() % crowd.size()];
      guest.says(rand() % 4 == 0 ? "leave" : finds[rand() % std::size(finds)]);
      s.passes(rand() % 2'000);
    }
    for (Guest* guest : crowd) guest->says("leave");
    assert_int_equal(s.hub.waiting(), 0);
    assert_int_equal(s.hub.chats(), 0);
    s.passes(60'000);
    for (Guest* guest : crowd) guest->says(finds[rand() % std::size(finds)]);
    s.passes(2 * s.settings.patience_ms);
    if (s.hub.waiting() > 1) {
      print_error("seed %u: %zu people wait for each other\n", seed, s.hub.waiting());
      fail();
    }
    assert_int_equal(s.hub.chats(), 15);
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_two_without_interests_meet_at_once),
      cmocka_unit_test(test_nobody_meets_themself),
      cmocka_unit_test(test_common_interest_first),
      cmocka_unit_test(test_most_in_common_wins_over_longest_waiting),
      cmocka_unit_test(test_each_reads_the_common_interest_as_they_wrote_it),
      cmocka_unit_test(test_longest_waiting_of_equals),
      cmocka_unit_test(test_interests_wait_for_their_like_until_patience_is_over),
      cmocka_unit_test(test_two_different_interests_meet_when_both_lost_patience),
      cmocka_unit_test(test_language_in_common_is_named),
      cmocka_unit_test(test_no_language_is_every_language),
      cmocka_unit_test(test_other_languages_meet_after_twice_the_patience),
      cmocka_unit_test(test_who_waited_long_meets_any_newcomer),
      cmocka_unit_test(test_common_interest_in_another_language_does_not_count),
      cmocka_unit_test(test_not_the_same_stranger_while_somebody_else_waits),
      cmocka_unit_test(test_the_same_stranger_after_one_patience),
      cmocka_unit_test(test_a_blocked_stranger_never),
      cmocka_unit_test(test_equal_tags_only_when_nobody_else_waits),
      cmocka_unit_test(test_lobbies_never_mix),
      cmocka_unit_test(test_who_left_the_lobby_is_not_found),
      cmocka_unit_test(test_a_new_find_replaces_the_old),
      cmocka_unit_test(test_a_crowd_that_nobody_may_meet_blocks_nobody),
      cmocka_unit_test(test_random_crowd_leaves_nobody_behind),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
