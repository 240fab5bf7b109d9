// Mail over Unix sockets: the contract, and what other processes on the host may do to it.
#include "share/unix_mail.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <optional>
#include <set>
#include <utility>

#include "mail_contract.h"
#include "poll_loop.h"
#include "share/unix_packets.h"
#include "share/unix_socket.h"

namespace {

using mail_contract::letter_of;
using Packet = std::vector<std::uint8_t>;

constexpr uid_t nobody = 65534;

// Names are the host's: other runs of this test use it at the same time.
chat::MemberId new_member() {
  static std::uint64_t next = 1;
  static const pid_t host = getpid();
  return {static_cast<std::uint64_t>(host), next++ * 0x9E3779B97F4A7C15};
}

// A PollLoop that can have no room.
class Loop final : public share::Loop {
 public:
  std::uint64_t now_ms() const override { return poll.now_ms(); }
  Watch* watch(int fd, share::Watcher& watcher) override {
    return full ? nullptr : poll.watch(fd, watcher);
  }
  bool want(Watch& watch, bool reading, bool writing) override {
    if (writing) {
      writers.insert(&watch);
    } else {
      writers.erase(&watch);
    }
    return poll.want(watch, reading, writing);
  }
  void forget(Watch& watch) override {
    writers.erase(&watch);
    poll.forget(watch);
  }
  Alarm* make_alarm(void (*ring)(void*), void* owner) override {
    return poll.make_alarm(ring, owner);
  }
  void set(Alarm& alarm, std::uint64_t delay_ms) override { poll.set(alarm, delay_ms); }
  void stop(Alarm& alarm) override { poll.stop(alarm); }
  void destroy(Alarm& alarm) override { poll.destroy(alarm); }
  void log(Severity severity, std::string_view text) override { poll.log(severity, text); }

  PollLoop poll;
  bool full = false;
  std::set<Watch*> writers;  // who wants to write
};

struct Member {
  explicit Member(Loop& loop, chat::MemberId id = new_member()) : id(id) {
    mail.emplace(id, loop, heard);
    assert_true(mail->open());
  }
  const chat::MemberId id;
  MailHeard heard;
  std::optional<share::UnixMail> mail;
};

class Bench final : public MailBench {
 public:
  ~Bench() override { members_.clear(); }
  std::size_t join() override {
    members_.push_back(std::make_unique<Member>(loop_));
    return members_.size() - 1;
  }
  void end(std::size_t member) override { members_[member]->mail.reset(); }
  chat::MemberId id(std::size_t member) const override { return members_[member]->id; }
  chat::Mail& mail(std::size_t member) override { return *members_[member]->mail; }
  MailHeard& heard(std::size_t member) override { return members_[member]->heard; }
  void until(const std::function<bool()>& condition, const char* what) override {
    loop_.poll.until(condition, what);
  }

 private:
  Loop loop_;
  std::vector<std::unique_ptr<Member>> members_;
};

std::unique_ptr<MailBench> make_bench() {
  return std::make_unique<Bench>();
}

// ---- the other end of a link, by hand ----

class Raw {
 public:
  explicit Raw(int fd) : fd_(fd) {}
  static Raw to(chat::MemberId member) {
    int fd = -1;
    assert_true(share::unix_socket::connect_to(member, fd) == share::unix_socket::Connected::yes);
    return Raw(fd);
  }
  Raw(Raw&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  ~Raw() {
    if (fd_ != -1) close(fd_);
  }

  void says(const Packet& packet) const {
    assert_true(send(fd_, packet.data(), packet.size(), MSG_NOSIGNAL) ==
                static_cast<ssize_t>(packet.size()));
  }
  void says_hello(chat::MemberId from) const {
    const auto hello = share::write_hello(from);
    says({hello.begin(), hello.end()});
  }
  bool ended() const {
    std::uint8_t byte = 0;
    return recv(fd_, &byte, 1, MSG_DONTWAIT) == 0;
  }
  // The next packet; empty: there is none now.
  Packet next() const {
    Packet packet(share::piece_header_bytes + share::piece_bytes_max);
    const ssize_t size = recv(fd_, packet.data(), packet.size(), MSG_DONTWAIT);
    packet.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return packet;
  }

 private:
  int fd_;
};

// A member of nothing but a socket that listens.
class RawListener {
 public:
  explicit RawListener(chat::MemberId id) : fd_(share::unix_socket::listen_as(id)) {
    assert_true(fd_ != -1);
  }
  ~RawListener() { close(fd_); }
  std::optional<Raw> accept() const {
    int fd = -1;
    if (share::unix_socket::accept_from(fd_, fd) != share::unix_socket::Accepted::yes) {
      return std::nullopt;
    }
    return Raw(fd);
  }

