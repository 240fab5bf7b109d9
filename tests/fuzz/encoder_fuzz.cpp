// What the encoder writes, masked as a client would, is what the decoder reads.
//
//   input: size of the pieces (1), then for each frame: kind (1), size (2), mask (4), payload
#include "ws/encoder.h"

#include <array>
#include <cstring>

#include "fuzz.h"
#include "ws/decoder.h"
#include "ws/script.h"

namespace {

constexpr std::size_t message_max = 100'000;

script::Script said, wanted;

bool is_utf8(fuzz::Input bytes) {
  ws::Utf8 utf8;
  return utf8.take(bytes) && utf8.complete();
}

// The frames of a server, turned into those of a client.
class Client {
 public:
  explicit Client(fuzz::Source& source) : source_(source) {}

  fuzz::Bytes wire;

  void write_all() {
    while (!source_.empty() && !over_) write_one();
  }

 private:
  void write_one() {
    const std::uint8_t kind = source_.byte();
    const std::size_t size = source_.below(message_max < 65'536 ? message_max : 65'536);
    for (std::uint8_t& each : mask_) each = source_.byte();
    const fuzz::Input payload = source_.bytes(size);
    switch (kind % 8) {
      case 0:
        return write_control(ws::Opcode::ping, "ping", payload);
      case 1:
        return write_control(ws::Opcode::pong, "pong", payload);
      case 2:
        return write_close(payload);
      default:
        return write_data(payload, kind % 8 < 6);
    }
  }

  void write_control(ws::Opcode opcode, std::string_view name, fuzz::Input payload) {
    const ws::ControlFrame frame = ws::control_frame(opcode, payload);
    mask(frame.bytes(), 2);
    const std::size_t size = std::min(payload.size(), ws::control_payload_bytes_max);
    wanted.control(name, fuzz::text_of(payload.first(size)));
  }

  // Its first two bytes are the code.
  void write_close(fuzz::Input payload) {
    fuzz::Source source(payload);
    const auto code = static_cast<std::uint16_t>(source.byte() << 8 | source.byte());
    const fuzz::Input reason = source.rest();
    if (open_ || (code != 0 && !(ws::may_be_sent(code) && is_utf8(reason)))) return;
    const ws::ControlFrame frame =
        ws::close_frame(static_cast<ws::CloseCode>(code), fuzz::text_of(reason));
    mask(frame.bytes(), 2);
    over_ = true;

    ws::Event event;
    event.code = static_cast<ws::CloseCode>(code);
    fuzz::Bytes kept;
    if (code != 0) kept = fuzz::copy_of(frame.bytes().subspan(4));
    fuzz::must(kept.size() <= reason.size() && std::equal(kept.begin(), kept.end(), reason.begin()),
               "the reason that is written is the beginning of the one that was given");
    if (code != 0 && reason.size() <= ws::control_payload_bytes_max - 2) {
      fuzz::must(kept.size() == reason.size(), "a reason that fits is not cut");
    }
    event.bytes = kept;
    wanted.on_end("close", event);
  }

  void write_data(fuzz::Input payload, bool fin) {
    ws::Opcode opcode = ws::Opcode::continuation;
    if (!open_) {
      text_ = is_utf8(payload);
      opcode = text_ ? ws::Opcode::text : ws::Opcode::binary;
      wanted.begin(!text_);
    } else if (text_ && !is_utf8(payload)) {
      payload = {};
    }
    fuzz::Bytes frame(ws::server_header_bytes_max + payload.size());
    std::uint8_t* at = frame.data() + ws::server_header_bytes_max;
    if (!payload.empty()) std::memcpy(at, payload.data(), payload.size());
    const std::uint8_t* header = ws::write_header_before(at, payload.size(), opcode, fin);
    const auto header_size = static_cast<std::size_t>(at - header);
    fuzz::must(header_size == ws::server_header_size(payload.size()), "the header's size is known");
    mask({header, header_size + payload.size()}, header_size);
    wanted.add(payload);
    if (fin) wanted.end();
    open_ = !fin;
  }

  // Sets the mask's bit, writes the mask behind the header, and masks the rest.
  void mask(fuzz::Input frame, std::size_t header_size) {
    const std::size_t begin = wire.size();
    wire.insert(wire.end(), frame.begin(), frame.begin() + static_cast<long>(header_size));
    wire[begin + 1] |= 0x80;
    wire.insert(wire.end(), mask_.begin(), mask_.end());
    for (std::size_t i = header_size; i < frame.size(); ++i) {
      wire.push_back(frame[i] ^ mask_[(i - header_size) % 4]);
    }
  }

  fuzz::Source& source_;
  std::array<std::uint8_t, 4> mask_{};
  bool open_ = false;
  bool text_ = false;
  bool over_ = false;
};

}  // namespace

void fuzz::run(Input input) {
  said.clear();
  wanted.clear();
  Source source(input);
  const std::size_t piece = 1 + source.byte();
  Client client(source);
  client.write_all();

  ws::Decoder decoder(1'000'000);
  for (std::size_t at = 0; at < client.wire.size(); at += piece) {
    const std::size_t size = std::min(piece, client.wire.size() - at);
    script::feed(decoder, client.wire.data() + at, size, said);
  }
  must(said.view() == wanted.view(), "what is written is what is read");
}
