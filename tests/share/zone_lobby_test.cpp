// The lobby of one host: the contract, over plain memory, and shared by processes that race for its
// tickets.
#include "share/zone_lobby.h"

#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <new>
#include <vector>

#include "counted_memory.h"
#include "lobby_contract.h"
#include "poll_loop.h"
#include "unit.h"

namespace {

using chat::Reach;
using chat::Stage;
using chat::Taken;
using chat::Ticket;
using chat::TicketId;

using lobby_contract::patience_ms;

Ticket ticket_of(TicketId id, std::initializer_list<chat::Topic> interests = {},
                 std::uint64_t worker = 1) {
  Ticket ticket;
  ticket.id = id;
  ticket.owner = {7, worker};
  ticket.lobby = 1000;
  ticket.person.id = id + 5000;
  ticket.person.tag = id + 9000;
  for (const chat::Topic topic : interests) ticket.interests.items[ticket.interests.size++] = topic;
  ticket.stage = interests.size() == 0 ? Stage::language : Stage::interest;
  ticket.patience_ms = patience_ms;
  return ticket;
}

struct Scene {
  ~Scene() {
    // Nothing is left behind in the memory once everybody has gone.
    lobby.drop_owner({7, 1});
    lobby.drop_owner({7, 2});
    assert_int_equal(memory.pieces, 0);
  }
  // Lets what waits for the loop happen.
  void settle() {
    for (int i = 0; i < 3; ++i) loop.turn();
  }
  std::size_t waiting() { return chat::Lobby(state, memory).waiting(); }

  PollLoop loop;
  CountedLock lock;
  LimitedHeap memory{lock};
  LobbyHeard heard{Reach::host};
  chat::LobbyState state{};
  share::ZoneLobby lobby{state, memory, lock, loop, heard};
};

// Members in one process.
class Bench final : public LobbyBench {
 public:
  ~Bench() override {
    for (std::size_t i = 0; i < members_.size(); ++i) members_[i]->lobby.drop_owner(id(i));
    members_.clear();
    assert_int_equal(memory_.pieces, 0);
  }
  std::size_t join() override {
    members_.push_back(std::make_unique<Member>(*this));
    return members_.size() - 1;
  }
  chat::MemberId id(std::size_t member) const override { return {7, member + 1}; }
  chat::SharedLobby& lobby(std::size_t member) override { return members_[member]->lobby; }
  LobbyHeard& heard(std::size_t member) override { return members_[member]->heard; }
  std::uint64_t now_ms() const override { return loop_.now_ms(); }
  std::size_t waiting() override {
    for (int i = 0; i < 3; ++i) loop_.turn();
    return chat::Lobby(state_, memory_).waiting();
  }
  void until(const std::function<bool()>& condition, const char* what) override {
    loop_.until(condition, what);
  }

 private:
  struct Member {
    explicit Member(Bench& of) : lobby(of.state_, of.memory_, of.lock_, of.loop_, heard) {}
    LobbyHeard heard{Reach::host};
    share::ZoneLobby lobby;
  };

