// The lobby of all hosts, over a real Redis: the contract, and that nothing stays there.
#include "share/redis_lobby.h"

#include <algorithm>

#include "cluster_member.h"
#include "lobby_contract.h"
#include "redis_server.h"

namespace {

using chat::Stage;
using chat::Taken;
using chat::Ticket;
using chat::TicketId;
using lobby_contract::is_offered;
using lobby_contract::posts;
using lobby_contract::takes;
using lobby_contract::ticket_of;

class Bench final : public LobbyBench {
 public:
  std::size_t join() override {
    const auto reach = chat::Reach::cluster;
    members_.push_back(
        std::make_unique<Member>(redis.settings(), loop_, members_.size() + 1, reach));
    Member& member = *members_.back();
    until([&] { return member.heard.has_way; }, "the way to Redis");
    return members_.size() - 1;
  }
  chat::MemberId id(std::size_t member) const override { return members_[member]->id; }
  chat::SharedLobby& lobby(std::size_t member) override {
    return members_[member]->cluster->lobby();
  }
  LobbyHeard& heard(std::size_t member) override { return members_[member]->heard; }
  std::uint64_t now_ms() const override { return loop_.now_ms(); }
  // Behind a question of each, whose answer comes last.
  std::size_t waiting() override {
    for (std::size_t i = 0; i < members_.size(); ++i) {
      const Ticket nobody = ticket_of(*this, i, nobody_id);
      std::vector<LobbyHeard::Take>& answers = members_[i]->heard.takes;
      const std::size_t before = answers.size();
      lobby(i).take(nobody, nobody);
      until([&] { return answers.size() > before; }, "an answer");
      assert_int_equal(answers.back().own, nobody_id);
      answers.pop_back();
    }
    return static_cast<std::size_t>(redis.count({"KEYS", "chatsj:ticket:*"}));
  }
  void until(const std::function<bool()>& condition, const char* what) override {
    loop_.until(condition, what);
  }

  // Entries of all queues.
  std::size_t entries() {
    std::size_t all = 0;
    for (const std::string& queue : redis.texts({"KEYS", "chatsj:queue:*"})) {
      all += static_cast<std::size_t>(redis.count({"ZCARD", queue}));
    }
    return all;
  }
  // The tickets are gone, as those of a dead worker are after a while; their entries are not.
  void forget_tickets() {
    for (const std::string& key : redis.texts({"KEYS", "chatsj:ticket:*"}))
      redis.count({"DEL", key});
  }

  RedisServer redis;

 private:
  using Member = ClusterMember<LobbyHeard>;
  static constexpr TicketId nobody_id = 0xDEAD;

