// Mail over Unix sockets among other processes: of another user, killed, without descriptors.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/un.h>

#include <csignal>

#include "unix_scene.h"

namespace {

using namespace unix_scene;

constexpr uid_t nobody = 65534;

// ---- another user ----

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
  const CMUnitTest tests[] = {
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
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
