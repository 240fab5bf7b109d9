// UTF-8, at every boundary and however it is cut.
#include "ws/utf8.h"

#include <cstring>
#include <string_view>

#include "unit.h"

namespace {

using std::string_view_literals::operator""sv;

std::span<const std::uint8_t> span(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

enum class Verdict { whole, unfinished, bad };

Verdict verdict(bool taken, const ws::Utf8& utf8) {
  return !taken ? Verdict::bad : utf8.complete() ? Verdict::whole : Verdict::unfinished;
}

// Checks `text` in one piece, and cut in two at every place.
void expect_cut(const char* name, std::string_view text, Verdict want) {
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    ws::Utf8 utf8;
    const bool first = utf8.take(span({text.data(), cut}));
    const bool second = utf8.take(span({text.data() + cut, text.size() - cut}));
    if (!first && second) fail_msg("%s: forgets that it was bad", name);
    if (verdict(second, utf8) != want) fail_msg("%s: cut at %zu", name, cut);
  }
}

// Checks `text` byte by byte: the first `good` bytes are taken, the next is not.
void expect_bytewise(const char* name, std::string_view text, std::size_t good, Verdict want) {
  ws::Utf8 utf8;
  bool taken = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    taken = utf8.take(span({text.data() + i, 1}));
    if (taken != (i < good)) fail_msg("%s: byte %zu", name, i);
  }
  if (verdict(taken, utf8) != want) fail_msg("%s: at its end", name);
}

// With letters before and behind, so that it lies anywhere in a word of eight bytes.
void expect(const char* name, std::string_view text, std::size_t good, Verdict want) {
  for (std::size_t before = 0; before < 18; ++before) {
    for (const std::size_t behind : {0, 1, 20}) {
      if (want == Verdict::unfinished && behind > 0) continue;
      char buffer[64];
      std::memset(buffer, 'a', sizeof(buffer));
      std::memcpy(buffer + before, text.data(), text.size());
      const std::string_view all(buffer, before + text.size() + behind);
      expect_cut(name, all, want);
      expect_bytewise(name, all, want == Verdict::bad ? before + good : all.size(), want);
    }
  }
}

void test_valid(void**) {
  constexpr struct {
    const char* name;
    std::string_view text;
  } cases[] = {
      {"nothing", ""sv},
      {"NUL", "\0"sv},
      {"U+7F", "\x7f"sv},
      {"U+80", "\xc2\x80"sv},
      {"U+7FF", "\xdf\xbf"sv},
      {"U+800", "\xe0\xa0\x80"sv},
      {"U+D7FF", "\xed\x9f\xbf"sv},
      {"U+E000", "\xee\x80\x80"sv},
      {"U+FFFD", "\xef\xbf\xbd"sv},
      {"U+FFFE", "\xef\xbf\xbe"sv},
      {"U+FFFF", "\xef\xbf\xbf"sv},
      {"U+10000", "\xf0\x90\x80\x80"sv},
      {"U+1FFFF", "\xf0\x9f\xbf\xbf"sv},
      {"U+10FFFF", "\xf4\x8f\xbf\xbf"sv},
      {"byte order mark", "\xef\xbb\xbf"sv},
      {"Greek", "κόσμε"sv},
      {"Hindi", "नमस्ते"sv},
      {"a family", "👩‍👩‍👧"sv},
  };
  for (const auto& each : cases) expect(each.name, each.text, each.text.size(), Verdict::whole);
}

