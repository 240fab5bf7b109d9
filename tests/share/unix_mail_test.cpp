// Mail over Unix sockets: the contract, packets that nobody sends, and who does not read.
#include "unix_scene.h"

namespace {

using namespace unix_scene;

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
  };
  tests.insert(tests.end(), own.begin(), own.end());
  return _cmocka_run_group_tests("unix_mail", tests.data(), tests.size(), nullptr, nullptr);
}
