// Writing the server's frames: each as it goes over the wire, up to the longest.
#include "chat/vocabulary.h"

#include <string>

#include "unit.h"

namespace {

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  while (times-- > 0) all += text;
  return all;
}

std::string written(const chat::ServerFrame& frame) {
  chat::FrameBuffer buffer;
  buffer.fill('#');
  const std::string_view text = chat::write(frame, buffer);
  assert_ptr_equal(text.data(), buffer.data());
  return std::string(text);
}

void check_written(const chat::ServerFrame& frame, const std::string& text) {
  assert_string_equal(written(frame).c_str(), text.c_str());
}

chat::Matched matched(std::string_view token, std::string_view language,
                      std::initializer_list<std::string_view> common) {
  chat::Matched frame{token, language, {}};
  for (std::string_view each : common) frame.common.items[frame.common.size++] = each;
  return frame;
}

void test_frames(void**) {
  check_written(chat::Hello{4096, 60, 128}, "hello max=4096 window=60 online=128");
  check_written(chat::Hello{1, 0, 0}, "hello max=1 window=0 online=0");
  check_written(chat::Waiting{}, "waiting");
  check_written(chat::Left{}, "left");
  check_written(chat::Pong{}, "pong");
  check_written(matched("-", "", {}), "matched -");
  check_written(matched("dG9r", "en-GB", {}), "matched dG9r lang=en-GB");
  check_written(matched("dG9r", "", {"हिन्दी"}), "matched dG9r\nहिन्दी");
  check_written(matched("-", "en", {"old films", "x"}), "matched - lang=en\nold films\nx");
}

void test_reasons(void**) {
  using chat::ByeReason;
  using chat::RefusedReason;
  check_written(chat::Refused{"find", RefusedReason::rate, 0, 1500},
                "refused find rate retry=1500");
  check_written(chat::Refused{"say", RefusedReason::rate, 3, 200},
                "refused say rate n=3 retry=200");
  check_written(chat::Refused{"say", RefusedReason::filtered, 7}, "refused say filtered n=7");
  check_written(chat::Refused{"say", RefusedReason::banned}, "refused say banned");
  check_written(chat::Refused{"resume", RefusedReason::stale}, "refused resume stale");
  check_written(chat::Refused{"say", RefusedReason::full, 33}, "refused say full n=33");
  check_written(chat::Refused{"report", RefusedReason::state}, "refused report state");
  check_written(chat::Bye{ByeReason::restart, 2345}, "bye restart retry=2345");
  check_written(chat::Bye{ByeReason::banned}, "bye banned");
  check_written(chat::Bye{ByeReason::idle}, "bye idle");
  check_written(chat::Bye{ByeReason::slow}, "bye slow");
  check_written(chat::Bye{ByeReason::replaced}, "bye replaced");
  check_written(chat::Bye{ByeReason::full, 60000}, "bye full retry=60000");
}

void test_the_longest(void**) {
  const std::string token(chat::token_bytes_max, 't');
  const std::string language(chat::language_bytes_max, 'l');
  const std::string interest = repeated("🙂", chat::interest_chars_max);
  chat::Matched longest = matched(token, language, {});
  for (auto& each : longest.common.items) each = interest;
  longest.common.size = chat::interests_max;
  check_written(longest, "matched " + token + " lang=" + language +
                             repeated("\n" + interest, chat::interests_max));

  const std::string most = "18446744073709551615";
  check_written(chat::Hello{SIZE_MAX, UINT32_MAX, UINT32_MAX},
                "hello max=" + most + " window=4294967295 online=4294967295");
  check_written(
      chat::Refused{"report", chat::RefusedReason::filtered, chat::number_max, UINT64_MAX},
      "refused report filtered n=4294967294 retry=" + most);
  check_written(chat::Bye{chat::ByeReason::replaced, UINT64_MAX}, "bye replaced retry=" + most);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_frames),
      cmocka_unit_test(test_reasons),
      cmocka_unit_test(test_the_longest),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
