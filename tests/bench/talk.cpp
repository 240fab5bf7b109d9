#include "bench/talk.h"

#include <sys/epoll.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <deque>
#include <string_view>

#include "bench/fail.h"
#include "bench/handshake.h"

namespace bench {

namespace {

constexpr std::size_t message_bytes = 64;
constexpr std::size_t events_at_once = 256;
constexpr std::uint64_t warm_up_ns = 300'000'000;
constexpr int stall_ms = 5'000;  // with something under way

using Message = std::array<char, message_bytes>;

// What somebody says who has said `number - 1` messages and got `got`.
Message message(unsigned number, unsigned got) {
  Message text;
  text.fill('~');
  const int header = got == 0
                         ? std::snprintf(text.data(), text.size(), "say %u\n", number)
                         : std::snprintf(text.data(), text.size(), "say %u got=%u\n", number, got);
  text[static_cast<std::size_t>(header)] = '~';  // where snprintf has put its zero
  return text;
}

struct Talker {
  Talker(const Target& target, unsigned number) : client(target, number) {}
  Client client;
  unsigned said = 0;
  unsigned got = 0;
};

class Room {
 public:
  explicit Room(const Talk& talk) : talk_(talk), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    if (epoll_ < 0) fail("epoll_create1: %s", std::strerror(errno));
    for (unsigned pair = 0; pair < talk.pairs; ++pair) seat(2 * pair);
    for (unsigned i = 0; i < talkers_.size(); i += 2) speak(talkers_[i]);
  }

  // Lets them talk until the clock says `end_ns`; gives that of the end.
  std::uint64_t run(std::uint64_t end_ns);
  // Lets nobody speak any more, and waits until everything that was said is heard.
  void finish();
  std::uint64_t heard() const { return heard_; }
  std::string cipher() const { return talkers_.front().client.cipher(); }

 private:
  void seat(unsigned number);
  void speak(Talker& talker);
  void wait();
  void listen(Talker& talker);
  void hear(Talker& talker, std::string_view text);

  const Talk& talk_;
  const int epoll_;
  std::deque<Talker> talkers_;  // they stay where they are
  std::string frames_;          // on their way out
  bool finishing_ = false;
  std::uint64_t said_ = 0;
  std::uint64_t heard_ = 0;
};

std::uint64_t nanoseconds(clockid_t clock) {
  timespec time;
  if (clock_gettime(clock, &time) != 0) fail("clock: %s", std::strerror(errno));
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000U +
         static_cast<std::uint64_t>(time.tv_nsec);
}

void Room::seat(unsigned number) {
  Talker& one = talkers_.emplace_back(talk_.target, number);
  Talker& other = talkers_.emplace_back(talk_.target, number + 1);
  if (!talk_.bare) {
    greet(one.client);
    greet(other.client);
    match(one.client, other.client);
  }
  for (Talker* talker : {&one, &other}) {
    talker->client.stop_blocking();
    epoll_event event{EPOLLIN, {.ptr = talker}};
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, talker->client.fd(), &event) != 0) {
      fail("epoll_ctl: %s", std::strerror(errno));
    }
  }
}

void Room::speak(Talker& talker) {
  frames_.clear();
  for (unsigned i = 0; i < talk_.burst; ++i) {
    const Message text = message(++talker.said, talker.got);
    Client::append_frame(frames_, {text.data(), text.size()});
  }
  talker.client.send(frames_);
  said_ += talk_.burst;
}

void Room::listen(Talker& talker) {
  do {
    if (!talker.client.fill()) return;
    while (const auto text = talker.client.take()) hear(talker, *text);
  } while (talker.client.has_more());
}

// The sender had all of ours when it spoke: that is what it answered.
void Room::hear(Talker& talker, std::string_view text) {
  const Message expected = message(talker.got + 1, talker.said);
  if (text != std::string_view(expected.data(), expected.size())) {
    fail("expected \"%.20s\", got \"%.*s\"", expected.data(), static_cast<int>(text.size()),
         text.data());
  }
  ++talker.got;
  ++heard_;
  if (talker.got % talk_.burst == 0 && !finishing_) speak(talker);
}

// For the next events, and lets those listen whom they concern.
void Room::wait() {
  std::array<epoll_event, events_at_once> events;
  const int ready = epoll_wait(epoll_, events.data(), events.size(), stall_ms);
  if (ready < 0 && errno != EINTR) fail("epoll_wait: %s", std::strerror(errno));
  if (ready == 0) fail("nothing was heard for %d ms: a message is lost", stall_ms);
  for (int i = 0; i < ready; ++i) {
    listen(*static_cast<Talker*>(events[static_cast<std::size_t>(i)].data.ptr));
  }
}

std::uint64_t Room::run(std::uint64_t end_ns) {
  for (;;) {
    wait();
    if (const std::uint64_t now_ns = nanoseconds(CLOCK_MONOTONIC); now_ns >= end_ns) return now_ns;
  }
}

void Room::finish() {
  finishing_ = true;
  while (heard_ != said_) wait();
}

}  // namespace

Cost measure(const Talk& talk) {
  clockid_t server;
  if (clock_getcpuclockid(talk.server, &server) != 0) fail("no process %d", talk.server);
  Room room(talk);

  Cost cost;
  const std::uint64_t begin_ns = room.run(nanoseconds(CLOCK_MONOTONIC) + warm_up_ns);
  const std::uint64_t cpu_ns = nanoseconds(server);
  const std::uint64_t heard = room.heard();
  const auto measured_ns = static_cast<std::uint64_t>(talk.seconds * 1e9);
  cost.wall_ns = room.run(begin_ns + measured_ns) - begin_ns;
  cost.cpu_ns = nanoseconds(server) - cpu_ns;
  cost.messages = room.heard() - heard;
  room.finish();
  cost.cipher = room.cipher();
  return cost;
}

}  // namespace bench
