// What the encoder writes, masked as a client would, is what the decoder reads: random messages in
// random fragments with control frames in between, fed in random pieces. WS_SEED repeats a run.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "script.h"
#include "unit.h"
#include "wire.h"
#include "ws/encoder.h"

namespace {

constexpr std::size_t message_max = 70'000;
constexpr int rounds = 300;

using script::client;
using script::said;
using script::wanted;

char text[message_max + 4];
std::uint8_t frame_buffer[ws::server_header_bytes_max + message_max];

// xorshift64* (Marsaglia, Vigna).
struct Random {
  std::uint64_t state;

  std::uint64_t next() {
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * 0x2545f4914f6cdd1d;
  }
  // 0 to `end` - 1.
  std::size_t below(std::size_t end) { return next() % end; }
  // Small ones most of the time, and those near the borders of the three lengths.
  std::size_t size() {
    switch (below(20)) {
      case 0:
        return 120 + below(12);
      case 1:
        return 65'530 + below(12);
      case 2:
        return below(3000);
      default:
        return below(100);
    }
  }
};

Random dice;

// A character of one to four bytes.
std::size_t write_character(char* to) {
  constexpr std::string_view characters[] = {"a", "é", "न", "😀", "\x7f", "\xed\x9f\xbf", "\n"};
  const std::string_view one = characters[dice.below(7)];
  std::memcpy(to, one.data(), one.size());
  return one.size();
}

std::size_t make_payload(bool binary) {
  const std::size_t least = dice.size();
  std::size_t size = 0;
  while (size < least) {
    if (binary) {
      text[size++] = static_cast<char>(dice.next());
    } else {
      size += write_character(text + size);
    }
  }
  return size;
}

// Turns a frame of the encoder into one of a client: with the mask's bit, a mask, and masked.
void write_frame(ws::Opcode opcode, bool fin, std::string_view payload) {
  std::uint8_t* at = frame_buffer + ws::server_header_bytes_max;
  if (!payload.empty()) std::memcpy(at, payload.data(), payload.size());
  std::uint8_t* header = ws::write_header_before(at, payload.size(), opcode, fin);
  header[1] |= 0x80;
  client.bytes({reinterpret_cast<char*>(header), static_cast<std::size_t>(at - header)});
  for (std::uint8_t& each : client.mask) each = static_cast<std::uint8_t>(dice.next());
  client.key();
  client.payload(payload);
}

void write_control() {
  const bool ping = dice.below(2) == 0;
  const std::string_view payload(text, dice.below(ws::control_payload_bytes_max + 1));
  write_frame(ping ? ws::Opcode::ping : ws::Opcode::pong, true, payload);
  wanted.control(ping ? "ping" : "pong", payload);
}

void write_message() {
  const bool binary = dice.below(3) == 0;
  std::string_view left(text, make_payload(binary));
  ws::Opcode opcode = binary ? ws::Opcode::binary : ws::Opcode::text;
  wanted.begin(binary);
  while (dice.below(3) == 0) {
    const std::string_view part(left.data(), dice.below(left.size() + 1));
    write_frame(opcode, false, part);
    wanted.add(part);
    left.remove_prefix(part.size());
    opcode = ws::Opcode::continuation;
    if (dice.below(2) == 0) write_control();
  }
  write_frame(opcode, true, left);
  wanted.add(left);
  wanted.end();
}

void feed_in_pieces() {
  constexpr std::size_t piece_max[] = {1, 20, 200, 5'000, wire::bytes_max};
  const std::size_t most = piece_max[dice.below(5)];
  ws::Decoder decoder(message_max);
  for (std::size_t done = 0; done < client.size;) {
    const std::size_t size = std::min(1 + dice.below(most), client.size - done);
    feed(decoder, client.data + done, size, said);
    done += size;
  }
  assert_false(decoder.in_message());
}

void test_what_is_written_is_read(void**) {
  const char* given = std::getenv("WS_SEED");
  const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10)
                                              : static_cast<std::uint64_t>(std::time(nullptr));
  print_message("WS_SEED=%llu\n", static_cast<unsigned long long>(seed));
  dice.state = seed | 1ULL << 63;  // never zero
  for (int round = 0; round < rounds; ++round) {
    client.clear();
    wanted.clear();
    said.clear();
    const std::size_t messages = dice.below(6);
    for (std::size_t i = 0; i < messages; ++i) {
      if (dice.below(4) == 0) write_control();
      write_message();
    }
    feed_in_pieces();
    if (said.view() != wanted.view()) fail_msg("round %d", round);
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_what_is_written_is_read),
  };
  return cmocka_run_group_tests_name("ws/round_trip", tests, nullptr, nullptr);
}
