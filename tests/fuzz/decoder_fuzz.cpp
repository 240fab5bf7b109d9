// Frames of a client: however the bytes are cut, the decoder says the same, within its bounds.
//
//   input: which message_max (1), size of the pieces (1), the bytes of the socket
#include "ws/decoder.h"

#include <array>

#include "fuzz.h"
#include "ws/script.h"

namespace {

constexpr std::array<std::size_t, 4> message_maxima{0, 125, 1000, 100'000};

script::Script said_whole, said_in_pieces, said_bytewise;

void feed(ws::Decoder& decoder, fuzz::Input wire, std::size_t piece, script::Script& said) {
  said.clear();
  for (std::size_t at = 0; at < wire.size() && !said.over; at += piece) {
    const std::size_t size = std::min(piece, wire.size() - at);
    script::feed(decoder, wire.data() + at, size, said);
  }
}

// What each event holds to by itself.
class Watcher {
 public:
  explicit Watcher(std::size_t message_max) : message_max_(message_max) {}

  void on(const ws::Event& event) {
    using Kind = ws::Event::Kind;
    if (event.kind == Kind::data) return on_data(event);
    fuzz::must(event.bytes.size() <= ws::control_payload_bytes_max,
               "a control frame has at most 125 bytes");
    if (event.kind == Kind::fault) fuzz::must(!event.reason.empty(), "a fault says why");
    if (event.kind == Kind::close && event.code != ws::CloseCode::none) {
      fuzz::must(ws::may_be_sent(static_cast<std::uint16_t>(event.code)), "a close code may be");
      ws::Utf8 reason;
      fuzz::must(reason.take(event.bytes) && reason.complete(), "a reason is UTF-8");
    }
  }

 private:
  void on_data(const ws::Event& event) {
    if (event.first) {
      size_ = 0;
      utf8_.reset();
    }
    size_ += event.bytes.size();
    fuzz::must(size_ <= message_max_, "a message has at most message_max bytes");
    if (event.binary) return;
    fuzz::must(utf8_.take(event.bytes), "a text is UTF-8 as far as it came");
    if (event.last) fuzz::must(utf8_.complete(), "a text ends with a whole character");
  }

  std::size_t message_max_;
  std::size_t size_ = 0;
  ws::Utf8 utf8_;
};

void watch(fuzz::Input wire, std::size_t message_max) {
  fuzz::Bytes bytes = fuzz::copy_of(wire);
  std::span<std::uint8_t> input(bytes);
  ws::Decoder decoder(message_max);
  Watcher watcher(message_max);
  bool over = false;
  for (;;) {
    const ws::Event event = decoder.next(input);
    if (event.kind == ws::Event::Kind::none) break;
    fuzz::must(!over, "no event follows a close or a fault");
    over = event.kind == ws::Event::Kind::close || event.kind == ws::Event::Kind::fault;
    watcher.on(event);
  }
  fuzz::must(input.empty(), "all input is taken");
  if (over) fuzz::must(!decoder.in_message(), "behind the end no message is open");
}

}  // namespace

void fuzz::run(Input input) {
  Source source(input);
  const std::size_t message_max = message_maxima[source.below(message_maxima.size())];
  const std::size_t piece = 1 + source.byte();
  const Input wire = source.rest();

  watch(wire, message_max);
  ws::Decoder whole(message_max), in_pieces(message_max), bytewise(message_max);
  feed(whole, wire, wire.size() + 1, said_whole);
  feed(in_pieces, wire, piece, said_in_pieces);
  feed(bytewise, wire, 1, said_bytewise);
  must(said_in_pieces.view() == said_whole.view(), "pieces give the same events as the whole");
  must(said_bytewise.view() == said_whole.view(), "single bytes give the same events as the whole");
  must(whole.in_message() == bytewise.in_message() && whole.in_message() == in_pieces.in_message(),
       "in_message does not depend on the pieces");
}
