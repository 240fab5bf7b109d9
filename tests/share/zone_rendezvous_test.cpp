// The rendezvous of one host: the contract, its memory, and its time.
#include "share/zone_rendezvous.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "counted_memory.h"
#include "poll_loop.h"
#include "rendezvous_contract.h"

namespace {

constexpr std::uint64_t ttl_ms = 60'000;

// What the workers of a host share.
struct Host {
  PollLoop loop;
  CountedLock lock;
  LimitedHeap memory{lock};
  share::RendezvousState state{};
  std::size_t most = SIZE_MAX;
};

struct Member {
  Member(Host& host, std::uint64_t worker)
      : id{7, worker},
        rendezvous(host.state, host.memory, host.most, host.lock, id, host.loop, heard) {
    heard.then = [&host](const chat::Keeper&) { assert_false(host.lock.held); };
  }
  const chat::MemberId id;
  RendezvousHeard heard;
  share::ZoneRendezvous rendezvous;
};

class Bench final : public RendezvousBench {
 public:
  // Nothing is left behind once the time of all is over.
  ~Bench() override {
    host_.loop.jump(rendezvous_contract::long_ms);
    until([&] { return host_.memory.pieces == 0; }, "the memory to be given back");
    members_.clear();
  }
  std::size_t join() override {
    members_.push_back(std::make_unique<Member>(host_, members_.size() + 1));
    return members_.size() - 1;
  }
  chat::MemberId id(std::size_t member) const override { return members_[member]->id; }
  chat::Rendezvous& rendezvous(std::size_t member) override { return members_[member]->rendezvous; }
  RendezvousHeard& heard(std::size_t member) override { return members_[member]->heard; }
  void until(const std::function<bool()>& condition, const char* what) override {
    host_.loop.until(condition, what);
  }

