// What a decoder says to frames that are broken, and how soon.
#include <cstring>

#include "script.h"
#include "unit.h"
#include "wire.h"
#include "ws/decoder.h"

namespace {

using script::client;
using script::expect;
using script::message_max;
using script::said;
using script::wanted;
using std::string_view_literals::operator""sv;
using wire::Length;
using wire::Wire;

struct FaultCase {
  const char* name;
  void (*write)(Wire&);
  std::string_view script;
  std::size_t at;  // bytes after which it can be known; 0: all of them
};

// Behind a fault nothing has an effect.
void expect_fault(const FaultCase& each) {
  client.clear();
  each.write(client);
  const std::size_t at = each.at == 0 ? client.size : each.at;
  client.size = at;
  expect(each.name, each.script);
  // The last was byte by byte.
  if (said.fault_at != at) fail_msg("%s: a fault at %zu, not %zu", each.name, said.fault_at, at);
  client.frame(wire::text, "behind");
  client.frame(wire::close, "");
  expect(each.name, each.script);
}

void test_broken_headers(void**) {
  constexpr FaultCase cases[] = {
      {"RSV1", [](Wire& w) { w.frame(wire::text | 0x40, "x"); }, "[fault 1002]", 1},
      {"RSV2", [](Wire& w) { w.frame(wire::text | 0x20, "x"); }, "[fault 1002]", 1},
      {"RSV3", [](Wire& w) { w.frame(wire::text | 0x10, "x"); }, "[fault 1002]", 1},
      {"RSV1 on a ping", [](Wire& w) { w.frame(wire::ping | 0x40, "x"); }, "[fault 1002]", 1},
      {"RSV1 on a continuation",
       [](Wire& w) {
         w.frame(wire::text_begins, "x");
         w.frame(wire::ends | 0x40, "x");
       },
       "text(x[fault 1002]", 8},
      {"a text without a mask", [](Wire& w) { w.bytes("\x81\x00"sv); }, "[fault 1002]", 2},
      {"a Close without a mask", [](Wire& w) { w.bytes("\x88\x02\x03\xe8"sv); }, "[fault 1002]", 2},
      {"a ping of 126 bytes", [](Wire& w) { w.frame(wire::ping, wire::xs(126)); }, "[fault 1002]",
       2},
      {"a pong of 65,536 bytes", [](Wire& w) { w.header(wire::pong, 65'536); }, "[fault 1002]", 2},
      {"a Close of 126 bytes", [](Wire& w) { w.frame(wire::close, wire::xs(126)); }, "[fault 1002]",
       2},
      {"a ping in fragments", [](Wire& w) { w.frame(0x09, "x"); }, "[fault 1002]", 1},
      {"a pong in fragments", [](Wire& w) { w.frame(0x0a, ""); }, "[fault 1002]", 1},
      {"a Close in fragments", [](Wire& w) { w.frame(0x08, ""); }, "[fault 1002]", 1},
      {"16 bits for 125", [](Wire& w) { w.header(wire::text, 125, Length::bits_16); },
       "[fault 1002]", 4},
      {"16 bits for nothing", [](Wire& w) { w.header(wire::text, 0, Length::bits_16); },
       "[fault 1002]", 4},
      {"64 bits for 125", [](Wire& w) { w.header(wire::text, 125, Length::bits_64); },
       "[fault 1002]", 10},
      {"64 bits for 65,535", [](Wire& w) { w.header(wire::text, 65'535, Length::bits_64); },
       "[fault 1002]", 10},
      {"the highest bit", [](Wire& w) { w.header(wire::binary, 1ULL << 63); }, "[fault 1002]", 10},
      {"all bits", [](Wire& w) { w.header(wire::binary, UINT64_MAX); }, "[fault 1002]", 10},
      {"a line of HTTP", [](Wire& w) { w.bytes("GET / HTTP/1.1\r\n"); }, "[fault 1002]", 1},
      {"zeros", [](Wire& w) { w.bytes("\0\0\0\0"sv); }, "[fault 1002]", 1},
  };
  for (const FaultCase& each : cases) expect_fault(each);
}

void test_opcodes_that_nobody_knows(void**) {
  for (const std::uint8_t opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
    for (const std::uint8_t fin : {0x00, 0x80}) {
      client.clear();
      client.frame(wire::text, "before");
      client.frame(static_cast<std::uint8_t>(fin | opcode), "x");
      expect("an opcode", "text(before)[fault 1002]");
    }
  }
}

void test_broken_fragments(void**) {
  constexpr FaultCase cases[] = {
      {"a continuation of nothing", [](Wire& w) { w.frame(wire::ends, "x"); }, "[fault 1002]", 1},
      {"one that goes on", [](Wire& w) { w.frame(wire::goes_on, "x"); }, "[fault 1002]", 1},
      {"a continuation of a whole message",
       [](Wire& w) {
         w.frame(wire::text, "a");
         w.frame(wire::ends, "b");
       },
       "text(a)[fault 1002]", 8},
      {"a continuation of an ended message",
       [](Wire& w) {
         w.frame(wire::text_begins, "a");
         w.frame(wire::ends, "b");
         w.frame(wire::ends, "c");
       },
       "text(ab)[fault 1002]", 15},
      {"a text inside a text",
       [](Wire& w) {
         w.frame(wire::text_begins, "a");
         w.frame(wire::text, "b");
       },
       "text(a[fault 1002]", 8},
      {"a binary inside an empty text",
       [](Wire& w) {
         w.frame(wire::text_begins, "");
         w.frame(wire::binary_begins, "b");
       },
       "text([fault 1002]", 7},
  };
  for (const FaultCase& each : cases) expect_fault(each);
}

void test_messages_that_are_too_long(void**) {
  constexpr FaultCase cases[] = {
      {"by one", [](Wire& w) { w.header(wire::text, message_max + 1); }, "[fault 1009]", 4},
      {"by far", [](Wire& w) { w.header(wire::binary, 1ULL << 62); }, "[fault 1009]", 10},
      {"in fragments",
       [](Wire& w) {
         w.frame(wire::binary_begins, wire::xs(10));
         w.frame(wire::goes_on, wire::xs(0));
         w.header(wire::ends, message_max - 9);
       },
       "binary(xxxxxxxxxx[fault 1009]", 16 + 6 + 4},
      {"in fragments, by a sum that overflows",
       [](Wire& w) {
         w.frame(wire::binary_begins, "x");
         w.header(wire::ends, (1ULL << 63) - 1);
       },
       "binary(x[fault 1009]", 7 + 10},
  };
  for (const FaultCase& each : cases) expect_fault(each);
}

void test_a_limit_is_each_messages_own(void**) {
  const std::string_view most = wire::xs(message_max);
  client.clear();
  client.frame(wire::text, most);
  client.frame(wire::text_begins, wire::xs(message_max - 1));
  client.frame(wire::ping, "not of the message");
  client.frame(wire::ends, "x");
  client.frame(wire::binary_begins, most);
  client.frame(wire::goes_on, "");
  client.header(wire::ends, 1);

  wanted.clear();
  wanted.add("text(");
  wanted.add(most);
  wanted.add(")text(");
  wanted.add(wire::xs(message_max - 1));
  wanted.add("[ping not of the message]x)binary(");
  wanted.add(most);
  wanted.add("[fault 1009]");
  expect("at the limit", wanted.view());
}

void test_text_that_is_not_utf8(void**) {
  constexpr FaultCase cases[] = {
      {"at once", [](Wire& w) { w.frame(wire::text, "\xff..."); }, "[fault 1007]", 7},
      {"behind letters", [](Wire& w) { w.frame(wire::text, "say 1\n12345678\xc0..."); },
       "[fault 1007]", 6 + 15},
      {"an end within a character", [](Wire& w) { w.frame(wire::text, "\xe2\x82"); },
       "[fault 1007]", 0},
      {"in a fragment that is not the last", [](Wire& w) { w.frame(wire::text_begins, "a\x80"); },
       "[fault 1007]", 0},
      {"across fragments",
       [](Wire& w) {
         w.frame(wire::text_begins, "\xe2\x82");
         w.frame(wire::goes_on, "a.");
       },
       "[fault 1007]", 8 + 6 + 1},
      {"a surrogate across fragments",
       [](Wire& w) {
         w.frame(wire::text_begins, "\xce\xba\xed");
         w.frame(wire::ends, "\xa0\x80");
       },
       "[fault 1007]", 9 + 6 + 1},
      {"an empty end within a character",
       [](Wire& w) {
         w.frame(wire::text_begins, "\xe2\x82");
         w.frame(wire::ends, "");
       },
       "[fault 1007]", 0},
      {"after a good one",
       [](Wire& w) {
         w.frame(wire::text, "gut");
         w.frame(wire::text, "b\xf6s");
       },
       "text(gut)[fault 1007]", 9 + 6 + 2},
      {"after a binary that was none",
       [](Wire& w) {
         w.frame(wire::binary, "\xe2");
         w.frame(wire::text, "\x82\xac");
       },
       "binary(\xe2)[fault 1007]", 7 + 6 + 1},
  };
  for (const FaultCase& each : cases) expect_fault(each);
}

// ---- closing ----

void test_close_codes_that_may_not_be_sent(void**) {
  for (const unsigned code : {0, 1, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65'535}) {
    client.clear();
    client.close_frame(code, "so");
    expect("a bad code", "[fault 1002]");
  }
}

void test_broken_closes(void**) {
  constexpr FaultCase cases[] = {
      {"half of a code", [](Wire& w) { w.frame(wire::close, "\x0f"); }, "[fault 1002]", 0},
      {"a reason that is not UTF-8", [](Wire& w) { w.close_frame(1000, "a\xff"); }, "[fault 1007]",
       0},
      {"a reason that ends within a character", [](Wire& w) { w.close_frame(1000, "\xe2\x82"); },
       "[fault 1007]", 0},
  };
  for (const FaultCase& each : cases) expect_fault(each);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_broken_headers),
      cmocka_unit_test(test_opcodes_that_nobody_knows),
      cmocka_unit_test(test_broken_fragments),
      cmocka_unit_test(test_messages_that_are_too_long),
      cmocka_unit_test(test_a_limit_is_each_messages_own),
      cmocka_unit_test(test_text_that_is_not_utf8),
      cmocka_unit_test(test_close_codes_that_may_not_be_sent),
      cmocka_unit_test(test_broken_closes),
  };
  return cmocka_run_group_tests_name("ws/decoder: faults", tests, nullptr, nullptr);
}
