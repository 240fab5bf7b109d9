// What chat::Mail promises (chat/shared.h), as tests over a bench: whoever implements it makes a
// bench of real members and runs these.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <vector>

#include "chat/letter.h"
#include "chat/shared.h"
#include "share/receiver.h"
#include "unit.h"

// Notes what comes. It writes over every letter and the room in front of it, as the hub may.
class MailHeard final : public share::Receiver {
 public:
  struct Letter {
    chat::MemberId from;
    std::vector<std::uint8_t> bytes;
  };

  void letter(chat::MemberId from, std::span<std::uint8_t> letter) override {
    letters.push_back({from, {letter.begin(), letter.end()}});
    std::memset(letter.data() - share::letter_room, 0xAA, share::letter_room + letter.size());
    if (answer) answer(from);
  }
  void gone(chat::MemberId member) override { ended.push_back(member); }
  void unreached(chat::MemberId member) override { missed.push_back(member); }
  void cut() override { has_way = false; }
  void mended() override { has_way = true; }
  void offered(chat::Reach, chat::TicketId, const chat::Ticket&) override { fail(); }
  void taken(chat::Reach, chat::TicketId, chat::Taken) override { fail(); }
  void kept(const chat::Keeper&) override { fail(); }

  bool knows_end_of(chat::MemberId member) const {
    return std::count(ended.begin(), ended.end(), member) +
               std::count(missed.begin(), missed.end(), member) >
           0;
  }

  std::vector<Letter> letters;
  std::vector<chat::MemberId> ended, missed;
  bool has_way = false;                             // to other hosts
  std::function<void(chat::MemberId from)> answer;  // called from within a letter
};

class MailBench {
 public:
  virtual ~MailBench() = default;

  // One more member that can send and get letters; gives its number: 0, 1, ...
  virtual std::size_t join() = 0;
  // Ends a member, as the end of its process does.
  virtual void end(std::size_t member) = 0;

  virtual chat::MemberId id(std::size_t member) const = 0;
  virtual chat::Mail& mail(std::size_t member) = 0;
  virtual MailHeard& heard(std::size_t member) = 0;
  // Lets events happen until the condition holds.
  virtual void until(const std::function<bool()>& condition, const char* what) = 0;
};