void test_bad(void**) {
  constexpr struct {
    const char* name;
    std::string_view text;
    std::size_t good;  // bytes before the first that cannot be
  } cases[] = {
      {"a lone continuation, the lowest", "\x80"sv, 0},
      {"a lone continuation, the highest", "\xbf"sv, 0},
      {"a continuation too many", "\xc3\xa9\xa9"sv, 2},
      {"overlong slash, two bytes", "\xc0\xaf"sv, 0},
      {"overlong NUL, two bytes", "\xc0\x80"sv, 0},
      {"overlong U+7F, two bytes", "\xc1\xbf"sv, 0},
      {"overlong slash, three bytes", "\xe0\x80\xaf"sv, 1},
      {"overlong U+7FF, three bytes", "\xe0\x9f\xbf"sv, 1},
      {"overlong slash, four bytes", "\xf0\x80\x80\xaf"sv, 1},
      {"overlong U+FFFF, four bytes", "\xf0\x8f\xbf\xbf"sv, 1},
      {"U+D800", "\xed\xa0\x80"sv, 1},
      {"U+DBFF", "\xed\xaf\xbf"sv, 1},
      {"U+DC00", "\xed\xb0\x80"sv, 1},
      {"U+DFFF", "\xed\xbf\xbf"sv, 1},
      {"a pair of surrogates", "\xed\xa0\xbd\xed\xb8\x80"sv, 1},
      {"U+110000", "\xf4\x90\x80\x80"sv, 1},
      {"U+13FFFF", "\xf4\xbf\xbf\xbf"sv, 1},
      {"U+140000", "\xf5\x80\x80\x80"sv, 0},
      {"five bytes", "\xf8\x88\x80\x80\x80"sv, 0},
      {"six bytes", "\xfc\x84\x80\x80\x80\x80"sv, 0},
      {"FE", "\xfe"sv, 0},
      {"FF", "\xff"sv, 0},
      {"two bytes cut by a letter", "\xc3x"sv, 1},
      {"three bytes cut by a letter", "\xe2\x82x"sv, 2},
      {"four bytes cut by a letter", "\xf0\x9f\x98x"sv, 3},
      {"three bytes cut by a lead", "\xe2\x82\xe2\x82\xac"sv, 2},
      {"a lead after a lead", "\xc3\xc3"sv, 1},
      {"Latin-1", "caf\xe9 noir"sv, 4},
      {"UTF-16", "\xff\xfe\x61\x00"sv, 0},
  };
  for (const auto& each : cases) expect(each.name, each.text, each.good, Verdict::bad);
}

void test_unfinished(void**) {
  for (const std::string_view character :
       {"\xc2\x80"sv, "\xdf\xbf"sv, "\xe0\xa0\x80"sv, "\xed\x9f\xbf"sv, "\xef\xbf\xbf"sv,
        "\xf0\x90\x80\x80"sv, "\xf1\x80\x80\x80"sv, "\xf4\x8f\xbf\xbf"sv}) {
    for (std::size_t size = 1; size < character.size(); ++size) {
      expect("a beginning", {character.data(), size}, size, Verdict::unfinished);
    }
  }
}

// The definition (RFC 3629), read from its table: a character of `size` bytes at the front is
// valid.
bool is_character(const std::uint8_t* at, std::size_t size) {
  constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  constexpr std::uint8_t lead_marks[] = {0, 0, 0xc0, 0xe0, 0xf0};
  constexpr std::uint8_t lead_masks[] = {0, 0x80, 0xe0, 0xf0, 0xf8};
  if ((at[0] & lead_masks[size]) != lead_marks[size]) return false;
  std::uint32_t code = at[0] & ~lead_masks[size] & 0xff;
  for (std::size_t i = 1; i < size; ++i) {
    if ((at[i] & 0xc0) != 0x80) return false;
    code = code << 6 | (at[i] & 0x3f);
  }
  return code >= least[size] && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
}

bool is_text(const std::uint8_t* at, std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    std::size_t length = 1;
    while (length <= 4 && !(done + length <= size && is_character(at + done, length))) ++length;
    if (length > 4) return false;
    done += length;
  }
  return true;
}

// All that four bytes can be, the last two of them at their boundaries.
void test_against_the_definition(void**) {
  constexpr std::uint8_t tails[] = {0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff};
  for (unsigned pair = 0; pair <= 0xffff; ++pair) {
    for (const std::uint8_t third : tails) {
      for (const std::uint8_t fourth : tails) {
        const std::uint8_t bytes[] = {static_cast<std::uint8_t>(pair >> 8),
                                      static_cast<std::uint8_t>(pair), third, fourth};
        for (std::size_t size = 1; size <= 4; ++size) {
          ws::Utf8 utf8;
          const bool valid = utf8.take({bytes, size}) && utf8.complete();
          if (valid != is_text(bytes, size)) {
            fail_msg("%02x %02x %02x %02x, %zu of them", bytes[0], bytes[1], third, fourth, size);
          }
        }
      }
    }
  }
}

void test_reset(void**) {
  ws::Utf8 utf8;
  assert_false(utf8.take(span("\xff")));
  assert_false(utf8.complete());
  utf8.reset();
  assert_true(utf8.complete());
  assert_true(utf8.take(span("\xe2\x82")));
  utf8.reset();
  assert_true(utf8.take(span("a")) && utf8.complete());
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_valid),      cmocka_unit_test(test_bad),
      cmocka_unit_test(test_unfinished), cmocka_unit_test(test_against_the_definition),
      cmocka_unit_test(test_reset),
  };
  return cmocka_run_group_tests_name("ws/utf8", tests, nullptr, nullptr);
}
