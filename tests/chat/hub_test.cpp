// What each verb does, and what coming, going and time do.
#include "chat/hub.h"

#include "scene.h"

namespace {

using chat::Ending;
using scene::Guest;
using scene::Scene;

void talk(Guest& a, Guest& b) {
  a.says("find");
  b.says("find");
  a.read = a.heard.size();
  b.read = b.heard.size();
}

// ---- coming and going ----

void test_hello_names_the_limits(void**) {
  Scene s;
  s.settings.message_bytes_max = 123;
  Guest& a = s.comes();
  assert_string_equal(a.heard.at(0).c_str(), "hello max=123 window=0 online=1");
  assert_int_equal(s.hub.people(), 1);
}

void test_turned_away(void**) {
  Scene s;
  Guest a(s, s.settings, scene::lobby, 1);
  s.hub.turn_away(a);
  assert_int_equal(a.heard.at(0).rfind("bye full retry=", 0), 0);
  assert_closed(a, Ending::full);
  assert_int_equal(s.hub.people(), 0);
}

void test_a_drop_is_told_at_once(void**) {
  Scene s;
  Guest& a = s.comes();
  Guest& b = s.comes();
  talk(a, b);
  a.goes();
  assert_hears(b, "left");
  assert_int_equal(s.hub.people(), 1);
  assert_int_equal(s.hub.chats(), 0);
}

void test_restart_says_when_to_come_back(void**) {
  Scene s;
  s.settings.drain_ms = 1'000;
  Guest& a = s.comes();
  Guest& b = s.comes();
  talk(a, b);
  s.hub.restart(a, s.now_ms);
  unsigned retry = 0;
  assert_int_equal(std::sscanf(a.heard.back().c_str(), "bye restart retry=%u", &retry), 1);
  assert_in_range(retry, 1, 1'000);
  assert_closed(a, Ending::restart);
  assert_hears(b, "left");
}

void test_idle_is_who_neither_waits_nor_talks(void**) {
  Scene s;
  Guest& nobody = s.comes();
  Guest& waiting = s.comes();
  Guest& a = s.comes(scene::other_lobby);
  Guest& b = s.comes(scene::other_lobby);
  waiting.says("find\nmusic");
  talk(a, b);
  s.passes(s.settings.idle_ms - 1);
  assert_false(nobody.closed);
  nobody.says("ping");
  assert_hears(nobody, "pong");
  s.passes(1);
  assert_hears(nobody, "bye idle");
  assert_closed(nobody, Ending::idle);
  s.passes(10 * s.settings.idle_ms);
  assert_false(waiting.closed || a.closed || b.closed);
}

// Who is left has the whole time again.
void test_idle_counts_from_the_end_of_a_chat(void**) {
  Scene s;
  Guest& a = s.comes();
  Guest& b = s.comes();
  talk(a, b);
  s.passes(10 * s.settings.idle_ms);
  a.says("leave");
  s.passes(s.settings.idle_ms - 1);
  assert_false(a.closed || b.closed);
  s.passes(1);
  assert_closed(a, Ending::idle);
  assert_closed(b, Ending::idle);
}

// ---- talking ----

void test_relayed_verbs_arrive_unchanged(void**) {
  Scene s;
  Guest& a = s.comes();
  Guest& b = s.comes();
  talk(a, b);
  for (const char* frame :
       {"say 1\nhello", "say 2\n", "say 3\nline\nline\n\n", "typing", "away", "here"}) {
    a.says(frame);
    assert_hears(b, frame);
    assert_silence(a);
  }
  for (const char* frame : {"got 1", "say 1 got=2\nhi", "got 3", "got 3", "seen 3"}) {
    b.says(frame);
    assert_hears(a, frame);
    assert_silence(b);
  }
}

void test_a_chat_is_heard_by_its_members_only(void**) {
  Scene s;
  Guest& a = s.comes();
  Guest& b = s.comes();
  talk(a, b);
  Guest& c = s.comes();
  Guest& d = s.comes();
  talk(c, d);
  a.says("say 1\nsecret");
  assert_hears(b, "say 1\nsecret");
  assert_silence(c);
  assert_silence(d);
}

void test_outside_a_chat(void**) {
  Scene s;
  Guest& a = s.comes();
  a.says("say 7\nhello");
  assert_hears(a, "refused say state n=7");
  for (const char* frame :
       {"got 1", "seen 1", "skip 1", "typing", "away", "here", "leave", "block"}) {
    a.says(frame);
    assert_silence(a);
  }
  assert_false(a.closed);
}

void test_numbers_have_no_gap(void**) {
  Scene s;
  Guest& a = s.comes();
  Guest& b = s.comes();
  talk(a, b);
  a.says("say 2\ntoo early");
  assert_silence(b);
  a.says("say 1\none");
  assert_hears(b, "say 1\none");
  a.says("say 1\none");
  assert_hears(b, "say 1\none");  // not confirmed: perhaps it was lost
  b.says("got 1");
  assert_hears(a, "got 1");
  a.says("say 1\none");
  assert_silence(b);
  assert_hears(a, "got 1");  // the word of it was lost, as it seems
  assert_silence(a);
}

void test_what_was_never_said_cannot_be_confirmed(void**) {
  Scene s;
  Guest& a = s.comes();
  Guest& b = s.comes();
  talk(a, b);
  a.says("say 1\none");
  assert_hears(b, "say 1\none");
  for (const char* frame : {"got 2", "seen 2"}) b.says(frame);
  assert_silence(a);
}

void test_a_window_of_32(void**) {
  Scene s;
  s.settings.message_rate = {1'000, 1'000, 1'000};
  Guest& a = s.comes();
  Guest& b = s.comes();
  talk(a, b);
  char frame[32];
  for (int n = 1; n <= 32; ++n) {
    std::snprintf(frame, sizeof(frame), "say %d\nx", n);
    a.says(frame);
    assert_hears(b, frame);
  }
  a.says("say 33\nx");
  assert_hears(a, "refused say full n=33");
  assert_silence(b);
  b.says("got 1");
  a.says("say 33\nx");
  assert_hears(b, "say 33\nx");
  a.says("say 34\nx");
  assert_hears(a, "got 1");
  assert_hears(a, "refused say full n=34");
}

void test_skip_frees_what_was_lost(void**) {
  Scene s;
  Guest& a = s.comes();
  Guest& b = s.comes();
  talk(a, b);
  a.says("say 1\none");
  a.says("say 2\ntwo");
  a.says("skip 2");
  a.says("say 2\nagain");  // given up
  a.says("say 3\nthree");
  a.says("skip 5");  // two that could not be sent
  a.says("skip 4");
  a.says("say 5\nfive");
  a.says("say 6\nsix");
  assert_hears(b, "say 1\none");
  assert_hears(b, "say 2\ntwo");
  assert_hears(b, "skip 2");
  assert_hears(b, "say 3\nthree");
  assert_hears(b, "skip 5");
  assert_hears(b, "say 6\nsix");
  assert_silence(b);
}

// What was said while the connection was gone has not come this far.
void test_skip_of_what_was_never_heard(void**) {
  Scene s;
  Guest& a = s.comes();
  Guest& b = s.comes();
  talk(a, b);
  a.says("skip 7");
  a.says("say 8\nhello");
  assert_hears(b, "skip 7");
  assert_hears(b, "say 8\nhello");
  b.says("got 8");
  a.says("skip 7");  // late
  assert_hears(a, "got 8");
  assert_silence(b);
}

void test_message_limit(void**) {
  Scene s;
  s.settings.message_bytes_max = 64;
  Guest& a = s.comes();
  Guest& b = s.comes();
  talk(a, b);
  const std::string fits(64, 'x');
  a.says("say 1\n" + fits);
  assert_hears(b, "say 1\n" + fits);
  a.says("say 2\nx" + fits);
  assert_closed(a, Ending::too_big);
  assert_hears(b, "left");
}

// ---- leaving ----

void test_leave(void**) {
  Scene s;
  Guest& a = s.comes();
  Guest& b = s.comes();
  talk(a, b);
  a.says("leave");
  assert_hears(b, "left");
  assert_silence(a);
  b.says("say 1\nare you there?");
  assert_hears(b, "refused say state n=1");
  assert_silence(a);
}

void test_find_in_a_chat_is_next(void**) {
  Scene s;
  Guest& a = s.comes();
  Guest& b = s.comes();
  talk(a, b);
  a.says("find");
  assert_hears(b, "left");
  assert_hears(a, "waiting");
}

void test_block_leaves(void**) {
  Scene s;
  Guest& a = s.comes();
  Guest& b = s.comes();
  talk(a, b);
  a.says("block");
  assert_hears(b, "left");
  assert_silence(a);
}

// ---- limits and broken clients ----

void test_message_rate(void**) {
  Scene s;
  s.settings.message_rate = {1, 1'000, 2};
  Guest& a = s.comes();
  Guest& b = s.comes();
  talk(a, b);
  a.says("say 1\nx");
  a.says("say 2\nx");
  a.says("say 3\nx");
  assert_hears(a, "refused say rate n=3 retry=1000");
  s.passes(1'000);
  a.says("say 3\nx");
  assert_silence(a);
  assert_hears(b, "say 1\nx");
  assert_hears(b, "say 2\nx");
  assert_hears(b, "say 3\nx");
}

// A find over the rate is not carried out: the chat goes on.
void test_find_rate(void**) {
  Scene s;
  s.settings.find_rate = {30, 60'000, 1};
  Guest& a = s.comes();
  Guest& b = s.comes();
  talk(a, b);
  a.says("find");
  assert_hears(a, "refused find rate retry=2000");
  assert_silence(b);
  a.says("say 1\nstill here");
  assert_hears(b, "say 1\nstill here");
}

void test_too_many_interests_are_refused(void**) {
  Scene s;
  Guest& a = s.comes();
  a.says("find\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11");
  assert_hears(a, "refused find full");
  assert_false(a.closed);
}

void test_what_this_version_cannot_do_is_refused(void**) {
  Scene s;
  Guest& a = s.comes();
  a.says("resume token got=0");
  assert_hears(a, "refused resume stale");
  a.says("report spam\n");
  assert_hears(a, "refused report state");
  assert_false(a.closed);
}

void test_a_broken_frame_ends_the_connection(void**) {
  for (const char* frame :
       {"", "shout", "say", "say 0\nx", "say one\nx", "find lang=", "SAY 1\nx"}) {
    Scene s;
    Guest& a = s.comes();
    Guest& b = s.comes();
    talk(a, b);
    a.says(frame);
    assert_closed(a, Ending::broken);
    assert_hears(b, "left");
    assert_int_equal(s.hub.people(), 1);
  }
}

void test_a_flood_ends_the_connection(void**) {
  Scene s;
  Guest& a = s.comes();
  Guest& b = s.comes();
  talk(a, b);
  const chat::Rate rate = s.settings.frame_rate();
  unsigned sent = 0;
  for (; !a.closed && sent <= 2 * rate.burst; ++sent) a.says("typing");
  assert_closed(a, Ending::flood);
  assert_in_range(sent, rate.burst - 1, rate.burst + 1);

  Guest& c = s.comes();
  bool admitted = true;
  for (sent = 0; admitted && sent <= 2 * rate.burst; ++sent) admitted = s.hub.admit(c, s.now_ms);
  assert_closed(c, Ending::flood);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_hello_names_the_limits),
      cmocka_unit_test(test_turned_away),
      cmocka_unit_test(test_a_drop_is_told_at_once),
      cmocka_unit_test(test_restart_says_when_to_come_back),
      cmocka_unit_test(test_idle_is_who_neither_waits_nor_talks),
      cmocka_unit_test(test_idle_counts_from_the_end_of_a_chat),
      cmocka_unit_test(test_relayed_verbs_arrive_unchanged),
      cmocka_unit_test(test_a_chat_is_heard_by_its_members_only),
      cmocka_unit_test(test_outside_a_chat),
      cmocka_unit_test(test_numbers_have_no_gap),
      cmocka_unit_test(test_what_was_never_said_cannot_be_confirmed),
      cmocka_unit_test(test_a_window_of_32),
      cmocka_unit_test(test_skip_frees_what_was_lost),
      cmocka_unit_test(test_skip_of_what_was_never_heard),
      cmocka_unit_test(test_message_limit),
      cmocka_unit_test(test_leave),
      cmocka_unit_test(test_find_in_a_chat_is_next),
      cmocka_unit_test(test_block_leaves),
      cmocka_unit_test(test_message_rate),
      cmocka_unit_test(test_find_rate),
      cmocka_unit_test(test_too_many_interests_are_refused),
      cmocka_unit_test(test_what_this_version_cannot_do_is_refused),
      cmocka_unit_test(test_a_broken_frame_ends_the_connection),
      cmocka_unit_test(test_a_flood_ends_the_connection),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
