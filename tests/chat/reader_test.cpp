// Reading a client's frames: each in its good forms, and in every way to be bad.
#include "chat/vocabulary.h"

#include <string>

#include "unit.h"

namespace {

using namespace std::string_literals;
using chat::Fault;

// ---- what was read, as text ----

std::string list(std::span<const std::string_view> items) {
  std::string text = "[";
  for (std::string_view item : items) {
    if (text.size() > 1) text += '|';
    text += item;
  }
  return text + "]";
}

std::string quoted(std::string_view text) {
  return "<" + std::string(text) + ">";
}

struct Told {
  std::string operator()(const chat::Find& find) const {
    return "find " + list(find.languages.span()) + " " + list(find.interests.span());
  }
  std::string operator()(const chat::Say& say) const {
    return "say " + std::to_string(say.number) + (say.got ? " " + std::to_string(*say.got) : "") +
           " " + quoted(say.text);
  }
  std::string operator()(const chat::Got& got) const { return "got " + std::to_string(got.number); }
  std::string operator()(const chat::Seen& seen) const {
    return "seen " + std::to_string(seen.number);
  }
  std::string operator()(const chat::Skip& skip) const {
    return "skip " + std::to_string(skip.number);
  }
  std::string operator()(const chat::Typing&) const { return "typing"; }
  std::string operator()(const chat::Away&) const { return "away"; }
  std::string operator()(const chat::Here&) const { return "here"; }
  std::string operator()(const chat::Leave&) const { return "leave"; }
  std::string operator()(const chat::Block&) const { return "block"; }
  std::string operator()(const chat::Ping&) const { return "ping"; }
  std::string operator()(const chat::Report& report) const {
    return "report " + std::to_string(static_cast<int>(report.reason)) + " " +
           std::to_string(report.from) + " " + std::to_string(report.upto) + " " +
           quoted(report.transcript);
  }
  std::string operator()(const chat::Resume& resume) const {
    return "resume " + std::string(resume.token) + " " + std::to_string(resume.got);
  }
  std::string operator()(const chat::ClientFrame& frame) const { return std::visit(*this, frame); }
  std::string operator()(Fault fault) const {
    const char* const names[] = {"unknown_verb", "malformed", "too_long", "too_many"};
    return names[static_cast<int>(fault)];
  }
};

std::string told(std::string_view frame) {
  return std::visit(Told(), chat::parse(frame));
}

struct Case {
  std::string frame;
  std::string told;
};

void check(std::initializer_list<Case> cases) {
  for (const Case& each : cases) {
    const std::string is = told(each.frame);
    if (is == each.told) continue;
    print_error("%s\n  is told as %s\n  and not as %s\n", each.frame.c_str(), is.c_str(),
                each.told.c_str());
    fail();
  }
}

void check_all(std::string_view verdict, std::initializer_list<std::string> frames) {
  for (const std::string& frame : frames) check({{frame, std::string(verdict)}});
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  while (times-- > 0) all += text;
  return all;
}

// ---- good forms ----

void test_find(void**) {
  check({
      {"find", "find [] []"},
      {"find\n", "find [] []"},
      {"find\n\n\n", "find [] []"},
      {"find lang=en", "find [en] []"},
      {"find lang=en,hi", "find [en|hi] []"},
      {"find lang=zh-Hant-TW,en-GB,X,4\nmusic", "find [zh-Hant-TW|en-GB|X|4] [music]"},
      {"find lang=" + std::string(35, 'x'), "find [" + std::string(35, 'x') + "] []"},
      {"find\nmusic", "find [] [music]"},
      {"find\nmusic\n", "find [] [music]"},
      {"find\n\nmusic\n\n\nold films\n", "find [] [music|old films]"},
      {"find\nmusic\nmusic", "find [] [music|music]"},
      {"find\nlang=en", "find [] [lang=en]"},
      {"find\nहिन्दी\nΕλληνικά\n👋🏽",
       "find [] [हिन्दी|Ελληνικά|👋🏽]"},
      {"find\n0\n1\n2\n3\n4\n5\n6\n7\n8\n9", "find [] [0|1|2|3|4|5|6|7|8|9]"},
      {"find\n" + repeated("🙂", 40), "find [] [" + repeated("🙂", 40) + "]"},
  });
}

void check_outer_white_space(const std::string& s) {
  check(
      {{"find\n" + s + "old films" + s + "\n" + s + "\n" + s + s + "x", "find [] [old films|x]"}});
}

void test_outer_white_space_of_an_interest_is_taken_off(void**) {
  for (const char* space : {" ",      "\t",
                            "\v",     "\f",
                            "\r",     " \t\r ",
                            "\u0085", "\u00A0",
                            "\u1680", "\u2000",
                            "\u2001", "\u2002",
                            "\u2003", "\u2004",
                            "\u2005", "\u2006",
                            "\u2007", "\u2008",
                            "\u2009", "\u200A",
                            "\u2028", "\u2029",
                            "\u202F", "\u205F",
                            "\u3000", "\u3000 \u2003\t"}) {
    check_outer_white_space(space);
  }
  // Inside it stays, and these are letters, marks or signs (ZERO WIDTH SPACE has no White_Space).
  check({
      {"find\nold\u00A0films", "find [] [old\u00A0films]"},
      {"find\n\u200Bx\u200B", "find [] [\u200Bx\u200B]"},
      {"find\n\u0300x\u0080", "find [] [\u0300x\u0080]"},
      {"find\n" + repeated("🙂", 40) + repeated(" ", 40),
       "find [] [" + repeated("🙂", 40) + "]"},
  });
}

void test_say(void**) {
  check({
      {"say 1\n", "say 1 <>"},
      {"say 1\nhello", "say 1 <hello>"},
      {"say 12 got=11\nhello", "say 12 11 <hello>"},
      {"say 10 got=100\nx", "say 10 100 <x>"},
      {"say 4294967294 got=4294967294\nx", "say 4294967294 4294967294 <x>"},
      {"say 1\n\nsay 2\n  two\n", "say 1 <\nsay 2\n  two\n>"},
      {"say 1\n\0\x01"s, "say 1 <\0\x01>"s},
      {"say 1\n" + std::string(100'000, 'x'), "say 1 <" + std::string(100'000, 'x') + ">"},
  });
}

void test_words_and_numbers(void**) {
  for (const char* frame : {"typing", "away", "here", "leave", "block", "ping", "got 1", "got 10",
                            "seen 7", "skip 4294967294", "got 4294967294"}) {
    check({{frame, frame}});
  }
}

void test_report(void**) {
  check({
      {"report spam", "report 0 0 0 <>"},
      {"report harassment\n", "report 1 0 0 <>"},
      {"report sexual\nx\ny", "report 2 0 0 <x\ny>"},
      {"report minor from=1 upto=1\nx", "report 3 1 1 <x>"},
      {"report threat from=33 upto=96\nx", "report 4 33 96 <x>"},
      {"report other upto=4294967294 from=1\nx", "report 5 1 4294967294 <x>"},
  });
}

void test_resume(void**) {
  const std::string token(chat::header_bytes_max - "resume  got=4294967294"s.size(), 'x');
  check({
      {"resume token got=0", "resume token 0"},
      {"resume A-_z.9~ got=10", "resume A-_z.9~ 10"},
      {"resume " + token + " got=4294967294", "resume " + token + " 4294967294"},
  });
  assert_true(token.size() >= chat::token_bytes_max);
}

// ---- bad forms ----

void test_unknown_verbs(void**) {
  check_all("unknown_verb",
            {"",        "\n",       " ",          "=",          "1",        "shout",     "says 1\n",
             "sa 1\n",  "Say 1\n",  "SAY 1\n",    "say\t1\n",   " say 1\n", "\nsay 1",   "say=1\n",
             "ping\r",  "ping\0"s,  "\uFEFFping", "hello",      "waiting",  "matched -", "left",
             "refused", "bye idle", "pong",       "lost in=60", "back",     "सुनो",       "\xFF"});
}

void test_arguments_are_strict(void**) {
  for (const char* frame :
       {"say 1", "say 1 got=1", "got 1", "typing", "leave", "find", "find lang=en", "report spam",
        "report spam from=1 upto=2", "resume t got=1"}) {
    const std::string good = frame;
    const std::string body = good.starts_with("say") ? "\n" : "";
    assert_string_not_equal(told(good + body).c_str(), "malformed");
    for (const char* more :
         {" ", "  ", " x", " =", " =x", " x=", " x=1", " got=", " GOT=1", " got", " got =1",
          " got= 1", " got=1 got=1", " from=1", " lang=en lang=en", " a=1 b=2 c=3 d=4"}) {
      check({{std::string(good).append(more).append(body), "malformed"}});
    }
    const std::size_t space = good.find(' ');
    if (space == std::string::npos) continue;
    std::string two_spaces = good + body;
    two_spaces.insert(space, " ");
    check({{two_spaces, "malformed"}});
  }
}

void test_numbers_are_strict(void**) {
  for (const char* number : {"",       "0",   "00",         "01",         "-1",
                             "+1",     "1.",  "1.0",        "1e3",        "0x1",
                             "1x",     "x",   "4294967295", "4294967296", "99999999999999999999",
                             "\u0967", "1\t", "1,2",        "=1",         "1=1"}) {
    const std::string n = number;
    check_all("malformed",
              {"say " + n + "\nx", "say 1 got=" + n + "\nx", "got " + n, "seen " + n, "skip " + n,
               "report spam from=" + n + " upto=9", "report spam from=1 upto=" + n});
    if (n != "0") check_all("malformed", {"resume token got=" + n});
  }
}

void test_malformed(void**) {
  check_all(
      "malformed",
      {// say
       "say", "say\n", "say 1", "say 1 got=1", "say got=1\n", "say got=1 1\n", "say 1 2\n",
       "say 1 got=1 got=2\n", "say 1 1\n", "say 1 seen=1\n",
       // numbers alone
       "got", "got 1 2", "got 1\n", "got got=1", "seen", "seen 1\n", "skip", "skip 1\n",
       // words
       "typing\n", "typing x", "away\n", "here 1", "leave\n", "leave x=1", "block\nx", "ping 1",
       "ping\n", "ping ",
       // report
       "report", "report\n", "report boring", "report Spam", "report spam harassment",
       "report spam from=1", "report spam upto=1", "report spam from=2 upto=1",
       "report from=1 upto=2", "report spam from=1 upto=2 upto=2", "report spam to=1",
       // resume
       "resume", "resume token", "resume got=1", "resume token 1", "resume got=1 token",
       "resume token got=1\n", "resume a=b got=1", "resume token= got=1", "resume token got=00",
       // find
       "find music", "find en", "find lang", "find lang=", "find lang=,", "find lang=en,",
       "find lang=,en", "find lang=en,,hi", "find lang=e_n", "find lang=en;hi",
       "find lang=en lang=hi", "find lang=\u0907", "find lang=en,e=n", "find language=en",
       "find lang=" + std::string(36, 'x')});
}

void test_control_characters_in_an_interest(void**) {
  for (char c = 0; c < ' '; ++c) {
    if (c == '\n') continue;
    check_all("malformed", {"find\nmusic\na"s + c + "b", "find\n\u00E9"s + c + "\u00E9\nmusic"});
    const bool is_space = c >= '\t' && c <= '\r';
    check({{"find\n"s + c, is_space ? "find [] []" : "malformed"},
           {"find\na"s + c, is_space ? "find [] [a]" : "malformed"}});
  }
}

void test_too_many(void**) {
  const std::string forty = repeated("é", chat::interest_chars_max);
  check_all("too_many", {"find lang=a,b,c,d,e", "find\n0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10",
                         "find\n" + forty + "x", "find\nmusic\n" + repeated("🙂", 41),
                         "find\n" + std::string(41, 'x'),
                         "find\n" + repeated(" ", chat::find_body_bytes_max) + "x"});
  check({{"find\n" + forty + " ", "find [] [" + forty + "]"},
         {"find\n" + repeated("\n", chat::find_body_bytes_max - 1) + "x", "find [] [x]"}});
  // Without the promise of valid UTF-8 a character may seem to have no end.
  check_all("too_many", {"find\nx" + repeated("\x80", chat::interest_bytes_max)});
}

void test_the_header_is_bounded(void**) {
  const std::string head = "resume  got=1";
  const std::string fits(chat::header_bytes_max - head.size(), 'x');
  check({{"resume " + fits + " got=1", "resume " + fits + " 1"}});
  check_all("too_long", {"resume " + fits + "x got=1", std::string(513, 'x'), std::string(513, ' '),
                         std::string(1'000'000, 'x') + "\n", "say 1" + repeated(" ", 508) + "\nx"});
  check_all("unknown_verb", {std::string(512, 'x'), std::string(512, 'x') + "\n" + fits});
  check_all("malformed", {"say 1" + repeated(" ", 507) + "\nx"});
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_find),
      cmocka_unit_test(test_outer_white_space_of_an_interest_is_taken_off),
      cmocka_unit_test(test_say),
      cmocka_unit_test(test_words_and_numbers),
      cmocka_unit_test(test_report),
      cmocka_unit_test(test_resume),
      cmocka_unit_test(test_unknown_verbs),
      cmocka_unit_test(test_arguments_are_strict),
      cmocka_unit_test(test_numbers_are_strict),
      cmocka_unit_test(test_malformed),
      cmocka_unit_test(test_control_characters_in_an_interest),
      cmocka_unit_test(test_too_many),
      cmocka_unit_test(test_the_header_is_bounded),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
