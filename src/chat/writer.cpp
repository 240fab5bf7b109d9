// Writes the server's frames (vocabulary.h).
#include <cassert>
#include <charconv>
#include <limits>

#include "chat/vocabulary.h"

namespace chat {

namespace {

// In the order of their enumerations.
constexpr std::string_view refused_reasons[] = {"rate",  "filtered", "banned",
                                                "stale", "full",     "state"};
constexpr std::string_view bye_reasons[] = {"restart", "banned",   "idle",
                                            "slow",    "replaced", "full"};

constexpr std::size_t digits_max = std::numeric_limits<std::uint64_t>::digits10 + 1;

// Everything in a frame is bounded: a number has its digits, a word is one of this file's or of the
// protocol's, a language and an interest have the bounds that parse() holds them to. So the longest
// frame fits: `matched` has the longest header, and it alone has a body.
static_assert(std::string_view("matched  lang=").size() + token_bytes_max + language_bytes_max <=
              header_bytes_max);
static_assert(server_frame_bytes_max ==
              header_bytes_max + interests_max * (interest_bytes_max + 1));

class Writer {
 public:
  explicit Writer(FrameBuffer& buffer) : buffer_(buffer) {}

  std::string_view text() const { return {buffer_.data(), size_}; }

  void operator()(const Hello& hello) {
    put("hello");
    put(" max=", hello.message_bytes_max);
    put(" window=", hello.window_s);
    put(" online=", hello.online);
  }
  void operator()(const Waiting&) { put("waiting"); }
  void operator()(const Matched& matched) {
    put("matched ");
    put(matched.token);
    if (!matched.language.empty()) {
      put(" lang=");
      put(matched.language);
    }
    for (std::string_view interest : matched.common.span()) {
      put("\n");
      put(interest);
    }
  }
  void operator()(const Resumed& resumed) {
    put("resumed ");
    put(resumed.token);
    put_if_any(" lost in=", resumed.lost_s);
  }
  void operator()(const Lost& lost) {
    put("lost");
    put(" in=", lost.seconds);
  }
  void operator()(const Back&) { put("back"); }
  void operator()(const Left&) { put("left"); }
  void operator()(const Refused& refused) {
    put("refused ");
    put(refused.verb);
    put(" ");
    put(refused_reasons[static_cast<std::size_t>(refused.reason)]);
    put_if_any(" n=", refused.number);
    put_if_any(" retry=", refused.retry_ms);
  }
  void operator()(const Bye& bye) {
    put("bye ");
    put(bye_reasons[static_cast<std::size_t>(bye.reason)]);
    put_if_any(" retry=", bye.retry_ms);
  }
  void operator()(const Pong&) { put("pong"); }

 private:
  // The one place that writes. What does not fit is a mistake of ours; it is cut off rather than
  // written over something else.
  void put(std::string_view text) {
    const std::size_t room = buffer_.size() - size_;
    assert(text.size() <= room);
    size_ += text.copy(buffer_.data() + size_, room);
  }
  void put(std::string_view label, std::uint64_t number) {
    std::array<char, digits_max> digits;
    const char* end = std::to_chars(digits.begin(), digits.end(), number).ptr;
    put(label);
    put({digits.begin(), end});
  }
  void put_if_any(std::string_view label, std::uint64_t number) {
    if (number != 0) put(label, number);
  }

  FrameBuffer& buffer_;
  std::size_t size_ = 0;
};

}  // namespace

std::string_view write(const ServerFrame& frame, FrameBuffer& buffer) {
  Writer writer(buffer);
  std::visit(writer, frame);
  return writer.text();
}

}  // namespace chat