namespace mail_contract {

inline std::vector<std::uint8_t> letter_of(std::size_t size, std::uint32_t seed) {
  std::vector<std::uint8_t> letter(size);
  std::uint32_t state = seed * 2654435761U + 1;
  for (std::uint8_t& byte : letter) {
    state = state * 1664525U + 1013904223U;
    byte = static_cast<std::uint8_t>(state >> 24);
  }
  return letter;
}

inline void arrives(MailBench& bench, std::size_t from, std::size_t to, std::size_t size) {
  const std::vector<std::uint8_t> letter = letter_of(size, static_cast<std::uint32_t>(size));
  MailHeard& heard = bench.heard(to);
  const std::size_t before = heard.letters.size();
  bench.mail(from).send(bench.id(to), letter);
  bench.until([&] { return heard.letters.size() > before; }, "a letter");
  assert_int_equal(heard.letters.size(), before + 1);
  assert_true(heard.letters.back().from == bench.id(from));
  assert_true(heard.letters.back().bytes == letter);
}

inline void a_letter_arrives_whole_with_its_sender(MailBench& bench) {
  bench.join();
  bench.join();
  arrives(bench, 0, 1, 100);
  arrives(bench, 1, 0, 200);
}

inline void letters_of_every_size_arrive(MailBench& bench) {
  bench.join();
  bench.join();
  for (const std::size_t size : {1, 2, 15, 16, 17, 255, 4096, 16 * 1024, 32 * 1024 - 1, 32 * 1024,
                                 32 * 1024 + 1, 64 * 1024, 65 * 1024 + 7, 500'000}) {
    arrives(bench, 0, 1, size);
  }
  arrives(bench, 0, 1, chat::letter_bytes_max);
  arrives(bench, 0, 1, 1);
}

inline void letters_keep_their_order(MailBench& bench) {
  bench.join();
  bench.join();
  constexpr std::uint32_t many = 300;
  for (std::uint32_t i = 0; i < many; ++i) {
    bench.mail(0).send(bench.id(1), letter_of(1 + i % 700, i));
  }
  const MailHeard& heard = bench.heard(1);
  bench.until([&] { return heard.letters.size() >= many; }, "all letters");
  for (std::uint32_t i = 0; i < many; ++i) {
    assert_true(heard.letters[i].bytes == letter_of(1 + i % 700, i));
  }
}

// To each member from each other, at once: what comes is what was meant for it.
inline void many_members_write_to_each_other(MailBench& bench) {
  constexpr std::size_t members = 6, rounds = 40;
  for (std::size_t i = 0; i < members; ++i) bench.join();
  const auto seed = [](std::size_t from, std::size_t to, std::size_t round) {
    return static_cast<std::uint32_t>((from * members + to) * rounds + round);
  };
  for (std::size_t round = 0; round < rounds; ++round) {
    for (std::size_t from = 0; from < members; ++from) {
      for (std::size_t to = 0; to < members; ++to) {
        if (from == to) continue;
        bench.mail(from).send(bench.id(to), letter_of(64, seed(from, to, round)));
      }
    }
  }
  const auto all_have_all = [&] {
    for (std::size_t to = 0; to < members; ++to) {
      if (bench.heard(to).letters.size() < (members - 1) * rounds) return false;
    }
    return true;
  };
  bench.until(all_have_all, "the letters of all to all");
  for (std::size_t to = 0; to < members; ++to) {
    assert_int_equal(bench.heard(to).letters.size(), (members - 1) * rounds);
    for (std::size_t from = 0; from < members; ++from) {
      std::size_t round = 0;
      for (const MailHeard::Letter& letter : bench.heard(to).letters) {
        if (letter.from != bench.id(from)) continue;
        assert_true(letter.bytes == letter_of(64, seed(from, to, round)));
        ++round;
      }
      assert_int_equal(round, from == to ? 0 : rounds);
    }
  }
}

inline void a_letter_is_answered_from_within(MailBench& bench) {
  bench.join();
  bench.join();
  for (const std::size_t self : {0, 1}) {
    bench.heard(self).answer = [&bench, self](chat::MemberId from) {
      if (bench.heard(self).letters.size() < 50) bench.mail(self).send(from, letter_of(300, 7));
    };
  }
  bench.mail(0).send(bench.id(1), letter_of(300, 7));
  bench.until([&] { return bench.heard(1).letters.size() >= 50; }, "fifty rounds");
  for (const MailHeard::Letter& letter : bench.heard(1).letters) {
    assert_true(letter.bytes == letter_of(300, 7));
  }
}

inline void a_member_that_never_was_is_known_not_to_get_it(MailBench& bench) {
  bench.join();
  const chat::MemberId nobody{bench.id(0).host, bench.id(0).worker ^ 0x5555};
  bench.mail(0).send(nobody, letter_of(10, 1));
  assert_false(bench.heard(0).knows_end_of(nobody));  // never from within a call
  bench.until([&] { return bench.heard(0).knows_end_of(nobody); }, "word of nobody");
}

inline void a_member_that_has_ended_is_known_to_have(MailBench& bench) {
  bench.join();
  bench.join();
  bench.join();
  arrives(bench, 0, 1, 10);
  arrives(bench, 1, 0, 10);
  arrives(bench, 0, 2, 10);
  const chat::MemberId ended = bench.id(1);
  bench.end(1);
  bench.mail(0).send(ended, letter_of(10, 2));
  bench.until([&] { return bench.heard(0).knows_end_of(ended); }, "word of the end");
  assert_true(bench.heard(0).ended.size() <= 1);
  assert_false(bench.heard(0).knows_end_of(bench.id(2)));
  arrives(bench, 0, 2, 10);  // the others go on, and have got nothing of it
  arrives(bench, 2, 0, 10);
  assert_int_equal(bench.heard(2).letters.size(), 2);
}

template <std::unique_ptr<MailBench> (*make)(), void (*promise)(MailBench&)>
void on_bench(void**) {
  const std::unique_ptr<MailBench> bench = make();
  promise(*bench);
}

// To be run with cmocka_run_group_tests, by themselves or among others.
template <std::unique_ptr<MailBench> (*make)()>
std::vector<CMUnitTest> tests() {
  return {
      cmocka_unit_test((on_bench<make, a_letter_arrives_whole_with_its_sender>)),
      cmocka_unit_test((on_bench<make, letters_of_every_size_arrive>)),
      cmocka_unit_test((on_bench<make, letters_keep_their_order>)),
      cmocka_unit_test((on_bench<make, many_members_write_to_each_other>)),
      cmocka_unit_test((on_bench<make, a_letter_is_answered_from_within>)),
      cmocka_unit_test((on_bench<make, a_member_that_never_was_is_known_not_to_get_it>)),
      cmocka_unit_test((on_bench<make, a_member_that_has_ended_is_known_to_have>)),
  };
}

}  // namespace mail_contract
