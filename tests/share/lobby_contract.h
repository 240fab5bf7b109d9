// What chat::SharedLobby promises (chat/shared.h), as tests over a bench: whoever implements it
// makes a bench of real members and runs these.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "chat/shared.h"
#include "share/receiver.h"
#include "unit.h"

// Notes what comes.
class LobbyHeard final : public share::Receiver {
 public:
  struct Offer {
    chat::TicketId own;
    chat::Ticket other;
  };
  struct Take {
    chat::TicketId own;
    chat::Taken what;
  };

  explicit LobbyHeard(chat::Reach reach) : reach_(reach) {}

  void offered(chat::Reach reach, chat::TicketId own, const chat::Ticket& other) override {
    assert_true(reach == reach_);
    offers.push_back({own, other});
    if (then) then();
  }
  void taken(chat::Reach reach, chat::TicketId own, chat::Taken what) override {
    assert_true(reach == reach_);
    takes.push_back({own, what});
  }
  void kept(const chat::Keeper&) override { fail(); }
  void letter(chat::MemberId, std::span<std::uint8_t>) override { fail(); }
  void gone(chat::MemberId) override { fail(); }
  void unreached(chat::MemberId) override { fail(); }
  void cut() override { has_way = false; }
  void mended() override { has_way = true; }

  std::vector<Offer> offers;
  std::vector<Take> takes;
  std::function<void()> then;  // called from within an offer
  bool has_way = false;        // to other hosts

 private:
  const chat::Reach reach_;
};

class LobbyBench {
 public:
  virtual ~LobbyBench() = default;

  // One more member that has the lobby; gives its number: 0, 1, ...
  virtual std::size_t join() = 0;

  virtual chat::MemberId id(std::size_t member) const = 0;
  virtual chat::SharedLobby& lobby(std::size_t member) = 0;
  virtual LobbyHeard& heard(std::size_t member) = 0;
  virtual std::uint64_t now_ms() const = 0;
  // How many tickets are in, once everything that was asked for is done.
  virtual std::size_t waiting() = 0;
  // Lets events happen until the condition holds.
  virtual void until(const std::function<bool()>& condition, const char* what) = 0;
};

