// What chat::Rendezvous promises (chat/shared.h), as tests over a bench: whoever implements it
// makes a bench of members that share one and runs these.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "chat/shared.h"
#include "share/receiver.h"
#include "unit.h"

// Notes who keeps what.
class RendezvousHeard final : public share::Receiver {
 public:
  void kept(const chat::Keeper& keeper) override {
    if (then) then(keeper);
    keepers.push_back(keeper);
  }
  void offered(chat::Reach, chat::TicketId, const chat::Ticket&) override { fail(); }
  void taken(chat::Reach, chat::TicketId, chat::Taken) override { fail(); }
  void letter(chat::MemberId, std::span<std::uint8_t>) override { fail(); }
  void gone(chat::MemberId) override { fail(); }
  void unreached(chat::MemberId) override { fail(); }
  void cut() override {}
  void mended() override {}

  std::vector<chat::Keeper> keepers;
  std::function<void(const chat::Keeper&)> then;
};

class RendezvousBench {
 public:
  virtual ~RendezvousBench() = default;

  // One more member; gives its number: 0, 1, ...
  virtual std::size_t join() = 0;
  virtual chat::MemberId id(std::size_t member) const = 0;
  virtual chat::Rendezvous& rendezvous(std::size_t member) = 0;
  virtual RendezvousHeard& heard(std::size_t member) = 0;
  // Lets events happen until the condition holds.
  virtual void until(const std::function<bool()>& condition, const char* what) = 0;
};

namespace rendezvous_contract {

using chat::ChatId;
using chat::Keeper;
using chat::Seat;
using chat::Stamp;

constexpr std::uint64_t long_ms = 600'000;
constexpr std::uint64_t short_ms = 20;
constexpr ChatId chat_id = 0x8000'0000'0000'0001;
constexpr ChatId other_id = 0x8000'0000'0000'0002;

// Members of a bench, and one more who keeps a seat for good: the bell. Whoever asks and then rings
// has heard all that comes of the asking once the bell is heard. So nobody waits for a silence.
class Town {
 public:
  explicit Town(RendezvousBench& bench, std::size_t members = 2) : bench_(bench) {
    for (std::size_t i = 0; i <= members; ++i) bench_.join();
    bell_ = members;
    bench_.rendezvous(bell_).keep(bell_id, 1, 1, long_ms);
    RendezvousHeard& heard = bench_.heard(0);
    const auto hears = [&] {
      if (heard.keepers.empty()) bench_.rendezvous(0).keep(bell_id, 0, 1, long_ms);
      return !heard.keepers.empty();
    };
    bench_.until(hears, "the bell to be there");
    ring(0);
    heard.keepers.clear();
  }

  // Keeps a seat, and gives whom the member heard of then; it is done when this returns.
  std::vector<Keeper> keep(std::size_t member, ChatId chat, Seat seat, Stamp stamp,
                           std::uint64_t ttl_ms = long_ms) {
    RendezvousHeard& heard = bench_.heard(member);
    heard.keepers.clear();
    bench_.rendezvous(member).keep(chat, seat, stamp, ttl_ms);
    assert_true(heard.keepers.empty());  // never from within the call
    ring(member);
    std::vector<Keeper> keepers;
    std::ranges::copy_if(heard.keepers, std::back_inserter(keepers),
                         [](const Keeper& keeper) { return keeper.chat != bell_id; });
    std::ranges::sort(keepers, {}, &Keeper::seat);
    return keepers;
  }

  bool is(const Keeper& keeper, std::size_t member, ChatId chat, Seat seat, Stamp stamp) const {
    return keeper.chat == chat && keeper.seat == seat && keeper.at == bench_.id(member) &&
           keeper.stamp == stamp;
  }

  // Lets time go by until a seat that is kept for a short time alone has come and gone.
  void let_short_times_pass() {
    const ChatId chat = next_chat_++;
    keep(0, chat, 0, 1, short_ms);
    bench_.until([&] { return keep(1, chat, 1, 1).empty(); }, "the end of a short time");
  }

  RendezvousBench& bench() { return bench_; }

 private:
  static constexpr ChatId bell_id = 0xBE11;

  void ring(std::size_t member) {
    RendezvousHeard& heard = bench_.heard(member);
    const auto rings = [&] {
      return std::ranges::count_if(heard.keepers, [](const Keeper& keeper) {
        return keeper.chat == bell_id && keeper.seat == 1;
      });
    };
    const auto before = rings();
    bench_.rendezvous(member).keep(bell_id, 0, 1, long_ms);
    bench_.until([&] { return rings() > before; }, "the bell");
  }