  PollLoop loop_;
  std::vector<std::unique_ptr<Member>> members_;
};

std::unique_ptr<LobbyBench> make_bench() {
  return std::make_unique<Bench>();
}

// Everybody comes, widens, and leaves in one of the ways that there are.
void test_nobody_leaves_an_entry_behind(void**) {
  Bench bench;
  const std::size_t m = bench.join();
  constexpr TicketId pairs = 40;
  for (TicketId id = 1; id <= pairs; ++id) {
    Ticket own = ticket_of(bench, m, 2 * id, {11, 12}),
           other = ticket_of(bench, m, 2 * id + 1, {12, 13});
    own.languages.items = {1001, 1002};
    own.languages.size = 2;
    posts(bench, m, own);
    posts(bench, m, other);
    Ticket wider = other;  // what is known of it may be older
    wider.stage = Stage::anyone;
    posts(bench, m, wider);
    if (id % 2 == 0) {
      takes(bench, m, own, other, Taken::both);
    } else {
      bench.lobby(m).withdraw(own);
      bench.lobby(m).withdraw(other);
    }
  }
  assert_int_equal(bench.waiting(), 0);
  assert_int_equal(bench.entries(), 0);
}

void test_who_is_gone_leaves_its_queues_when_it_is_to_be_taken(void**) {
  Bench bench;
  const std::size_t m = bench.join();
  const Ticket a = ticket_of(bench, m, 1, {11}), b = ticket_of(bench, m, 2, {12});
  posts(bench, m, a);
  posts(bench, m, b);
  assert_int_equal(bench.waiting(), 2);
  const std::size_t of_both = bench.entries();
  bench.forget_tickets();
  posts(bench, m, b);
  takes(bench, m, b, a, Taken::other_gone);
  assert_int_equal(bench.entries(), of_both / 2);
  bench.forget_tickets();
  takes(bench, m, b, a, Taken::own_gone);
  assert_int_equal(bench.entries(), 0);
}

void test_whoever_stands_behind_many_that_died_is_offered(void**) {
  Bench bench;
  const std::size_t a = bench.join(), b = bench.join();
  constexpr TicketId many = 300;
  for (TicketId id = 1; id <= many; ++id) posts(bench, a, ticket_of(bench, a, id, {11}, 90'000));
  assert_int_equal(bench.waiting(), many);
  bench.forget_tickets();
  posts(bench, a, ticket_of(bench, a, many + 1, {11}));
  assert_int_equal(bench.waiting(), 1);
  bench.heard(a).offers.clear();
  // In one post, of somebody who looks into many queues and so at few entries of each.
  Ticket seeker = ticket_of(bench, b, many + 2);
  for (chat::Topic topic = 2; topic < 2 + chat::interests_max; ++topic) {
    seeker.interests.items[seeker.interests.size++] = topic;
  }
  seeker.stage = Stage::interest;
  posts(bench, b, seeker);
  is_offered(bench, b, seeker.id, many + 1);
}

// Each post takes out no more than so many.
void test_one_post_sweeps_a_bounded_number(void**) {
  Bench bench;
  const std::size_t m = bench.join();
  constexpr TicketId many = share::redis_sweep_max + 600;
  for (TicketId id = 1; id <= many; ++id) {
    posts(bench, m, ticket_of(bench, m, id, {11}, 90'000));
    if (id % 500 == 0) assert_int_equal(bench.waiting(), id);  // all that was asked is answered
  }
  assert_int_equal(bench.waiting(), many);
  const std::size_t before = bench.entries();
  bench.forget_tickets();
  posts(bench, m, ticket_of(bench, m, many + 1, {11}));
  assert_int_equal(bench.waiting(), 1);
  const std::size_t swept = before - bench.entries();
  assert_in_range(swept, 500, share::redis_sweep_max + 100);
}

// Queues that nobody looks into do not grow either, while people come and die.
void test_a_queue_that_nobody_looks_into_is_bounded(void**) {
  Bench bench;
  const std::size_t m = bench.join();
  for (TicketId id = 1; id <= 200; ++id) {
    Ticket ticket = ticket_of(bench, m, id, {id + 1000});  // all stand in "present"
    posts(bench, m, ticket);
    assert_int_equal(bench.waiting(), 1);
    bench.forget_tickets();
  }
  long long longest = 0;
  for (const std::string& queue : bench.redis.texts({"KEYS", "chatsj:queue:*"})) {
    longest = std::max(longest, bench.redis.count({"ZCARD", queue}));
  }
  assert_in_range(longest, 1, 20);  // of 200; those of one millisecond have no order
}

void test_a_withdrawal_that_redis_has_no_script_for_loads_them(void**) {
  Bench bench;
  const std::size_t m = bench.join();
  const Ticket ticket = ticket_of(bench, m, 1, {11});
  posts(bench, m, ticket);
  assert_int_equal(bench.waiting(), 1);
  bench.redis.count({"SCRIPT", "FLUSH"});
  bench.heard(m).has_way = false;
  bench.lobby(m).withdraw(ticket);
  bench.until([&] { return bench.heard(m).has_way; }, "the scripts to be loaded anew");
  bench.lobby(m).withdraw(ticket);
  assert_int_equal(bench.waiting(), 0);
  assert_int_equal(bench.entries(), 0);
}

}  // namespace

int main() {
  std::vector<CMUnitTest> tests = lobby_contract::tests<make_bench>();
  const CMUnitTest more[] = {
      cmocka_unit_test(test_nobody_leaves_an_entry_behind),
      cmocka_unit_test(test_who_is_gone_leaves_its_queues_when_it_is_to_be_taken),
      cmocka_unit_test(test_whoever_stands_behind_many_that_died_is_offered),
      cmocka_unit_test(test_one_post_sweeps_a_bounded_number),
      cmocka_unit_test(test_a_queue_that_nobody_looks_into_is_bounded),
      cmocka_unit_test(test_a_withdrawal_that_redis_has_no_script_for_loads_them),
  };
  tests.insert(tests.end(), std::begin(more), std::end(more));
  return _cmocka_run_group_tests("redis_lobby", tests.data(), tests.size(), nullptr, nullptr);
}
