#include "ws/utf8.h"

#include <array>
#include <cstring>

namespace ws {

namespace {

// What was taken ends with a whole character, or inside one, or is wrong.
enum State : std::uint8_t {
  whole,
  one_more,
  two_more,
  three_more,
  after_e0,  // below A0 would be overlong
  after_ed,  // above 9F would be a surrogate
  after_f0,  // below 90 would be overlong
  after_f4,  // above 8F would be more than U+10FFFF
  bad,
};

// The bytes that may come inside a character, and the state behind them.
struct Step {
  std::uint8_t low;
  std::uint8_t high;
  State next;
};

constexpr std::array<Step, bad> steps{{
    {0x00, 0x7f, whole},
    {0x80, 0xbf, whole},
    {0x80, 0xbf, one_more},
    {0x80, 0xbf, two_more},
    {0xa0, 0xbf, one_more},
    {0x80, 0x9f, one_more},
    {0x90, 0xbf, two_more},
    {0x80, 0x8f, two_more},
}};

constexpr State behind_lead(std::uint8_t byte) {
  if (byte < 0x80) return whole;
  if (byte < 0xc2) return bad;  // a continuation, or the lead of an overlong form
  if (byte < 0xe0) return one_more;
  if (byte == 0xe0) return after_e0;
  if (byte == 0xed) return after_ed;
  if (byte < 0xf0) return two_more;
  if (byte == 0xf0) return after_f0;
  if (byte < 0xf4) return three_more;
  if (byte == 0xf4) return after_f4;
  return bad;
}

const std::uint8_t* skip_ascii(const std::uint8_t* at, const std::uint8_t* end) {
  while (end - at >= 8) {
    std::uint64_t word;
    std::memcpy(&word, at, sizeof(word));
    if ((word & 0x8080808080808080) != 0) break;
    at += sizeof(word);
  }
  while (at != end && *at < 0x80) ++at;
  return at;
}

}  // namespace

bool Utf8::take(std::span<const std::uint8_t> bytes) {
  const std::uint8_t* at = bytes.data();
  const std::uint8_t* const end = at + bytes.size();
  std::uint8_t state = state_;
  while (at != end && state != bad) {
    if (state == whole) {
      at = skip_ascii(at, end);
      if (at != end) state = behind_lead(*at++);
    } else {
      const Step& step = steps[state];
      state = *at >= step.low && *at <= step.high ? step.next : bad;
      ++at;
    }
  }
  state_ = state;
  return state != bad;
}

}  // namespace ws
