// Reads the frames of a client (RFC 6455 section 5) without I/O. Bytes go in as they came from the
// socket, in pieces of any size; events come out. Payload is unmasked in place and handed on as it
// arrives, so nothing is copied and nothing here grows; only an unfinished header or control frame
// is held, in a fixed array.
//
//   std::span<std::uint8_t> input = what was read;
//   for (;;) {
//     ws::Event event = decoder.next(input);      // takes bytes from the front of input
//     if (event.kind == ws::Event::Kind::none) break;   // input is empty now
//     ...
//   }
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "ws/close.h"
#include "ws/encoder.h"
#include "ws/utf8.h"

namespace ws {

struct Event {
  enum class Kind : std::uint8_t {
    none,   // all input is taken and no event is complete
    data,   // payload of a text or binary message, in `bytes`; at least once for each frame
    ping,   // answer with a pong of the same `bytes`
    pong,   // `bytes` as the peer sent them
    close,  // the peer closes: `code` (none: no body) and the reason's text in `bytes`; no event
            // follows
    fault,  // the peer broke the protocol: close with `code`; `reason` says how; no event follows
  };
  Kind kind = Kind::none;
  bool binary = false;  // data: of a binary message
  bool first = false;   // data: these bytes begin a message
  bool last = false;    // data: these bytes end it (first && last: the whole message is in `bytes`)
  bool fragment = false;  // data: these bytes end a frame that does not end its message
  CloseCode code = CloseCode::none;
  // data: points into input, also when empty. Otherwise: valid until the next call.
  std::span<std::uint8_t> bytes;
  std::string_view reason;  // fault: static storage
};

class Decoder {
 public:
  // A message may have `message_max` bytes at most over all its fragments; a longer one is a fault
  // (1009) as soon as a header says so, before its payload is read.
  explicit Decoder(std::size_t message_max)
      : message_max_(message_max), message_left_(message_max) {}

  // Takes bytes from the front of `input` until there is an event, or no byte is left. A fault is
  // told as soon as its first byte is there. Behind a close or a fault all input is dropped.
  Event next(std::span<std::uint8_t>& input);

  // Whether a frame or a fragmented message has begun and not ended: what came so far waits for the
  // rest.
  bool in_message() const { return open_ || held_size_ > 0; }

 private:
  struct Header;

  // A client's longest control frame; no header is longer.
  static constexpr std::size_t held_bytes_max = 2 + 4 + control_payload_bytes_max;

  Event begin(std::span<std::uint8_t>& input);
  Event resume(std::span<std::uint8_t>& input);
  Header read_header(std::span<const std::uint8_t> bytes) const;
  std::string_view complaint(std::uint8_t first_byte) const;
  void hold(std::span<std::uint8_t>& input, std::size_t size);

  Event begin_data(const Header& header, std::span<const std::uint8_t> mask,
                   std::span<std::uint8_t>& input);
  Event data(std::span<std::uint8_t>& input);
  Event control(const Header& header, std::span<std::uint8_t> frame);
  Event close(std::span<std::uint8_t> body);
  Event fault(CloseCode code, std::string_view reason);

  std::size_t message_max_;
  std::size_t message_left_;            // what the frames to come may still add to the message
  std::size_t frame_left_ = 0;          // payload of the data frame under way that has not come
  std::array<std::uint8_t, 4> mask_{};  // its mask, turned to the next byte
  Utf8 utf8_;
  bool open_ = false;    // a message has begun and not ended
  bool first_ = false;   // nothing of it was handed on
  bool binary_ = false;  // of its kind
  bool fin_ = false;     // its last frame is under way
  bool over_ = false;    // a close or a fault was told

  // The beginning of a header or of a control frame that is not all there.
  std::uint8_t held_size_ = 0;
  std::array<std::uint8_t, held_bytes_max> held_;
};

}  // namespace ws