  RendezvousBench& bench_;
  std::size_t bell_ = 0;
  ChatId next_chat_ = 1'000'000;
};

inline void the_later_hears_of_the_earlier(RendezvousBench& bench) {
  Town town(bench);
  assert_true(town.keep(0, chat_id, 0, 5).empty());
  const auto heard = town.keep(1, chat_id, 1, 7);
  assert_int_equal(heard.size(), 1);
  assert_true(town.is(heard[0], 0, chat_id, 0, 5));
  const auto again = town.keep(0, chat_id, 0, 8);
  assert_int_equal(again.size(), 1);
  assert_true(town.is(again[0], 1, chat_id, 1, 7));
}

inline void nobody_hears_of_other_chats_or_of_themself(RendezvousBench& bench) {
  Town town(bench);
  town.keep(0, chat_id, 0, 1);
  assert_true(town.keep(1, other_id, 1, 1).empty());
  assert_true(town.keep(1, other_id, 0, 1).empty());
  assert_true(town.keep(1, other_id, 1, 2).empty());
}

inline void whoever_had_that_very_seat_is_told_of_too(RendezvousBench& bench) {
  Town town(bench, 3);
  town.keep(0, chat_id, 0, 5);
  town.keep(1, chat_id, 1, 6);
  const auto heard = town.keep(2, chat_id, 0, 9);
  assert_int_equal(heard.size(), 2);
  assert_true(town.is(heard[0], 0, chat_id, 0, 5));
  assert_true(town.is(heard[1], 1, chat_id, 1, 6));
  const auto then = town.keep(1, chat_id, 1, 7);
  assert_int_equal(then.size(), 1);
  assert_true(town.is(then[0], 2, chat_id, 0, 9));
}

inline void of_two_who_keep_one_seat_the_higher_stamp_stays(RendezvousBench& bench) {
  Town town(bench, 3);
  for (const auto& [first, second] : {std::pair<Stamp, Stamp>{1, 2},
                                      {0xFFFF'FFFF, 0x1'0000'0000},
                                      {UINT64_MAX - 1, UINT64_MAX},
                                      {1'700'000'000'000, 1'700'000'000'001},
                                      {0x0F, 0x10},
                                      {0x9'0000'0000, 0xA'0000'0000}}) {
    const ChatId in_order = 10 + first, out_of_order = 20 + first;
    town.keep(0, in_order, 0, first);
    town.keep(1, in_order, 0, second);
    town.keep(0, out_of_order, 0, second);
    const auto late = town.keep(1, out_of_order, 0, first);
    assert_int_equal(late.size(), 1);
    assert_true(town.is(late[0], 0, out_of_order, 0, second));
    const auto heard = town.keep(2, in_order, 1, 1);
    assert_int_equal(heard.size(), 1);
    assert_true(town.is(heard[0], 1, in_order, 0, second));
    const auto other = town.keep(2, out_of_order, 1, 1);
    assert_int_equal(other.size(), 1);
    assert_true(town.is(other[0], 0, out_of_order, 0, second));
  }
}

inline void of_the_same_stamp_the_last_stays(RendezvousBench& bench) {
  Town town(bench, 3);
  town.keep(0, chat_id, 1, 5);
  const auto second = town.keep(1, chat_id, 1, 5);
  assert_int_equal(second.size(), 1);
  assert_true(town.is(second[0], 0, chat_id, 1, 5));
  const auto heard = town.keep(2, chat_id, 0, 1);
  assert_int_equal(heard.size(), 1);
  assert_true(town.is(heard[0], 1, chat_id, 1, 5));
}

inline void each_seat_has_a_time_of_its_own(RendezvousBench& bench) {
  Town town(bench, 3);
  town.keep(0, chat_id, 0, 1, short_ms);
  town.keep(1, chat_id, 1, 1, long_ms);
  town.let_short_times_pass();
  const auto heard = town.keep(2, chat_id, 0, 1);  // it is free, whatever the stamp was
  assert_int_equal(heard.size(), 1);
  assert_true(town.is(heard[0], 1, chat_id, 1, 1));
  const auto then = town.keep(1, chat_id, 1, 2);
  assert_int_equal(then.size(), 1);
  assert_true(town.is(then[0], 2, chat_id, 0, 1));
}

inline void whoever_keeps_a_seat_may_say_for_how_long_again(RendezvousBench& bench) {
  Town town(bench, 3);
  town.keep(0, chat_id, 0, 5, short_ms);
  assert_true(town.keep(0, chat_id, 0, 5, long_ms).empty());
  town.keep(0, other_id, 0, 5, long_ms);
  assert_true(town.keep(0, other_id, 0, 5, short_ms).empty());
  town.let_short_times_pass();
  const auto heard = town.keep(1, chat_id, 1, 1);
  assert_int_equal(heard.size(), 1);
  assert_true(town.is(heard[0], 0, chat_id, 0, 5));
  assert_true(town.keep(1, other_id, 1, 1).empty());
}

inline void nobody_else_gives_a_seat_more_time(RendezvousBench& bench) {
  Town town(bench, 3);
  town.keep(0, chat_id, 0, 5, short_ms);
  town.keep(1, chat_id, 0, 4, long_ms);
  town.keep(0, other_id, 0, 5, short_ms);
  town.keep(1, other_id, 0, 5, long_ms);
  town.let_short_times_pass();
  // Either nothing is left, or, if the short time was over before the other came, theirs.
  for (const ChatId chat : {chat_id, other_id}) {
    for (const Keeper& keeper : town.keep(2, chat, 1, 1)) {
      assert_true(keeper.at == bench.id(1));
    }
  }
}

inline void one_may_ask_again_from_within(RendezvousBench& bench) {
  Town town(bench);
  town.keep(0, chat_id, 0, 1);
  town.keep(0, other_id, 0, 1);
  bool asked = false, answered = false;
  bench.heard(1).then = [&](const Keeper& keeper) {
    answered = answered || keeper.chat == other_id;
    if (asked || keeper.chat != chat_id) return;
    asked = true;
    bench.rendezvous(1).keep(other_id, 1, 1, long_ms);
    assert_false(answered);
  };
  town.keep(1, chat_id, 1, 1);
  bench.until([&] { return answered; }, "the second answer");
}

inline void many_seats_are_kept_apart(RendezvousBench& bench) {
  Town town(bench);
  constexpr ChatId chats = 500;
  for (ChatId chat = 1; chat <= chats; ++chat) {
    bench.rendezvous(0).keep(chat * 0x9E37'79B9'7F4A'7C15, chat % 2, chat, long_ms);
  }
  town.keep(0, chat_id, 0, 1);  // all of them are done
  for (ChatId chat = 1; chat <= chats; ++chat) {
    const ChatId id = chat * 0x9E37'79B9'7F4A'7C15;
    const auto heard = town.keep(1, id, (chat + 1) % 2, 1);
    assert_int_equal(heard.size(), 1);
    assert_true(town.is(heard[0], 0, id, chat % 2, chat));
  }
}

template <std::unique_ptr<RendezvousBench> (*make)(), void (*promise)(RendezvousBench&)>
void on_bench(void**) {
  const std::unique_ptr<RendezvousBench> bench = make();
  promise(*bench);
}

// To be run with cmocka_run_group_tests, by themselves or among others.
template <std::unique_ptr<RendezvousBench> (*make)()>
std::vector<CMUnitTest> tests() {
  return {
      cmocka_unit_test((on_bench<make, the_later_hears_of_the_earlier>)),
      cmocka_unit_test((on_bench<make, nobody_hears_of_other_chats_or_of_themself>)),
      cmocka_unit_test((on_bench<make, whoever_had_that_very_seat_is_told_of_too>)),
      cmocka_unit_test((on_bench<make, of_two_who_keep_one_seat_the_higher_stamp_stays>)),
      cmocka_unit_test((on_bench<make, of_the_same_stamp_the_last_stays>)),
      cmocka_unit_test((on_bench<make, each_seat_has_a_time_of_its_own>)),
      cmocka_unit_test((on_bench<make, whoever_keeps_a_seat_may_say_for_how_long_again>)),
      cmocka_unit_test((on_bench<make, nobody_else_gives_a_seat_more_time>)),
      cmocka_unit_test((on_bench<make, one_may_ask_again_from_within>)),
      cmocka_unit_test((on_bench<make, many_seats_are_kept_apart>)),
  };
}

}  // namespace rendezvous_contract