  PollLoop loop_;
  CountedLock lock_;
  LimitedHeap memory_{lock_};
  chat::LobbyState state_{};
  std::vector<std::unique_ptr<Member>> members_;
};

std::unique_ptr<LobbyBench> make_bench() {
  return std::make_unique<Bench>();
}

void test_a_ticket_that_only_renews_says_what_it_says_now_too(void**) {
  Scene s;
  s.lobby.post(ticket_of(1));
  Ticket again = ticket_of(1);
  again.person.strangers.block(ticket_of(2).person.id);
  s.lobby.post(again);
  assert_int_equal(s.waiting(), 1);
  s.lobby.post(ticket_of(2));
  s.settle();
  assert_true(s.heard.offers.empty());
}

// More stand in the queue than a look goes through: whoever renews must not go behind them.
void test_a_ticket_that_renews_keeps_its_place(void**) {
  Scene s;
  s.lobby.post(ticket_of(1));
  for (TicketId id = 2; id < 2 + 2 * chat::scan_max; ++id) {
    Ticket ticket = ticket_of(id);
    ticket.since_ms = 50;
    s.lobby.post(ticket);
  }
  s.lobby.post(ticket_of(1));
  s.settle();
  s.heard.offers.clear();
  s.lobby.post(ticket_of(100));
  s.loop.until([&] { return !s.heard.offers.empty(); }, "an offer");
  assert_int_equal(s.heard.offers[0].other.id, 1);
}

void test_the_tickets_of_a_dead_member_are_dropped(void**) {
  Scene s;
  s.lobby.post(ticket_of(1, {11}, 1));
  s.lobby.post(ticket_of(2, {12}, 2));
  s.lobby.post(ticket_of(3, {13}, 1));
  s.lobby.drop_owner({7, 1});
  assert_int_equal(s.waiting(), 1);
  s.lobby.drop_owner({8, 2});
  assert_int_equal(s.waiting(), 1);
  s.lobby.post(ticket_of(4, {12}));
  s.loop.until([&] { return !s.heard.offers.empty(); }, "an offer of who lives");
  assert_int_equal(s.heard.offers[0].other.id, 2);
}

// At each number of pieces that a post can run out at.
void test_without_room_nobody_is_posted(void**) {
  Scene s;
  s.lobby.post(ticket_of(1, {11}));
  const std::size_t of_one = s.memory.pieces;
  bool had_room = false;
  for (std::size_t more = 0; !had_room; ++more) {
    s.memory.limit = of_one + more;
    s.lobby.post(ticket_of(2, {12, 13}));
    had_room = s.waiting() == 2;
    if (!had_room) assert_int_equal(s.memory.pieces, of_one);
  }
  s.memory.limit = s.memory.pieces;
  s.lobby.post(ticket_of(2, {12, 13}));  // renewing takes none
  assert_int_equal(s.waiting(), 2);
  s.settle();
  assert_true(s.heard.offers.empty());

  assert_int_equal(s.loop.logged.size(), 1);  // of all that had none

  s.memory.limit = of_one;  // what it says now has no room: what it said is not kept
  s.lobby.post(ticket_of(2, {14, 15, 16}));
  assert_int_equal(s.waiting(), 1);
}

void test_the_receiver_may_post_and_take_from_within(void**) {
  Scene s;
  s.heard.then = [&] {
    assert_false(s.lock.held);
    s.lobby.take(ticket_of(2), ticket_of(1));
    s.lobby.post(ticket_of(3));
    s.heard.then = nullptr;
  };
  s.lobby.post(ticket_of(1));
  s.lobby.post(ticket_of(2));
  s.loop.until([&] { return s.heard.takes.size() == 1; }, "the take");
  assert_true(s.heard.takes[0].what == Taken::both);
  assert_int_equal(s.waiting(), 1);
}

void test_answers_are_bounded_and_come_in_turns(void**) {
  Scene s;
  constexpr std::size_t many = share::answers_max + 10;
  for (TicketId id = 1; id <= many; ++id) s.lobby.take(ticket_of(id), ticket_of(id + 1));
  s.loop.turn();
  assert_in_range(s.heard.takes.size(), 1, share::answers_in_a_row);
  const auto all = [&] { return s.heard.takes.size() >= share::answers_max; };
  s.loop.until(all, "every answer that was kept");
  s.settle();
  assert_int_equal(s.heard.takes.size(), share::answers_max);
  for (TicketId id = 1; id <= share::answers_max; ++id) {
    assert_int_equal(s.heard.takes[id - 1].own, id);
  }
}

void test_a_lobby_may_end_with_answers_under_way(void**) {
  PollLoop loop;
  CountedLock lock;
  LimitedHeap memory{lock};
  LobbyHeard heard{Reach::host};
  chat::LobbyState state{};
  {
    share::ZoneLobby lobby(state, memory, lock, loop, heard);
    lobby.post(ticket_of(1));
    lobby.post(ticket_of(2));
  }
  loop.turn();
  assert_true(heard.offers.empty());
  share::ZoneLobby next(state, memory, lock, loop, heard);  // the tickets are still there
  next.drop_owner({7, 1});
  assert_int_equal(memory.pieces, 0);
}

// ---- processes ----

constexpr std::size_t racers = 2;
constexpr TicketId raced_tickets = 2'000;
constexpr std::size_t arena_bytes = 64 * 1024 * 1024;

// What processes share: a lock, a lobby, memory that is never reused, and the wins.
struct Shared {
  pthread_mutex_t mutex;
  chat::LobbyState lobby;
  std::size_t used;
  std::atomic<unsigned> ready;
  std::atomic<unsigned> wins[raced_tickets + 1];
  alignas(std::max_align_t) std::uint8_t arena[arena_bytes];

  void lock() { pthread_mutex_lock(&mutex); }
  void unlock() { pthread_mutex_unlock(&mutex); }
};

class Arena final : public chat::Memory {
 public:
  explicit Arena(Shared& shared) : shared_(shared) {}
  void* allocate(std::size_t size) override {
    size = (size + alignof(std::max_align_t) - 1) & ~(alignof(std::max_align_t) - 1);
    if (arena_bytes - shared_.used < size) return nullptr;
    shared_.used += size;
    return shared_.arena + shared_.used - size;
  }
  void release(void*) override {}

