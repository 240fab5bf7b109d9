// Frames of a server, byte for byte.
#include "ws/encoder.h"

#include <cstring>
#include <initializer_list>

#include "unit.h"

namespace {

std::uint8_t buffer[ws::server_header_bytes_max + 70'000];

// Writes a header in front of `size` bytes: it must be exactly `want`, and nothing else may change.
void expect_header(std::size_t size, ws::Opcode opcode, bool fin, std::string_view want) {
  std::memset(buffer, 0xee, sizeof(buffer));
  std::uint8_t* payload = buffer + ws::server_header_bytes_max;
  const std::uint8_t* frame = ws::write_header_before(payload, size, opcode, fin);
  assert_ptr_equal(frame + want.size(), payload);
  assert_int_equal(ws::server_header_size(size), want.size());
  assert_memory_equal(frame, want.data(), want.size());
  for (const std::uint8_t* at = buffer; at < frame; ++at) assert_int_equal(*at, 0xee);
  for (std::size_t i = 0; i < 16; ++i) assert_int_equal(payload[i], 0xee);
}

void expect_bytes(const ws::ControlFrame& frame, std::string_view want) {
  assert_int_equal(frame.bytes().size(), want.size());
  assert_memory_equal(frame.bytes().data(), want.data(), want.size());
}

std::span<const std::uint8_t> span(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

using std::string_view_literals::operator""sv;

// RFC 6455 section 5.7, what is unmasked there.
void test_examples_of_the_rfc(void**) {
  expect_header(5, ws::Opcode::text, true, "\x81\x05"sv);
  expect_header(3, ws::Opcode::text, false, "\x01\x03"sv);
  expect_header(2, ws::Opcode::continuation, true, "\x80\x02"sv);
  expect_bytes(ws::control_frame(ws::Opcode::ping, span("Hello")), "\x89\x05Hello"sv);
  expect_header(256, ws::Opcode::binary, true, "\x82\x7e\x01\x00"sv);
  expect_header(65'536, ws::Opcode::binary, true, "\x82\x7f\0\0\0\0\0\x01\0\0"sv);
}

void test_the_shortest_length(void**) {
  constexpr struct {
    std::size_t size;
    std::string_view header;
  } cases[] = {
      {0, "\x81\x00"sv},
      {125, "\x81\x7d"sv},
      {126, "\x81\x7e\x00\x7e"sv},
      {127, "\x81\x7e\x00\x7f"sv},
      {65'535, "\x81\x7e\xff\xff"sv},
      {65'537, "\x81\x7f\0\0\0\0\0\x01\0\x01"sv},
      {0x0123456789abcdef, "\x81\x7f\x01\x23\x45\x67\x89\xab\xcd\xef"sv},
  };
  for (const auto& each : cases) expect_header(each.size, ws::Opcode::text, true, each.header);
}

void test_control_frames(void**) {
  static char payload[200];
  std::memset(payload, 'x', sizeof(payload));
  expect_bytes(ws::control_frame(ws::Opcode::pong, {}), "\x8a\x00"sv);
  for (const std::size_t size : {1, 124, 125, 126, 200}) {
    const ws::ControlFrame frame = ws::control_frame(ws::Opcode::ping, span({payload, size}));
    const std::size_t kept = size < 125 ? size : 125;
    assert_int_equal(frame.bytes().size(), 2 + kept);
    assert_int_equal(frame.bytes()[1], kept);
    assert_memory_equal(frame.bytes().data() + 2, payload, kept);
  }
}

void test_close(void**) {
  expect_bytes(ws::close_frame(ws::CloseCode::none, ""), "\x88\x00"sv);
  expect_bytes(ws::close_frame(ws::CloseCode::none, "no code, no reason"), "\x88\x00"sv);
  expect_bytes(ws::close_frame(ws::CloseCode::done, {}), "\x88\x02\x03\xe8"sv);
  expect_bytes(ws::close_frame(ws::CloseCode::too_slow, "slow"), "\x88\x06\x0f\xa1slow"sv);
}

// A reason of `ascii` letters with a character behind them: what is kept of it.
void expect_kept(std::size_t ascii, std::string_view character, std::size_t kept) {
  char reason[200];
  std::memset(reason, 'r', sizeof(reason));
  std::memcpy(reason + ascii, character.data(), character.size());
  const ws::ControlFrame frame = ws::close_frame(ws::CloseCode::policy, {reason, sizeof(reason)});
  assert_int_equal(frame.bytes().size(), 4 + kept);
  assert_int_equal(frame.bytes()[1], 2 + kept);
  assert_memory_equal(frame.bytes().data() + 4, reason, kept);
}

void test_a_long_reason_is_cut_between_characters(void**) {
  expect_kept(0, "", 123);
  expect_kept(121, "é", 123);
  expect_kept(122, "é", 122);
  expect_kept(120, "€", 123);
  expect_kept(121, "€", 121);
  expect_kept(122, "€", 122);
  expect_kept(119, "😀", 123);
  expect_kept(120, "😀", 120);
  expect_kept(122, "😀", 122);
  expect_kept(123, "😀", 123);
}

void test_a_reason_that_fits_is_whole(void**) {
  char reason[123];
  std::memset(reason, 'r', sizeof(reason));
  const ws::ControlFrame frame = ws::close_frame(ws::CloseCode::policy, {reason, sizeof(reason)});
  assert_int_equal(frame.bytes().size(), 127);
  assert_int_equal(frame.bytes()[1], 125);
}

void test_a_reason_of_continuation_bytes_alone(void**) {
  char reason[200];
  std::memset(reason, 0x80, sizeof(reason));
  expect_bytes(ws::close_frame(ws::CloseCode::policy, {reason, sizeof(reason)}),
               "\x88\x02\x03\xf0"sv);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_examples_of_the_rfc),
      cmocka_unit_test(test_the_shortest_length),
      cmocka_unit_test(test_control_frames),
      cmocka_unit_test(test_close),
      cmocka_unit_test(test_a_long_reason_is_cut_between_characters),
      cmocka_unit_test(test_a_reason_that_fits_is_whole),
      cmocka_unit_test(test_a_reason_of_continuation_bytes_alone),
  };
  return cmocka_run_group_tests_name("ws/encoder", tests, nullptr, nullptr);
}
