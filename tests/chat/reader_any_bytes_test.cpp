// Whatever bytes come, reading gives an answer within the bounds: frames with random changes, and
// random bytes. CHAT_SEED repeats a run.
#include "chat/vocabulary.h"

#include <cstdlib>
#include <ctime>
#include <random>
#include <string>
#include <vector>

#include "unit.h"

namespace {

// What every frame that was read holds to, whatever it was read from.
struct Bounds {
  std::string_view frame;

  void within(std::string_view view) const {
    if (view.empty()) return;
    assert_true(view.data() >= frame.data());
    assert_true(view.data() + view.size() <= frame.data() + frame.size());
  }
  static void number(chat::Number number) { assert_in_range(number, 1, chat::number_max); }

  void operator()(const chat::Find& find) const {
    assert_true(find.languages.size <= chat::languages_max);
    for (std::string_view each : find.languages.span()) {
      within(each);
      assert_in_range(each.size(), 1, chat::language_bytes_max);
    }
    assert_true(find.interests.size <= chat::interests_max);
    for (std::string_view each : find.interests.span()) {
      within(each);
      assert_in_range(each.size(), 1, chat::interest_bytes_max);
    }
  }
  void operator()(const chat::Say& say) const {
    number(say.number);
    if (say.got) number(*say.got);
    within(say.text);
  }
  void operator()(const chat::Got& got) const { number(got.number); }
  void operator()(const chat::Seen& seen) const { number(seen.number); }
  void operator()(const chat::Skip& skip) const { number(skip.number); }
  void operator()(const chat::Report& report) const {
    within(report.transcript);
    assert_true(report.from <= report.upto);
    assert_int_equal(report.from == 0, report.upto == 0);
  }
  void operator()(const chat::Resume& resume) const {
    within(resume.token);
    assert_in_range(resume.token.size(), 1, chat::header_bytes_max);
    assert_true(resume.got <= chat::number_max);
  }
  template <typename Word>
  void operator()(const Word&) const {}
};

// Whether it is a frame. Its bytes end where their memory ends, so that the sanitizer sees a step
// beyond.
bool holds_its_bounds(const std::string& text) {
  const std::vector<char> bytes(text.begin(), text.end());
  const std::string_view frame(bytes.data(), bytes.size());
  const auto parsed = chat::parse(frame);
  const auto* client_frame = std::get_if<chat::ClientFrame>(&parsed);
  if (client_frame == nullptr) return false;
  std::visit(Bounds{frame}, *client_frame);
  return true;
}

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  std::size_t below(std::size_t end) { return engine_() % end; }
  // A byte that a frame is made of, or any.
  char byte() {
    constexpr std::string_view likely = " \n=,0123456789abglnos-\t\xC2\xA0\xE3\x80\x80";
    const std::size_t chosen = below(likely.size() + 8);
    return chosen < likely.size() ? likely[chosen] : static_cast<char>(below(256));
  }
  std::string bytes(std::size_t size) {
    std::string all;
    while (size-- > 0) all += byte();
    return all;
  }
  std::string mutated(std::string text) {
    for (std::size_t changes = 1 + below(4); changes > 0; --changes) {
      const std::size_t at = below(text.size() + 1);
      switch (below(4)) {
        case 0:
          text.insert(at, bytes(1 + below(3)));
          break;
        case 1:
          text.erase(at, 1 + below(3));
          break;
        case 2:
          text.insert(below(text.size() + 1), text.substr(at, below(600)));
          break;
        case 3:
          if (at < text.size()) text[at] = byte();
      }
    }
    return text;
  }

 private:
  std::mt19937_64 engine_;
};

void test_any_bytes(void**) {
  const char* given = std::getenv("CHAT_SEED");
  const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10)
                                              : static_cast<std::uint64_t>(std::time(nullptr));
  print_message("CHAT_SEED=%llu\n", static_cast<unsigned long long>(seed));
  Dice dice(seed);
  const std::string frames[] = {"find lang=en,hi\nmusic\n\u3000old films\u00A0\n\nहिन्दी",
                                "say 12 got=11\nhello",
                                "got 12",
                                "seen 12",
                                "skip 12",
                                "typing",
                                "leave",
                                "ping",
                                "report spam from=1 upto=32\n5\nsay 1",
                                "resume dG9rZW4_dG9rZW4- got=0"};
  int read = 0;
  for (int round = 0; round < 100'000; ++round) {
    read += holds_its_bounds(dice.mutated(frames[dice.below(std::size(frames))]));
    holds_its_bounds(dice.bytes(dice.below(40)));
  }
  // Otherwise the changes are so wild that nothing but the verb is ever looked at.
  assert_in_range(read, 5'000, 95'000);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_any_bytes),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