 private:
  Shared& shared_;
};

Shared& map_shared() {
  void* memory =
      mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  assert_true(memory != MAP_FAILED);
  auto& shared = *static_cast<Shared*>(memory);  // zero: an empty lobby
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutex_init(&shared.mutex, &attributes);
  pthread_mutexattr_destroy(&attributes);
  return shared;
}

// Posts its own ticket and takes one of those that all race for, until it has tried each.
void race(Shared& shared, std::uint64_t worker) {
  PollLoop loop;
  LobbyHeard heard{Reach::host};
  Arena arena(shared);
  share::ZoneLobby lobby(shared.lobby, arena, shared, loop, heard);
  shared.ready.fetch_add(1);
  while (shared.ready.load() < racers) {
  }
  for (TicketId wanted = 1; wanted <= raced_tickets; ++wanted) {
    Ticket own = ticket_of(worker * 1'000'000 + wanted, {worker * 1'000'000 + wanted}, worker);
    lobby.post(own);
    lobby.take(own, ticket_of(wanted, {wanted + 100}));
    lobby.withdraw(own);
  }
  loop.until([&] { return heard.takes.size() == raced_tickets; }, "all answers");
  for (std::size_t i = 0; i < heard.takes.size(); ++i) {
    assert_true(heard.takes[i].what != Taken::own_gone);
    if (heard.takes[i].what == Taken::both) shared.wins[i + 1].fetch_add(1);
  }
}

void test_of_processes_that_race_for_a_ticket_one_wins(void**) {
  Shared& shared = map_shared();
  Arena arena(shared);
  PollLoop loop;
  LobbyHeard heard{Reach::host};
  share::ZoneLobby lobby(shared.lobby, arena, shared, loop, heard);
  for (TicketId id = 1; id <= raced_tickets; ++id) lobby.post(ticket_of(id, {id + 100}));

  std::array<pid_t, racers> children;
  for (std::size_t i = 0; i < racers; ++i) {
    children[i] = fork();
    assert_true(children[i] != -1);
    if (children[i] == 0) {
      race(shared, i + 2);
      _exit(0);
    }
  }
  for (const pid_t child : children) {
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
  }
  for (TicketId id = 1; id <= raced_tickets; ++id) assert_int_equal(shared.wins[id].load(), 1);
  assert_int_equal(chat::Lobby(shared.lobby, arena).waiting(), 0);
  munmap(&shared, sizeof(Shared));
}

void test_a_ticket_of_another_process_is_offered_whole(void**) {
  Shared& shared = map_shared();
  const Ticket ticket = ticket_of(1, {11, 12}, 2);
  const pid_t child = fork();
  assert_true(child != -1);
  if (child == 0) {
    PollLoop loop;
    LobbyHeard heard{Reach::host};
    Arena arena(shared);
    share::ZoneLobby(shared.lobby, arena, shared, loop, heard).post(ticket);
    _exit(0);
  }
  int status = 0;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);

  PollLoop loop;
  LobbyHeard heard{Reach::host};
  Arena arena(shared);
  share::ZoneLobby lobby(shared.lobby, arena, shared, loop, heard);
  lobby.post(ticket_of(2, {12}));
  loop.until([&] { return !heard.offers.empty(); }, "an offer");
  const Ticket& other = heard.offers[0].other;
  assert_int_equal(other.id, 1);
  assert_true(other.owner == ticket.owner);
  assert_int_equal(other.person.id, ticket.person.id);
  assert_true(std::ranges::equal(other.interests.span(), ticket.interests.span()));
  assert_int_equal(other.since_ms, ticket.since_ms);
  munmap(&shared, sizeof(Shared));
}

}  // namespace

int main() {
  std::vector<CMUnitTest> tests = lobby_contract::tests<make_bench>();
  const CMUnitTest own[] = {
      cmocka_unit_test(test_a_ticket_that_only_renews_says_what_it_says_now_too),
      cmocka_unit_test(test_a_ticket_that_renews_keeps_its_place),
      cmocka_unit_test(test_the_tickets_of_a_dead_member_are_dropped),
      cmocka_unit_test(test_without_room_nobody_is_posted),
      cmocka_unit_test(test_the_receiver_may_post_and_take_from_within),
      cmocka_unit_test(test_answers_are_bounded_and_come_in_turns),
      cmocka_unit_test(test_a_lobby_may_end_with_answers_under_way),
      cmocka_unit_test(test_of_processes_that_race_for_a_ticket_one_wins),
      cmocka_unit_test(test_a_ticket_of_another_process_is_offered_whole),
  };
  tests.insert(tests.end(), std::begin(own), std::end(own));
  return _cmocka_run_group_tests("zone_lobby", tests.data(), tests.size(), nullptr, nullptr);
}