 private:
  Host host_;
  std::vector<std::unique_ptr<Member>> members_;
};

std::unique_ptr<RendezvousBench> make_bench() {
  return std::make_unique<Bench>();
}

// ---- room ----

struct Pair {
  ~Pair() {
    host.loop.jump(2 * ttl_ms);
    host.loop.until([&] { return host.memory.pieces == 0; }, "the memory to be given back");
  }
  // Lets what waits for the loop happen.
  void settle() {
    for (int i = 0; i < 3; ++i) host.loop.turn();
  }
  Host host;
  Member one{host, 1}, two{host, 2};
};

void test_without_room_nothing_is_kept_and_one_asks_all_the_same(void**) {
  Pair s;
  s.one.rendezvous.keep(1, 0, 1, ttl_ms);
  s.host.memory.limit = s.host.memory.pieces;
  s.two.rendezvous.keep(2, 0, 1, ttl_ms);
  s.two.rendezvous.keep(1, 1, 1, ttl_ms);
  s.host.loop.until([&] { return !s.two.heard.keepers.empty(); }, "whom the zone knows");
  assert_true(s.two.heard.keepers[0].at == s.one.id);
  s.one.rendezvous.keep(2, 1, 1, ttl_ms);
  s.one.rendezvous.keep(1, 0, 2, ttl_ms);
  s.settle();
  assert_true(s.one.heard.keepers.empty());
  assert_int_equal(s.host.loop.logged.size(), 2);  // once by each
}

// At each number of pieces that the first one can run out at.
void test_no_more_are_kept_than_may_be(void**) {
  Host host;
  host.most = 2;
  Member one(host, 1);
  Member two(host, 2);
  for (chat::ChatId chat = 1; chat <= 3; ++chat) one.rendezvous.keep(chat, 0, 1, ttl_ms);
  one.rendezvous.keep(1, 0, 2, ttl_ms);  // takes no more room
  for (chat::ChatId chat = 3; chat >= 1; --chat) two.rendezvous.keep(chat, 1, 1, ttl_ms);
  host.loop.until([&] { return two.heard.keepers.size() == 2; }, "those that are kept");
  assert_int_equal(two.heard.keepers[0].chat, 2);
  assert_int_equal(two.heard.keepers[1].chat, 1);
  assert_int_equal(two.heard.keepers[1].stamp, 2);
  host.loop.jump(2 * ttl_ms);
  host.loop.until([&] { return host.memory.pieces == 0; }, "the memory to be given back");
}

void test_the_first_that_has_no_room_leaves_nothing(void**) {
  Pair s;
  s.host.memory.limit = 0;
  s.one.rendezvous.keep(1, 0, 1, ttl_ms);
  s.host.memory.limit = 1;
  s.one.rendezvous.keep(1, 0, 1, ttl_ms);
  assert_int_equal(s.host.memory.pieces, 0);
  s.host.memory.limit = 2;
  s.one.rendezvous.keep(1, 0, 1, ttl_ms);
  assert_int_equal(s.host.memory.pieces, 2);
}

// One among many that have more time.
void test_one_whose_time_is_over_makes_room(void**) {
  Pair s;
  s.one.rendezvous.keep(1, 0, 1, ttl_ms);
  for (chat::ChatId chat = 100; chat < 200; ++chat) s.one.rendezvous.keep(chat, 0, 1, 2 * ttl_ms);
  s.host.memory.limit = s.host.memory.pieces;
  s.host.loop.jump(ttl_ms);
  s.one.rendezvous.keep(2, 0, 1, ttl_ms);
  assert_true(s.host.loop.logged.empty());
  s.two.rendezvous.keep(2, 1, 1, ttl_ms);
  s.host.loop.until([&] { return !s.two.heard.keepers.empty(); }, "one that was kept later");
}

// ---- time ----

// Behind others, so that nobody has swept it when it is asked for.
void test_it_is_kept_until_its_time_is_over_and_not_longer(void**) {
  Pair s;
  for (chat::ChatId chat = 100; chat < 200; ++chat) s.one.rendezvous.keep(chat, 0, 1, 2 * ttl_ms);
  s.one.rendezvous.keep(1, 0, 5, ttl_ms);
  s.host.loop.jump(ttl_ms - 5'000);
  s.two.rendezvous.keep(1, 1, 5, ttl_ms);
  s.host.loop.until([&] { return !s.two.heard.keepers.empty(); }, "one that is kept");
  const std::size_t before = s.host.memory.pieces;
  s.host.loop.jump(5'000);
  s.two.rendezvous.keep(1, 1, 6, ttl_ms);
  s.two.rendezvous.keep(1, 0, 4, ttl_ms);  // it is free, whatever the stamp was
  assert_int_equal(s.host.memory.pieces, before);
  s.one.rendezvous.keep(1, 1, 1, ttl_ms);
  s.host.loop.until([&] { return s.one.heard.keepers.size() == 2; }, "both that the other keeps");
  s.settle();
  assert_int_equal(s.two.heard.keepers.size(), 1);
}

// Crowds come and go, and the table does not grow with all that ever were.
void test_what_is_over_is_swept_by_those_who_come(void**) {
  Pair s;
  chat::ChatId chat = 1;
  std::size_t most = 0;
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 500; ++i) s.one.rendezvous.keep(chat++, 0, 1, ttl_ms);
    s.host.loop.jump(ttl_ms);
    most = std::max(most, s.host.memory.pieces);
  }
  assert_in_range(most, 500, 1'500);
}

void test_what_is_over_is_swept_when_nobody_comes(void**) {
  Pair s;
  for (chat::ChatId chat = 1; chat <= 2'000; ++chat) {
    s.one.rendezvous.keep(chat, 0, 1, chat % 2 == 0 ? ttl_ms : 2 * ttl_ms);
  }
  std::size_t before = s.host.memory.pieces;
  s.host.loop.jump(ttl_ms);
  while (s.host.memory.pieces > 1'001) {
    s.host.loop.jump(share::rendezvous_sweep_ms);
    s.host.loop.turn();
    // A few at a time, by each of the two: others wait for the lock meanwhile.
    assert_in_range(before - s.host.memory.pieces, 0, 2 * share::rendezvous_sweep_in_a_row);
    before = s.host.memory.pieces;
  }
  s.settle();
  assert_int_equal(s.host.memory.pieces, 1'001);  // those with more time, and the table's row
  s.host.loop.jump(ttl_ms);
  while (s.host.memory.pieces > 0) {
    s.host.loop.jump(share::rendezvous_sweep_ms);
    s.host.loop.turn();
  }
}

void test_what_a_dead_worker_left_is_swept_by_its_successor(void**) {
  Host host;
  {
    Member dead(host, 1);
    for (chat::ChatId chat = 1; chat <= 10; ++chat) dead.rendezvous.keep(chat, 0, 1, ttl_ms);
  }
  assert_int_equal(host.memory.pieces, 11);
  const Member next(host, 2);
  host.loop.jump(ttl_ms);
  host.loop.until([&] { return host.memory.pieces == 0; }, "the memory to be given back");
}

// ---- answers ----

void test_answers_are_bounded(void**) {
  Pair s;
  s.one.rendezvous.keep(1, 0, 1, ttl_ms);
  for (std::size_t i = 0; i < share::answers_max + 10; ++i) {
    s.two.rendezvous.keep(1, 1, i, ttl_ms);
  }
  const auto& keepers = s.two.heard.keepers;
  s.host.loop.until([&] { return keepers.size() >= share::answers_max; }, "every answer");
  s.settle();
  assert_int_equal(keepers.size(), share::answers_max);
}

void test_a_worker_may_end_with_answers_under_way(void**) {
  Pair s;
  s.one.rendezvous.keep(1, 0, 1, ttl_ms);
  std::optional<Member> third;
  third.emplace(s.host, 3);
  third->rendezvous.keep(1, 1, 1, ttl_ms);
  third.reset();
  s.settle();
  s.one.rendezvous.keep(1, 0, 2, ttl_ms);
  s.host.loop.until([&] { return !s.one.heard.keepers.empty(); }, "what the third had said");
}

}  // namespace

int main() {
  std::vector<CMUnitTest> tests = rendezvous_contract::tests<make_bench>();
  const std::vector<CMUnitTest> own = {
      cmocka_unit_test(test_without_room_nothing_is_kept_and_one_asks_all_the_same),
      cmocka_unit_test(test_no_more_are_kept_than_may_be),
      cmocka_unit_test(test_the_first_that_has_no_room_leaves_nothing),
      cmocka_unit_test(test_one_whose_time_is_over_makes_room),
      cmocka_unit_test(test_it_is_kept_until_its_time_is_over_and_not_longer),
      cmocka_unit_test(test_what_is_over_is_swept_by_those_who_come),
      cmocka_unit_test(test_what_is_over_is_swept_when_nobody_comes),
      cmocka_unit_test(test_what_a_dead_worker_left_is_swept_by_its_successor),
      cmocka_unit_test(test_answers_are_bounded),
      cmocka_unit_test(test_a_worker_may_end_with_answers_under_way),
  };
  tests.insert(tests.end(), own.begin(), own.end());
  return _cmocka_run_group_tests("zone_rendezvous", tests.data(), tests.size(), nullptr, nullptr);
}
