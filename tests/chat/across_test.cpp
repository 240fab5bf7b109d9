// People of several workers: who meets whom, what passes between them, and what becomes of them
// when letters, answers, lobbies and workers are lost.
#include "town.h"

namespace {

using chat::Taken;
using scene::Guest;
using town::Envelope;
using town::Town;

void waits(Guest& guest, std::string_view find = "find") {
  guest.says(find);
  assert_hears(guest, "waiting");
}

void both_met(Guest& a, Guest& b) {
  assert_hears(a, "matched -");
  assert_hears(b, "matched -");
  assert_silence(a);
  assert_silence(b);
}

// Two who have met although they sit at different workers.
struct Couple {
  explicit Couple(Town& town) : a(town.comes(0)), b(town.comes(1)) {
    waits(a);
    waits(b);
    town.passes(100);
    both_met(a, b);
  }
  Guest &a, &b;
};

// ---- meeting ----

void test_two_workers_of_a_host_meet(void**) {
  Town t({2});
  Guest& a = t.comes(0);
  Guest& b = t.comes(1);
  waits(a, "find lang=EN,fr\nMusic\nchess");
  t.passes(5);
  waits(b, "find lang=de,en\nfilm\nCHESS");
  t.passes(100);
  assert_hears(a, "matched - lang=EN\nchess");
  assert_hears(b, "matched - lang=en\nCHESS");
  assert_int_equal(t.hosts[0].lobby.waiting(), 0);
  assert_int_equal(t.at(0).hub.waiting() + t.at(1).hub.waiting(), 0);
}

void test_two_hosts_meet(void**) {
  Town t({1, 1});
  Couple couple(t);
  assert_int_equal(t.cluster.lobby.waiting(), 0);
  assert_int_equal(t.hosts[0].lobby.waiting() + t.hosts[1].lobby.waiting(), 0);
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
  assert_int_equal(t.cluster.lobby.waiting(), 0);
}

void test_who_was_posted_still_meets_somebody_here(void**) {
  Town t({2, 1});
  Guest& a = t.comes(0);
  Guest& b = t.comes(0);
  waits(a);
  t.passes(1'000);
  assert_int_equal(t.hosts[0].lobby.waiting(), 1);
  assert_int_equal(t.cluster.lobby.waiting(), 1);
  b.says("find");
  both_met(a, b);
  assert_int_equal(t.hosts[0].lobby.waiting(), 0);
  assert_int_equal(t.cluster.lobby.waiting(), 0);
}

void test_who_leaves_takes_the_tickets_along(void**) {
  Town t({2, 1});
  Guest& a = t.comes(0);
  Guest& b = t.comes(0);
  waits(a);
  waits(b, "find\nchess");
  t.passes(1'000);
  assert_int_equal(t.cluster.lobby.waiting(), 2);
  a.says("leave");
  b.goes();
  assert_int_equal(t.hosts[0].lobby.waiting(), 0);
  assert_int_equal(t.cluster.lobby.waiting(), 0);
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
  assert_hears(c, "matched -");
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

// ---- claims ----

// The first letter of that kind arrives so often, after something else has happened.
template <typename Kind>
void on_first(
    Town& town, int copies, std::function<void()> happens = [] {}) {
  auto done = std::make_shared<bool>(false);
  town.copies = [&town, done, copies, happens](const Envelope& envelope) {
    if (*done || !envelope.is<Kind>()) return 1;
    *done = true;
    town.later(happens);
    return copies;
  };
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
  assert_hears(a, "matched -");
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
  assert_hears(a, "matched -");
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
  assert_int_equal(t.cluster.lobby.waiting(), 1);  // its own
  Guest& c = t.comes(1);
  c.says("find");
  assert_hears(b, "matched -");
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
  const chat::Ticket other = [&] {
    chat::Ticket ticket;
    t.cluster.lobby.each([&](chat::Standing& standing) { ticket = standing.ticket; });
    return ticket;
  }();
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
  assert_hears(a, "matched -");
  c.says("find");
  t.passes(1'000);
  assert_hears(c, "waiting");
  assert_hears(b, "matched -");
  assert_hears(c, "matched -");
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

void test_one_s_own_ticket_was_taken(void**) {
  Town t({1, 1});
  Guest& a = t.comes(0);
  waits(a);
  t.passes(100);
  const auto own = std::get<chat::Seeking>(a.state).wish->ticket.id;
  chat::Ticket other;
  other.id = 1;
  other.owner = t.workers[1]->id;
  other.lobby = scene::lobby;
  other.person.id = 77;
  other.patience_ms = 1;
  t.cluster.drop(own);
  t.at(0).hub.offered(chat::Reach::cluster, own, other, t.now_ms);
  t.passes(1);
  // Nobody asked for it after all; it is posted again.
  t.passes(chat::claim_ms);
  assert_int_equal(t.cluster.lobby.waiting(), 1);
  Guest& b = t.comes(1);
  waits(b);
  t.passes(100);
  both_met(a, b);
}

void test_a_lobby_that_forgets_gets_its_tickets_back(void**) {
  Town t({1, 1});
  Guest& a = t.comes(0);
  waits(a);
  t.passes(100);
  t.cluster.clear();
  t.passes(chat::renew_ms);
  assert_int_equal(t.cluster.lobby.waiting(), 1);
  t.cluster.clear();
  t.at(0).hub.mended(t.now_ms);
  t.passes(chat::post_all_ms);
  assert_int_equal(t.cluster.lobby.waiting(), 1);
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
  assert_int_equal(t.hosts[0].lobby.waiting(), 0);
}

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
  for (std::string_view frame :
       {"leave", "find", "ping", "nonsense", "", "say 7\nahead", "got 1"}) {
    caught.letter.resize(chat::relay_header_bytes);
    caught.letter.insert(caught.letter.end(), frame.begin(), frame.end());
    t.deliver(caught);
    t.passes(1);
    assert_silence(couple.a);
    assert_silence(couple.b);
  }
}

void test_leave_next_and_drop_are_told(void**) {
  Town t({1, 1});
  for (std::string_view how : {"leave", "find\nsomething else", "drop"}) {
    Couple couple(t);
    if (how == "drop") {
      couple.a.goes();
    } else {
      couple.a.says(how);
    }
    t.passes(1);
    assert_hears(couple.b, "left");
    assert_silence(couple.b);
    assert_int_equal(t.at(0).hub.chats() + t.at(1).hub.chats(), 0);
    assert_false(t.at(0).hub.has_peers());
    assert_false(t.at(1).hub.has_peers());
    if (how != "drop") couple.a.goes();
    couple.b.goes();
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
  assert_hears(a, "matched -");
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
  couple.a.says("say 1\nstays with the browser");
  assert_silence(couple.a);
  t.copies = [](const Envelope&) { return 1; };
  t.passes(chat::audit_lost_ms + chat::beat_ms);
  assert_hears(couple.a, "back");
  assert_hears(couple.b, "back");
  couple.a.says("say 1\nstays with the browser");
  t.passes(1);
  assert_hears(couple.b, "say 1\nstays with the browser");
  assert_silence(couple.a);
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
  assert_false(t.at(0).hub.has_peers());
  waits(couple.a);
}

void test_a_worker_s_death_ends_its_chats_and_no_other(void**) {
  Town t({3});
  Couple couple(t);
  Guest& c = t.comes(1);
  Guest& d = t.comes(2);
  waits(c);
  waits(d);
  t.passes(100);
  both_met(c, d);
  t.kill(0);
  assert_hears(couple.b, "left");
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

void test_a_letter_that_reaches_nobody_is_lost_for_now(void**) {
  Town t({1, 1});
  Couple couple(t);
  t.at(0).hub.unreached(t.workers[1]->id, t.now_ms);
  assert_hears(couple.a, "lost in=60");
  t.passes(chat::audit_lost_ms + chat::beat_ms);
  assert_hears(couple.a, "back");
  assert_silence(couple.b);
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
      cmocka_unit_test(test_the_owner_has_paired_its_own_meanwhile),
      cmocka_unit_test(test_the_claimer_has_left_meanwhile),
      cmocka_unit_test(test_nobody_else_gets_who_asks),
      cmocka_unit_test(test_two_claims_for_one_ticket),
      cmocka_unit_test(test_the_owner_has_died),
      cmocka_unit_test(test_who_learns_that_the_owner_died_looks_on_at_once),
      cmocka_unit_test(test_a_claim_without_an_answer_ends),
      cmocka_unit_test(test_a_shared_lobby_without_an_answer_ends_too),
      cmocka_unit_test(test_a_late_answer_is_declined),
      cmocka_unit_test(test_what_comes_twice_counts_once),
      cmocka_unit_test(test_one_s_own_ticket_was_taken),
      cmocka_unit_test(test_a_lobby_that_forgets_gets_its_tickets_back),
      cmocka_unit_test(test_a_lobby_that_does_not_work_keeps_nobody_apart),
      cmocka_unit_test(test_a_ticket_of_somebody_who_is_here_needs_no_claim),
      cmocka_unit_test(test_everything_relayed_passes_unchanged),
      cmocka_unit_test(test_the_limits_hold_across),
      cmocka_unit_test(test_a_message_that_was_lost_is_a_gap_until_it_comes_again),
      cmocka_unit_test(test_a_confirmation_that_was_lost_is_given_again),
      cmocka_unit_test(test_a_skip_passes_although_messages_were_lost),
      cmocka_unit_test(test_a_chat_s_letters_come_from_its_member_alone),
      cmocka_unit_test(test_only_what_is_relayed_is_taken_from_a_letter),
      cmocka_unit_test(test_leave_next_and_drop_are_told),
      cmocka_unit_test(test_a_farewell_that_was_lost_is_found_out),
      cmocka_unit_test(test_or_as_soon_as_something_is_said),
      cmocka_unit_test(test_an_acceptance_that_was_lost_leaves_no_ghost),
      cmocka_unit_test(test_many_chats_with_one_member_are_audited),
      cmocka_unit_test(test_a_member_that_is_silent_is_lost_and_comes_back),
      cmocka_unit_test(test_a_member_that_stays_lost_is_gone_after_the_window),
      cmocka_unit_test(test_a_worker_s_death_ends_its_chats_and_no_other),
      cmocka_unit_test(test_other_hosts_out_of_reach),
      cmocka_unit_test(test_who_left_while_out_of_reach_has_left),
      cmocka_unit_test(test_a_letter_that_reaches_nobody_is_lost_for_now),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