 private:
  int fd_;
};

Packet piece(std::uint8_t kind, std::uint32_t letter_size, std::size_t size) {
  Packet packet(share::piece_header_bytes + size, 'x');
  chat::Packer(packet).put(kind).put(letter_size);
  return packet;
}
constexpr std::uint8_t first = 1, last = 2, middle = 0, whole = 3;

// ---- packets that nobody sends ----

void test_whoever_says_no_hello_is_closed(void**) {
  Loop loop;
  Member member(loop);
  const auto hello_of = [](chat::MemberId from) {
    const auto hello = share::write_hello(from);
    return Packet(hello.begin(), hello.end());
  };
  const Packet good = hello_of({member.id.host, 99});
  Packet other_version = good, longer = good, shorter = good;
  other_version[0] = 2;
  longer.push_back(0);
  shorter.pop_back();
  for (const Packet& hello :
       {other_version, longer, shorter, Packet{}, Packet(40'000), piece(whole, 5, 5),
        hello_of({member.id.host, 0}), hello_of({member.id.host + 1, 99}), hello_of(member.id)}) {
    const Raw raw = Raw::to(member.id);
    raw.says(hello);
    loop.poll.until([&] { return raw.ended(); }, "the end of a link without a hello");
  }
  assert_true(member.heard.letters.empty());
  assert_true(member.heard.ended.empty());
}

void test_a_packet_out_of_place_ends_its_link_alone(void**) {
  constexpr std::uint32_t most = chat::letter_bytes_max;
  const std::vector<std::vector<Packet>> faults = {
      {Packet{}},
      {Packet{whole}},
      {piece(whole, 0, 0)},
      {piece(whole, 5, 0)},
      {piece(whole, 5, 4)},
      {piece(whole, 5, 6)},
      {piece(4, 5, 5)},
      {piece(255, 5, 5)},
      {piece(first, most + 1, 5)},
      {piece(first, UINT32_MAX, 5)},
      {piece(first, most, share::piece_bytes_max + 1)},
      {piece(first, 5, 5)},
      {piece(first, 5, 6)},
      {piece(middle, 5, 1)},
      {piece(last, 5, 5)},
      {piece(first, 10, 5), piece(first, 10, 5)},
      {piece(first, 10, 5), piece(whole, 5, 5)},
      {piece(first, 10, 5), piece(last, 11, 5)},
      {piece(first, 10, 5), piece(last, 10, 4)},
      {piece(first, 10, 5), piece(last, 10, 6)},
      {piece(first, 10, 5), piece(middle, 10, 5)},
      {piece(first, 10, 5), piece(middle, 10, 6)},
      {piece(first, 10, 5), piece(middle, 10, 0)},
  };
  Loop loop;
  Member member(loop);
  Member friendly(loop);
  for (const std::vector<Packet>& fault : faults) {
    const chat::MemberId hostile = new_member();
    const Raw raw = Raw::to(member.id);
    raw.says_hello(hostile);
    raw.says(piece(whole, 5, 5));
    for (const Packet& packet : fault) raw.says(packet);
    loop.poll.until([&] { return raw.ended(); }, "the end of a faulty link");
    assert_int_equal(member.heard.letters.size(), 1);
    assert_true(member.heard.letters[0].from == hostile);
    member.heard.letters.clear();
    // Nobody listens by that name.
    loop.poll.until([&] { return member.heard.knows_end_of(hostile); }, "word of its end");

    friendly.mail->send(member.id, letter_of(40, 1));
    loop.poll.until([&] { return !member.heard.letters.empty(); }, "a letter beside it");
    assert_true(member.heard.letters[0].bytes == letter_of(40, 1));
    member.heard.letters.clear();
  }
  assert_int_equal(member.heard.ended.size(), faults.size());
}

void test_whoever_ends_in_the_middle_of_a_letter_sent_none(void**) {
  Loop loop;
  Member member(loop);
  const chat::MemberId other = new_member();
  {
    const Raw raw = Raw::to(member.id);
    raw.says_hello(other);
    raw.says(piece(first, 100'000, 30'000));
  }
  loop.poll.until([&] { return member.heard.knows_end_of(other); }, "word of its end");
  assert_true(member.heard.letters.empty());
}

void test_one_sender_does_not_hold_the_loop(void**) {
  Loop loop;
  Member member(loop);
  const Raw raw = Raw::to(member.id);
  raw.says_hello(new_member());
  for (int i = 0; i < 60; ++i) raw.says(piece(whole, 5, 5));
  std::size_t most = 0;
  const auto all = [&] {
    static std::size_t before;
    most = std::max(most, member.heard.letters.size() - before);
    before = member.heard.letters.size();
    return before == 60;
  };
  loop.poll.until(all, "all letters");
  assert_true(most <= share::packets_in_a_row);
}

// ---- who does not read, who closes, who is of another user ----

// Reads what there is; gives the letters that became whole.
std::size_t read_letters(const Raw& raw, std::size_t size, std::uint32_t seed) {
  static Packet letter;
  std::size_t whole_ones = 0;
  for (Packet packet = raw.next(); !packet.empty(); packet = raw.next()) {
    const auto header = share::read_piece_header(packet);
    if (!header) continue;  // the hello
    if (header->first) letter.clear();
    letter.insert(letter.end(), packet.begin() + share::piece_header_bytes, packet.end());
    if (!header->last) continue;
    assert_true(letter == letter_of(size, seed + static_cast<std::uint32_t>(whole_ones)));
    ++whole_ones;
  }
  return whole_ones;
}

void test_whoever_does_not_read_gets_a_bounded_number_later(void**) {
  Loop loop;
  Member member(loop);
  const chat::MemberId slow = new_member();
  const RawListener listener(slow);
  constexpr std::size_t size = 100'000;
  constexpr std::uint32_t many = 60;
  for (std::uint32_t i = 0; i < many; ++i) member.mail->send(slow, letter_of(size, i));
  assert_int_equal(loop.poll.logged.size(), 1);

  const std::optional<Raw> raw = listener.accept();
  assert_true(raw.has_value());
  std::size_t got = 0;
  const auto got_all_that_was_kept = [&] {
    got += read_letters(*raw, size, static_cast<std::uint32_t>(got));
    return got >= share::unix_pending_bytes_max / size;
  };
  loop.poll.until(got_all_that_was_kept, "what was kept");
  assert_true(got < many / 2);

  for (int rounds = 0; rounds < 3; ++rounds) {
    loop.poll.turn();
    got += read_letters(*raw, size, static_cast<std::uint32_t>(got));
  }
  member.mail->send(slow, letter_of(size, 1000));
  const auto got_the_next = [&] { return read_letters(*raw, size, 1000) == 1; };
  loop.poll.until(got_the_next, "a letter when there is room again");
  assert_true(member.heard.ended.empty());
}

void test_no_letter_overtakes_those_that_wait(void**) {
  Loop loop;
  Member member(loop);
  const chat::MemberId slow = new_member();
  const RawListener listener(slow);
  constexpr std::size_t size = 100'000;
  constexpr std::uint32_t many = 9;
  for (std::uint32_t i = 0; i + 1 < many; ++i) member.mail->send(slow, letter_of(size, i));
  assert_int_equal(loop.writers.size(), 1);
  const std::optional<Raw> raw = listener.accept();
  std::size_t got = 0;
  const auto got_all = [&] {
    got += read_letters(*raw, size, static_cast<std::uint32_t>(got));
    return got == many;
  };
  assert_false(got_all());  // now the socket has room for the last one, but it is not its turn
  member.mail->send(slow, letter_of(size, many - 1));
  loop.poll.until(got_all, "all letters in order");
  loop.poll.until([&] { return loop.writers.empty(); }, "nobody who wants to write");
}

void test_the_greatest_letter_fits_behind_others(void**) {
  Loop loop;
  Member member(loop);
  Member other(loop);
  for (std::uint32_t i = 0; i < 4; ++i) member.mail->send(other.id, letter_of(60'000, i));
  member.mail->send(other.id, letter_of(chat::letter_bytes_max, 4));
  loop.poll.until([&] { return other.heard.letters.size() == 5; }, "all of them");
  assert_true(other.heard.letters[4].bytes == letter_of(chat::letter_bytes_max, 4));
}

void test_letters_that_cannot_be_are_not_sent(void**) {
  Loop loop;
  Member member(loop);
  Member other(loop);
  member.mail->send(other.id, {});
  member.mail->send(other.id, letter_of(chat::letter_bytes_max + 1, 1));
  member.mail->send(member.id, letter_of(10, 1));
  member.mail->send(other.id, letter_of(10, 2));
  loop.poll.until([&] { return !other.heard.letters.empty(); }, "the one that can");
  assert_true(other.heard.letters[0].bytes == letter_of(10, 2));
  assert_true(member.heard.letters.empty());
}

void test_whoever_closes_a_link_and_lives_is_not_gone(void**) {
  Loop loop;
  Member member(loop);
  const chat::MemberId rude = new_member();
  const RawListener listener(rude);
  member.mail->send(rude, letter_of(10, 1));
  listener.accept().reset();
  loop.poll.until([&] { return member.heard.knows_end_of(rude); }, "word of it");
  assert_int_equal(member.heard.missed.size(), 1);
  assert_true(member.heard.ended.empty());
}

// Runs `work` in a process of its own, as another user if one is given.
template <typename Work>
pid_t in_child(Work work, std::optional<uid_t> user = std::nullopt) {
  const pid_t pid = fork();
  assert_true(pid != -1);
  if (pid > 0) return pid;
  if (user && setuid(*user) != 0) _exit(2);
  _exit(work() ? 0 : 1);
}

// It did what it was to do.
bool has_succeeded(pid_t pid) {
  int status = 0;
  if (waitpid(pid, &status, WNOHANG) != pid) return false;
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 0);
  return true;
}

bool hears_only_the_end(int fd) {
  pollfd end{fd, POLLIN, 0};
  std::uint8_t byte = 0;
  return poll(&end, 1, PollLoop::hang_ms) == 1 && recv(fd, &byte, 1, MSG_DONTWAIT) <= 0;
}

void test_another_user_is_not_heard(void**) {
  if (geteuid() != 0) return;  // only root can be another
  Loop loop;
  Member member(loop);
  const pid_t pid = in_child(
      [&] {
        // By hand, as connect_to would not talk to a member of another user either.
        const int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::array<char, 64> name;
        const int length = std::snprintf(name.data(), name.size(), "chatsj-%016llx%016llx",
                                         static_cast<unsigned long long>(member.id.host),
                                         static_cast<unsigned long long>(member.id.worker));
        std::memcpy(address.sun_path + 1, name.data(), static_cast<std::size_t>(length));
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + length);
        if (connect(fd, reinterpret_cast<sockaddr*>(&address), size) != 0) return false;
        const auto hello = share::write_hello({member.id.host, 99});
        send(fd, hello.data(), hello.size(), MSG_NOSIGNAL);
        const Packet letter = piece(whole, 5, 5);
        send(fd, letter.data(), letter.size(), MSG_NOSIGNAL);
        return hears_only_the_end(fd);
      },
      nobody);
  loop.poll.until([&] { return has_succeeded(pid); }, "the end of another user's link");
  Member own(loop);
  own.mail->send(member.id, letter_of(10, 1));
  loop.poll.until([&] { return !member.heard.letters.empty(); }, "a letter of the same user");
  assert_int_equal(member.heard.letters.size(), 1);
  assert_true(member.heard.letters[0].from == own.id);
}

void test_another_user_who_takes_a_name_over_gets_nothing(void**) {
  if (geteuid() != 0) return;
  Loop loop;
  Member member(loop);
  const chat::MemberId taken = new_member();
  std::array<int, 2> ready;
  assert_int_equal(pipe(ready.data()), 0);
  const pid_t pid = in_child(
      [&] {
        const int listener = share::unix_socket::listen_as(taken);
        if (listener == -1 || write(ready[1], "x", 1) != 1) return false;
        sockaddr_un from{};
        socklen_t size = sizeof(from);
        fcntl(listener, F_SETFL, 0);
        const int fd = accept(listener, reinterpret_cast<sockaddr*>(&from), &size);
        return fd != -1 && hears_only_the_end(fd);  // not a byte
      },
      nobody);
  char byte = 0;
  assert_int_equal(read(ready[0], &byte, 1), 1);
  close(ready[0]);
  close(ready[1]);
  member.mail->send(taken, letter_of(10, 1));
  loop.poll.until([&] { return member.heard.knows_end_of(taken); }, "word of the member's end");
  assert_int_equal(member.heard.ended.size(), 1);
  loop.poll.until([&] { return has_succeeded(pid); }, "the other's disappointment");
}

// ---- who is killed ----

// A member in a process of its own, which answers the first letter with `answers` of its own. It
// listens once the call has returned.
pid_t member_in_child(chat::MemberId id, std::uint32_t answers, bool then_dies) {
  std::array<int, 2> listens;
  assert_int_equal(pipe(listens.data()), 0);
  const pid_t pid = in_child([=] {
    Loop loop;
    Member member(loop, id);
    if (write(listens[1], "x", 1) != 1) return false;
    const auto got_one = [&] { return !member.heard.letters.empty(); };
    loop.poll.until(got_one, "the first letter");
    for (std::uint32_t i = 0; i < answers; ++i) {
      member.mail->send(member.heard.letters[0].from, letter_of(60, i));
    }
    if (then_dies) raise(SIGKILL);
    loop.poll.until([] { return false; }, "being killed");
    return false;
  });
  char byte = 0;
  assert_int_equal(read(listens[0], &byte, 1), 1);
  close(listens[0]);
  close(listens[1]);
  return pid;
}

void test_a_member_that_is_killed_is_gone(void**) {
  Loop loop;
  const chat::MemberId other = new_member();
  const pid_t pid = member_in_child(other, 1, false);
  Member member(loop);
  member.mail->send(other, letter_of(10, 0));
  loop.poll.until([&] { return !member.heard.letters.empty(); }, "an answer");
  assert_true(member.heard.ended.empty());
  kill(pid, SIGKILL);
  loop.poll.until([&] { return !member.heard.ended.empty(); }, "word of its end");
  assert_int_equal(waitpid(pid, nullptr, 0), pid);
  for (int i = 0; i < 5; ++i) loop.poll.turn();
  assert_int_equal(member.heard.ended.size(), 1);
  assert_true(member.heard.ended[0] == other);
  assert_true(member.heard.missed.empty());
}

// Its link and its end come at once.
void test_what_was_sent_before_the_end_comes_before_it(void**) {
  constexpr std::uint32_t answers = 100;
  Loop loop;
  const chat::MemberId other = new_member();
  const pid_t pid = member_in_child(other, answers, true);
  Member member(loop);
  member.mail->send(other, letter_of(10, 0));
  assert_int_equal(waitpid(pid, nullptr, 0), pid);
  const auto ended = [&] { return !member.heard.ended.empty(); };
  loop.poll.until(ended, "word of its end");
  assert_int_equal(member.heard.letters.size(), answers);
  for (int i = 0; i < 5; ++i) loop.poll.turn();
  assert_int_equal(member.heard.ended.size(), 1);
}

void test_the_end_of_whom_nobody_wrote_to_is_told_too(void**) {
  Loop loop;
  Member member(loop);
  Member other(loop);
  other.mail->send(member.id, letter_of(10, 1));
  loop.poll.until([&] { return !member.heard.letters.empty(); }, "a letter");
  other.mail.reset();
  loop.poll.until([&] { return member.heard.knows_end_of(other.id); }, "word of its end");
  assert_int_equal(member.heard.ended.size(), 1);
}

void test_letters_of_whom_nobody_has_accepted_come_before_the_end_too(void**) {
  Loop loop;
  Member member(loop);
  Member other(loop);
  other.mail->send(member.id, letter_of(10, 1));
  other.mail.reset();
  member.mail->send(other.id, letter_of(10, 2));  // finds out that nobody is there
  loop.poll.until([&] { return member.heard.knows_end_of(other.id); }, "word of its end");
  assert_int_equal(member.heard.letters.size(), 1);
  for (int i = 0; i < 5; ++i) loop.poll.turn();
  assert_int_equal(member.heard.ended.size(), 1);
}

void test_members_may_end_with_letters_under_way(void**) {
  Loop loop;
  Member a(loop);
  Member b(loop);
  Member c(loop);
  for (int i = 0; i < 3; ++i) {
    a.mail->send(b.id, letter_of(500'000, 1));
    b.mail->send(a.id, letter_of(500'000, 1));
    c.mail->send(a.id, letter_of(500'000, 1));
  }
  for (int i = 0; i < 4; ++i) loop.poll.turn();  // in the middle of letters
  b.mail.reset();
  c.mail->send(b.id, letter_of(10, 1));  // a doubt
  c.mail.reset();
  loop.poll.until([&] { return a.heard.knows_end_of(b.id) && a.heard.knows_end_of(c.id); },
                  "word of both ends");
  assert_int_equal(a.heard.ended.size(), 2);
}

// ---- what runs out ----

void test_without_room_in_the_loop_a_letter_is_lost_and_no_more(void**) {
  Loop loop;
  Member member(loop);
  Member other(loop);
  loop.full = true;
  member.mail->send(other.id, letter_of(10, 1));
  member.mail->send(other.id, letter_of(10, 2));
  assert_int_equal(loop.poll.logged.size(), 1);
  loop.full = false;
  member.mail->send(other.id, letter_of(10, 3));
  loop.poll.until([&] { return !other.heard.letters.empty(); }, "a letter when there is room");
  assert_true(other.heard.letters[0].bytes == letter_of(10, 3));
}

void test_a_member_without_room_for_a_link_is_not_gone(void**) {
  Loop loop;
  Member member(loop);
  Member other(loop);
  member.mail->send(other.id, letter_of(10, 1));
  loop.full = true;
  loop.poll.until([&] { return !member.heard.missed.empty(); }, "word of a lost letter");
  loop.full = false;
  assert_true(member.heard.ended.empty());
  member.mail->send(other.id, letter_of(10, 2));
  loop.poll.until([&] { return !other.heard.letters.empty(); }, "a letter when there is room");
}

// So that only the descriptors that are open now may be, and `more`.
class FewDescriptors {
 public:
  explicit FewDescriptors(rlim_t more) {
    getrlimit(RLIMIT_NOFILE, &before_);
    const int next = dup(0);
    close(next);
    rlimit few = before_;
    few.rlim_cur = static_cast<rlim_t>(next) + more;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
  }
  ~FewDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

void test_without_descriptors_a_letter_is_lost_and_no_more(void**) {
  Loop loop;
  Member member(loop);
  Member other(loop);
  {
    const FewDescriptors few(0);
    member.mail->send(other.id, letter_of(10, 1));
  }
  assert_int_equal(loop.poll.logged.size(), 1);
  member.mail->send(other.id, letter_of(10, 2));
  loop.poll.until([&] { return !other.heard.letters.empty(); }, "the next");
  assert_true(other.heard.letters[0].bytes == letter_of(10, 2));
}

void test_whoever_cannot_be_accepted_now_is_accepted_later(void**) {
  Loop loop;
  Member member(loop);
  Member other(loop);
  {
    const FewDescriptors few(1);
    member.mail->send(other.id, letter_of(10, 1));
    loop.poll.until([&] { return !loop.poll.logged.empty(); }, "the lack of descriptors");
  }
  loop.poll.jump(share::accept_pause_ms);
  loop.poll.until([&] { return !other.heard.letters.empty(); }, "the letter");
}

}  // namespace

int main() {
  std::vector<CMUnitTest> tests = mail_contract::tests<make_bench>();
  const std::vector<CMUnitTest> own = {
      cmocka_unit_test(test_whoever_says_no_hello_is_closed),
      cmocka_unit_test(test_a_packet_out_of_place_ends_its_link_alone),
      cmocka_unit_test(test_whoever_ends_in_the_middle_of_a_letter_sent_none),
      cmocka_unit_test(test_one_sender_does_not_hold_the_loop),
      cmocka_unit_test(test_whoever_does_not_read_gets_a_bounded_number_later),
      cmocka_unit_test(test_no_letter_overtakes_those_that_wait),
      cmocka_unit_test(test_the_greatest_letter_fits_behind_others),
      cmocka_unit_test(test_letters_that_cannot_be_are_not_sent),
      cmocka_unit_test(test_whoever_closes_a_link_and_lives_is_not_gone),
      cmocka_unit_test(test_another_user_is_not_heard),
      cmocka_unit_test(test_another_user_who_takes_a_name_over_gets_nothing),
      cmocka_unit_test(test_a_member_that_is_killed_is_gone),
      cmocka_unit_test(test_what_was_sent_before_the_end_comes_before_it),
      cmocka_unit_test(test_the_end_of_whom_nobody_wrote_to_is_told_too),
      cmocka_unit_test(test_letters_of_whom_nobody_has_accepted_come_before_the_end_too),
      cmocka_unit_test(test_members_may_end_with_letters_under_way),
      cmocka_unit_test(test_without_room_in_the_loop_a_letter_is_lost_and_no_more),
      cmocka_unit_test(test_a_member_without_room_for_a_link_is_not_gone),
      cmocka_unit_test(test_without_descriptors_a_letter_is_lost_and_no_more),
      cmocka_unit_test(test_whoever_cannot_be_accepted_now_is_accepted_later),
  };
  tests.insert(tests.end(), own.begin(), own.end());
  return _cmocka_run_group_tests("unix_mail", tests.data(), tests.size(), nullptr, nullptr);
}