namespace lobby_contract {

using chat::Stage;
using chat::Taken;
using chat::Ticket;
using chat::TicketId;

constexpr std::uint64_t patience_ms = 600'000;

// Of somebody of that member who has waited for a while, and looks for one of these interests or,
// without any, for anybody.
inline Ticket ticket_of(LobbyBench& bench, std::size_t member, TicketId id,
                        std::initializer_list<chat::Topic> interests = {},
                        std::uint64_t waited_ms = 0) {
  Ticket ticket;
  ticket.id = id;
  ticket.owner = bench.id(member);
  ticket.lobby = 1000;
  ticket.person.id = id + 5000;
  ticket.person.tag = id + 9000;
  for (const chat::Topic topic : interests) ticket.interests.items[ticket.interests.size++] = topic;
  ticket.stage = interests.size() == 0 ? Stage::language : Stage::interest;
  ticket.since_ms = bench.now_ms() - waited_ms;
  ticket.patience_ms = patience_ms;
  return ticket;
}

inline void posts(LobbyBench& bench, std::size_t member, const Ticket& ticket) {
  bench.lobby(member).post(ticket);
}

// The next that the member is offered is `other`, for `own`.
inline const Ticket& is_offered(LobbyBench& bench, std::size_t member, TicketId own,
                                TicketId other) {
  LobbyHeard& heard = bench.heard(member);
  bench.until([&] { return !heard.offers.empty(); }, "an offer");
  static Ticket offered;
  offered = heard.offers.front().other;
  assert_int_equal(heard.offers.front().own, own);
  assert_int_equal(offered.id, other);
  heard.offers.erase(heard.offers.begin());
  return offered;
}

inline void takes(LobbyBench& bench, std::size_t member, const Ticket& own, const Ticket& other,
                  Taken what) {
  LobbyHeard& heard = bench.heard(member);
  bench.lobby(member).take(own, other);
  assert_true(heard.takes.empty());  // never from within a call
  bench.until([&] { return !heard.takes.empty(); }, "what became of a take");
  assert_int_equal(heard.takes.front().own, own.id);
  assert_true(heard.takes.front().what == what);
  heard.takes.clear();
}

inline void the_later_is_offered_the_earlier(LobbyBench& bench) {
  const std::size_t a = bench.join(), b = bench.join();
  posts(bench, a, ticket_of(bench, a, 1));
  assert_int_equal(bench.waiting(), 1);
  posts(bench, b, ticket_of(bench, b, 2));
  assert_true(bench.heard(b).offers.empty());  // never from within a call
  is_offered(bench, b, 2, 1);
  assert_int_equal(bench.waiting(), 2);
  assert_true(bench.heard(a).offers.empty());
}

inline void a_ticket_is_offered_whole(LobbyBench& bench) {
  const std::size_t a = bench.join(), b = bench.join();
  Ticket ticket = ticket_of(bench, a, 1, {11, 12}, 3'000);
  ticket.languages.items[0] = 77;
  ticket.languages.size = 1;
  ticket.person.strangers.meet(4);
  ticket.person.strangers.block(5);
  posts(bench, a, ticket);
  assert_int_equal(bench.waiting(), 1);
  posts(bench, b, ticket_of(bench, b, 2, {12}));
  const Ticket& other = is_offered(bench, b, 2, 1);
  assert_true(other.owner == ticket.owner);
  assert_int_equal(other.lobby, ticket.lobby);
  assert_int_equal(other.person.id, ticket.person.id);
  assert_int_equal(other.person.tag, ticket.person.tag);
  assert_int_equal(other.person.strangers.last(), 4);
  assert_true(other.person.strangers.has_blocked(5));
  assert_true(std::ranges::equal(other.interests.span(), ticket.interests.span()));
  assert_true(std::ranges::equal(other.languages.span(), ticket.languages.span()));
  assert_true(other.stage == ticket.stage);
  assert_int_equal(other.patience_ms, ticket.patience_ms);
  assert_in_range(other.since_ms, ticket.since_ms - 2'000, ticket.since_ms + 2'000);
}

// Nobody is offered to who does not fit: by interest, by lobby, by what was blocked.
inline void who_does_not_fit_is_not_offered(LobbyBench& bench) {
  const std::size_t a = bench.join(), b = bench.join();
  posts(bench, a, ticket_of(bench, a, 1, {11}, 9'000));
  Ticket elsewhere = ticket_of(bench, a, 2, {12}, 8'000);
  elsewhere.lobby = 2000;
  posts(bench, a, elsewhere);
  Ticket blocking = ticket_of(bench, a, 3, {12}, 7'000);
  blocking.person.strangers.block(ticket_of(bench, b, 5).person.id);
  posts(bench, a, blocking);
  posts(bench, a, ticket_of(bench, a, 4, {12}));
  assert_int_equal(bench.waiting(), 4);
  bench.heard(a).offers.clear();
  posts(bench, b, ticket_of(bench, b, 5, {12}));
  is_offered(bench, b, 5, 4);
}

// Not whoever posted first.
inline void who_waits_longest_is_offered(LobbyBench& bench) {
  const std::size_t a = bench.join(), b = bench.join();
  posts(bench, a, ticket_of(bench, a, 1, {11}, 20'000));
  posts(bench, a, ticket_of(bench, a, 2, {11}, 60'000));
  posts(bench, a, ticket_of(bench, a, 3, {11}, 40'000));
  assert_int_equal(bench.waiting(), 3);
  posts(bench, b, ticket_of(bench, b, 4, {11}));
  const Ticket& longest = is_offered(bench, b, 4, 2);
  assert_in_range(bench.now_ms() - longest.since_ms, 60'000, 90'000);
}

inline void who_has_more_in_common_is_offered_first(LobbyBench& bench) {
  const std::size_t a = bench.join(), b = bench.join();
  posts(bench, a, ticket_of(bench, a, 1, {11, 13}, 30'000));
  posts(bench, a, ticket_of(bench, a, 2, {11, 12}, 10'000));
  assert_int_equal(bench.waiting(), 2);
  posts(bench, b, ticket_of(bench, b, 3, {12, 11}));
  is_offered(bench, b, 3, 2);
}

inline void a_ticket_says_what_it_said_last(LobbyBench& bench) {
  const std::size_t a = bench.join(), b = bench.join();
  posts(bench, a, ticket_of(bench, a, 1, {11}, 1'000));
  posts(bench, a, ticket_of(bench, a, 1, {12}, 1'000));
  assert_int_equal(bench.waiting(), 1);
  posts(bench, b, ticket_of(bench, b, 2, {11}));
  posts(bench, b, ticket_of(bench, b, 3, {12}));
  is_offered(bench, b, 3, 1);
  assert_true(bench.heard(b).offers.empty());
}

// With its patience somebody comes into more queues, and looks into more.
inline void who_widens_is_found_by_more(LobbyBench& bench) {
  const std::size_t a = bench.join(), b = bench.join();
  Ticket ticket = ticket_of(bench, a, 1, {11}, 1'000);
  posts(bench, a, ticket);
  posts(bench, b, ticket_of(bench, b, 2));
  assert_int_equal(bench.waiting(), 2);
  assert_true(bench.heard(b).offers.empty());
  ticket.stage = Stage::language;
  posts(bench, a, ticket);
  is_offered(bench, a, 1, 2);
  posts(bench, b, ticket_of(bench, b, 2));
  is_offered(bench, b, 2, 1);
}

inline void a_take_takes_both_or_none(LobbyBench& bench) {
  const std::size_t m = bench.join();
  const Ticket a = ticket_of(bench, m, 1, {11}), b = ticket_of(bench, m, 2, {12}),
               c = ticket_of(bench, m, 3, {13});
  for (const Ticket& ticket : {a, b, c}) posts(bench, m, ticket);
  takes(bench, m, a, b, Taken::both);
  assert_int_equal(bench.waiting(), 1);
  takes(bench, m, c, b, Taken::other_gone);
  assert_int_equal(bench.waiting(), 1);
  takes(bench, m, a, c, Taken::own_gone);
  assert_int_equal(bench.waiting(), 1);
}

inline void of_several_takes_one_succeeds(LobbyBench& bench) {
  constexpr std::size_t takers = 4;
  for (std::size_t i = 0; i <= takers; ++i) bench.join();
  const Ticket wanted = ticket_of(bench, takers, 100, {11});
  posts(bench, takers, wanted);
  std::vector<Ticket> own;
  for (std::size_t i = 0; i < takers; ++i) {
    own.push_back(ticket_of(bench, i, i + 1, {i + 12}));
    posts(bench, i, own[i]);
  }
  assert_int_equal(bench.waiting(), takers + 1);
  for (std::size_t i = 0; i < takers; ++i) bench.lobby(i).take(own[i], wanted);
  std::size_t winners = 0;
  for (std::size_t i = 0; i < takers; ++i) {
    LobbyHeard& heard = bench.heard(i);
    bench.until([&] { return !heard.takes.empty(); }, "what became of a take");
    if (heard.takes[0].what == Taken::both) ++winners;
    assert_true(heard.takes[0].what != Taken::own_gone);
  }
  assert_int_equal(winners, 1);
  assert_int_equal(bench.waiting(), takers - 1);
}

inline void whoever_withdraws_is_not_offered(LobbyBench& bench) {
  const std::size_t a = bench.join(), b = bench.join();
  posts(bench, a, ticket_of(bench, a, 1, {11}, 9'000));
  posts(bench, a, ticket_of(bench, a, 2, {11}));
  bench.lobby(a).withdraw(ticket_of(bench, a, 1, {11}));
  bench.lobby(a).withdraw(ticket_of(bench, a, 1, {11}));
  bench.lobby(a).withdraw(ticket_of(bench, a, 77, {11}));  // never was in
  assert_int_equal(bench.waiting(), 1);
  posts(bench, b, ticket_of(bench, b, 3, {11}));
  is_offered(bench, b, 3, 2);
}

// More than anybody looks at, all longer there than who is left.
inline void whoever_stands_behind_many_that_left_is_offered(LobbyBench& bench) {
  constexpr TicketId many = 150;
  const std::size_t a = bench.join(), b = bench.join();
  for (TicketId id = 1; id <= many; ++id) posts(bench, a, ticket_of(bench, a, id, {11}, 90'000));
  posts(bench, a, ticket_of(bench, a, many + 1, {11}));
  assert_int_equal(bench.waiting(), many + 1);
  for (TicketId id = 1; id <= many; ++id) bench.lobby(a).withdraw(ticket_of(bench, a, id, {11}));
  assert_int_equal(bench.waiting(), 1);
  posts(bench, b, ticket_of(bench, b, 1000, {11}));
  is_offered(bench, b, 1000, many + 1);
}

inline void the_receiver_may_ask_from_within(LobbyBench& bench) {
  const std::size_t a = bench.join();
  const Ticket one = ticket_of(bench, a, 1, {}, 1'000), other = ticket_of(bench, a, 2);
  LobbyHeard& heard = bench.heard(a);
  heard.then = [&] {
    bench.lobby(a).take(other, one);
    bench.lobby(a).post(ticket_of(bench, a, 3));
    heard.then = nullptr;
  };
  posts(bench, a, one);
  posts(bench, a, other);
  bench.until([&] { return !heard.takes.empty(); }, "what became of the take");
  assert_true(heard.takes[0].what == Taken::both);
  assert_int_equal(bench.waiting(), 1);
}

template <std::unique_ptr<LobbyBench> (*make)(), void (*promise)(LobbyBench&)>
void on_bench(void**) {
  const std::unique_ptr<LobbyBench> bench = make();
  promise(*bench);
}

// To be run with cmocka_run_group_tests, by themselves or among others.
template <std::unique_ptr<LobbyBench> (*make)()>
std::vector<CMUnitTest> tests() {
  return {
      cmocka_unit_test((on_bench<make, the_later_is_offered_the_earlier>)),
      cmocka_unit_test((on_bench<make, a_ticket_is_offered_whole>)),
      cmocka_unit_test((on_bench<make, who_does_not_fit_is_not_offered>)),
      cmocka_unit_test((on_bench<make, who_waits_longest_is_offered>)),
      cmocka_unit_test((on_bench<make, who_has_more_in_common_is_offered_first>)),
      cmocka_unit_test((on_bench<make, a_ticket_says_what_it_said_last>)),
      cmocka_unit_test((on_bench<make, who_widens_is_found_by_more>)),
      cmocka_unit_test((on_bench<make, a_take_takes_both_or_none>)),
      cmocka_unit_test((on_bench<make, of_several_takes_one_succeeds>)),
      cmocka_unit_test((on_bench<make, whoever_withdraws_is_not_offered>)),
      cmocka_unit_test((on_bench<make, whoever_stands_behind_many_that_left_is_offered>)),
      cmocka_unit_test((on_bench<make, the_receiver_may_ask_from_within>)),
  };
}

}  // namespace lobby_contract
