// What a decoder makes of the frames of a client who does nothing wrong.
#include "ws/decoder.h"

#include <cstring>

#include "script.h"
#include "unit.h"
#include "wire.h"

namespace {

using script::client;
using script::expect;
using script::message_max;
using script::said;
using script::wanted;
using std::string_view_literals::operator""sv;
using wire::Wire;

struct Case {
  const char* name;
  void (*write)(Wire&);
  std::string_view script;
};

void expect_all(std::span<const Case> cases) {
  for (const Case& each : cases) {
    client.clear();
    each.write(client);
    expect(each.name, each.script);
  }
}

// RFC 6455 section 5.7, what is masked there. Its other examples are what a server sends.
void test_examples_of_the_rfc(void**) {
  constexpr Case cases[] = {
      {"a masked text", [](Wire& w) { w.bytes("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"sv); },
       "text(Hello)"},
      {"a masked pong", [](Wire& w) { w.bytes("\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"sv); },
       "[pong Hello]"},
      {"an unmasked text", [](Wire& w) { w.bytes("\x81\x05Hello"sv); }, "[fault 1002]"},
      {"an unmasked fragment", [](Wire& w) { w.bytes("\x01\x03Hel"sv); }, "[fault 1002]"},
      {"an unmasked ping", [](Wire& w) { w.bytes("\x89\x05Hello"sv); }, "[fault 1002]"},
  };
  expect_all(cases);
}

void test_messages(void**) {
  constexpr Case cases[] = {
      {"nothing", [](Wire&) {}, ""},
      {"an empty text", [](Wire& w) { w.frame(wire::text, ""); }, "text()"},
      {"an empty binary", [](Wire& w) { w.frame(wire::binary, ""); }, "binary()"},
      {"bytes of any kind", [](Wire& w) { w.frame(wire::binary, "\0\xff\x80 \xed\xa0\x80"sv); },
       "binary(\0\xff\x80 \xed\xa0\x80)"sv},
      {"one after the other",
       [](Wire& w) {
         w.frame(wire::text, "one");
         w.frame(wire::binary, "two");
         w.frame(wire::text, "");
         w.frame(wire::text, "three");
       },
       "text(one)binary(two)text()text(three)"},
      {"a mask of zeros",
       [](Wire& w) {
         w.header(wire::text, 5);
         std::memset(w.data + w.size - 4, 0, 4);
         w.bytes("Hello");
       },
       "text(Hello)"},
  };
  expect_all(cases);
}

void test_fragments(void**) {
  constexpr Case cases[] = {
      {"two",
       [](Wire& w) {
         w.frame(wire::text_begins, "Hel");
         w.frame(wire::ends, "lo");
       },
       "text(Hello)"},
      {"many, and a message behind",
       [](Wire& w) {
         w.frame(wire::binary_begins, "one ");
         for (int i = 0; i < 5; ++i) w.frame(wire::goes_on, "more ");
         w.frame(wire::ends, "end");
         w.frame(wire::text, "next");
       },
       "binary(one more more more more more end)text(next)"},
      {"empty ones everywhere",
       [](Wire& w) {
         w.frame(wire::text_begins, "");
         w.frame(wire::goes_on, "");
         w.frame(wire::goes_on, "x");
         w.frame(wire::goes_on, "");
         w.frame(wire::ends, "");
         w.frame(wire::text_begins, "");
         w.frame(wire::ends, "");
       },
       "text(x)text()"},
      {"control frames in between",
       [](Wire& w) {
         w.frame(wire::text_begins, "Hel");
         w.frame(wire::ping, "a");
         w.frame(wire::pong, "");
         w.frame(wire::goes_on, "l");
         w.frame(wire::ping, "");
         w.frame(wire::ends, "o");
         w.frame(wire::ping, "b");
       },
       "text(Hel[ping a][pong]l[ping]o)[ping b]"},
      {"a character in four",
       [](Wire& w) {
         w.frame(wire::text_begins, "\xf0");
         w.frame(wire::goes_on, "\x9f");
         w.frame(wire::ping, "\xff");
         w.frame(wire::goes_on, "\x98");
         w.frame(wire::ends, "\x80");
       },
       "text(\xf0\x9f[ping \xff]\x98\x80)"},
      {"no end", [](Wire& w) { w.frame(wire::text_begins, "Hel"); }, "text(Hel"},
  };
  expect_all(cases);
}

void test_every_length(void**) {
  for (const std::size_t size : {1, 7, 8, 9, 64, 124, 125, 126, 127, 128, 1000, 65'535, 65'536}) {
    for (const bool binary : {false, true}) {
      client.clear();
      client.frame(binary ? wire::binary : wire::text, wire::xs(size));
      wanted.clear();
      wanted.begin(binary);
      wanted.add(wire::xs(size));
      wanted.end();
      expect("a length", wanted.view(), 70'000);
    }
  }
}

void test_control_frames(void**) {
  for (const std::size_t size : {0, 1, 124, 125}) {
    client.clear();
    client.frame(wire::ping, wire::xs(size));
    client.frame(wire::pong, wire::xs(size));
    client.frame(wire::text, "behind");
    wanted.clear();
    wanted.control("ping", wire::xs(size));
    wanted.control("pong", wire::xs(size));
    wanted.add("text(behind)");
    expect("control frames", wanted.view());
  }
}

// In the fast path a payload's end lies anywhere in a word of eight bytes, and so does its
// beginning.
void test_masks_at_every_place(void**) {
  static std::uint8_t memory[64];
  for (std::size_t offset = 0; offset < 8; ++offset) {
    for (std::size_t size = 0; size < 40; ++size) {
      client.clear();
      client.frame(wire::binary, wire::xs(size));
      std::memcpy(memory + offset, client.data, client.size);
      std::span<std::uint8_t> input(memory + offset, client.size);
      ws::Decoder decoder(message_max);
      const ws::Event event = decoder.next(input);
      assert_true(event.first && event.last);
      assert_ptr_equal(event.bytes.data(), memory + offset + 6);
      assert_int_equal(event.bytes.size(), size);
      assert_memory_equal(event.bytes.data(), wire::xs(size).data(), size);
    }
  }
}

// ---- closing ----

void test_close(void**) {
  constexpr Case cases[] = {
      {"without a code", [](Wire& w) { w.frame(wire::close, ""); }, "[close]"},
      {"with a code", [](Wire& w) { w.close_frame(1000, ""); }, "[close 1000]"},
      {"with a reason", [](Wire& w) { w.close_frame(4999, "नमस्ते"); }, "[close 4999 नमस्ते]"},
      {"inside a message",
       [](Wire& w) {
         w.frame(wire::text_begins, "a");
         w.close_frame(1001, "");
       },
       "text(a[close 1001]"},
      {"with more behind it",
       [](Wire& w) {
         w.close_frame(1000, "bye");
         w.frame(wire::text, "a");
         w.frame(wire::close, "");
         w.bytes("\xff\xff\xff");
       },
       "[close 1000 bye]"},
  };
  expect_all(cases);
}

void test_close_codes(void**) {
  for (const unsigned code : {1000, 1001, 1002, 1003, 1007, 1014, 3000, 4000, 4999}) {
    client.clear();
    client.close_frame(code, "");
    wanted.clear();
    wanted.add("[close ");
    wanted.add_number(code);
    wanted.add("]");
    expect("a good code", wanted.view());
  }
}

// ---- what waits ----

void test_in_message(void**) {
  constexpr struct {
    void (*write)(Wire&);
    std::size_t open_until;  // bytes; behind them the message is complete
  } cases[] = {
      {[](Wire& w) { w.frame(wire::text, "Hello"); }, 11},
      {[](Wire& w) { w.frame(wire::text, ""); }, 6},
      {[](Wire& w) { w.frame(wire::ping, "x"); }, 7},
      {[](Wire& w) {
         w.frame(wire::text_begins, "Hel");
         w.frame(wire::ping, "");
         w.frame(wire::ends, "lo");
       },
       9 + 6 + 8},
  };
  for (const auto& each : cases) {
    client.clear();
    each.write(client);
    said.clear();
    ws::Decoder decoder(message_max);
    assert_false(decoder.in_message());
    for (std::size_t i = 0; i < client.size; ++i) {
      feed(decoder, client.data + i, 1, said);
      assert_int_equal(decoder.in_message(), i + 1 < each.open_until);
    }
  }
}

// A read that brings the end of one message and the beginning of the next: between the events it is
// seen.
void test_in_message_between_two(void**) {
  client.clear();
  client.frame(wire::text, "one");
  client.frame(wire::text, "two");
  std::span<std::uint8_t> input(client.data, client.size - 1);
  ws::Decoder decoder(message_max);
  assert_true(decoder.next(input).last);
  assert_false(decoder.in_message());
  assert_false(decoder.next(input).last);
  assert_true(decoder.in_message());
}

// Whoever counts frames misses none.
void test_each_frame_gives_an_event(void**) {
  client.clear();
  client.frame(wire::text_begins, "");
  for (int i = 0; i < 10; ++i) client.frame(wire::goes_on, "");
  client.frame(wire::ends, "");
  std::span<std::uint8_t> input(client.data, client.size);
  ws::Decoder decoder(message_max);
  int events = 0;
  while (decoder.next(input).kind == ws::Event::Kind::data) ++events;
  assert_int_equal(events, 12);
}

void test_it_is_small(void**) {
  assert_true(sizeof(ws::Decoder) <= 200);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_examples_of_the_rfc),
      cmocka_unit_test(test_messages),
      cmocka_unit_test(test_fragments),
      cmocka_unit_test(test_every_length),
      cmocka_unit_test(test_control_frames),
      cmocka_unit_test(test_masks_at_every_place),
      cmocka_unit_test(test_close),
      cmocka_unit_test(test_close_codes),
      cmocka_unit_test(test_in_message),
      cmocka_unit_test(test_in_message_between_two),
      cmocka_unit_test(test_each_frame_gives_an_event),
      cmocka_unit_test(test_it_is_small),
  };
  return cmocka_run_group_tests_name("ws/decoder", tests, nullptr, nullptr);
}
