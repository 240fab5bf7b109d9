#include "ws/decoder.h"

#include <algorithm>
#include <cstring>

namespace ws {

namespace {

constexpr std::uint8_t fin_bit = 0x80;
constexpr std::uint8_t rsv_bits = 0x70;
constexpr std::uint8_t opcode_bits = 0x0f;
constexpr std::uint8_t mask_bit = 0x80;
constexpr std::size_t mask_size = 4;

bool is_control(Opcode opcode) {
  return opcode >= Opcode::close;
}

std::uint64_t read_big_endian(std::span<const std::uint8_t> bytes) {
  std::uint64_t value = 0;
  for (const std::uint8_t byte : bytes) value = value << 8 | byte;
  return value;
}

void unmask(std::span<std::uint8_t> bytes, std::span<const std::uint8_t> mask) {
  std::array<std::uint8_t, 8> twice;
  std::memcpy(twice.data(), mask.data(), mask_size);
  std::memcpy(twice.data() + mask_size, mask.data(), mask_size);
  std::uint64_t mask_word;
  std::memcpy(&mask_word, twice.data(), sizeof(mask_word));

  std::uint8_t* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= sizeof(mask_word); left -= sizeof(mask_word), at += sizeof(mask_word)) {
    std::uint64_t word;
    std::memcpy(&word, at, sizeof(word));
    word ^= mask_word;
    std::memcpy(at, &word, sizeof(word));
  }
  for (std::size_t i = 0; i < left; ++i) at[i] ^= twice[i];
}

}  // namespace

// A frame's header, as far as it is there.
struct Decoder::Header {
  std::uint64_t size = 0;  // of the payload
  std::size_t bytes = 0;   // of the header itself; 0: it is not all there
  Opcode opcode = Opcode::continuation;
  bool fin = false;
  CloseCode code = CloseCode::none;  // what is there is a fault, with its reason
  std::string_view reason;
};

Event Decoder::next(std::span<std::uint8_t>& input) {
  if (over_) {
    input = input.last(0);
    return {};
  }
  if (frame_left_ > 0) return data(input);
  return held_size_ > 0 ? resume(input) : begin(input);
}

// ---- headers ----

// The usual case: the header lies in the input, and is read there.
Event Decoder::begin(std::span<std::uint8_t>& input) {
  const Header header = read_header(input);
  if (header.code != CloseCode::none) return fault(header.code, header.reason);
  const bool control_frame = is_control(header.opcode);
  if (header.bytes == 0 || (control_frame && input.size() - header.bytes < header.size)) {
    hold(input, input.size());
    return {};
  }
  const std::span<std::uint8_t> frame = input;
  if (control_frame) {
    const std::size_t size = header.bytes + static_cast<std::size_t>(header.size);
    input = input.subspan(size);
    return control(header, frame.first(size));
  }
  input = input.subspan(header.bytes);
  return begin_data(header, frame.first(header.bytes).last(mask_size), input);
}

// Goes on with what is held. A header grows byte by byte, as what follows it is not to be held.
Event Decoder::resume(std::span<std::uint8_t>& input) {
  const std::span<std::uint8_t> held = held_;
  Header header = read_header(held.first(held_size_));
  while (header.bytes == 0) {
    if (input.empty()) return {};
    hold(input, 1);
    header = read_header(held.first(held_size_));
    if (header.code != CloseCode::none) return fault(header.code, header.reason);
  }
  if (!is_control(header.opcode)) {
    held_size_ = 0;
    return begin_data(header, held.first(header.bytes).last(mask_size), input);
  }
  const std::size_t size = header.bytes + static_cast<std::size_t>(header.size);
  hold(input, std::min(size - held_size_, input.size()));
  if (held_size_ < size) return {};
  held_size_ = 0;
  return control(header, held.first(size));
}

void Decoder::hold(std::span<std::uint8_t>& input, std::size_t size) {
  if (size == 0) return;
  std::memcpy(held_.data() + held_size_, input.data(), size);
  held_size_ = static_cast<std::uint8_t>(held_size_ + size);
  input = input.subspan(size);
}

// Each field is judged as soon as it is there (section 5.2).
Decoder::Header Decoder::read_header(std::span<const std::uint8_t> bytes) const {
  Header header;
  const auto wrong = [&](CloseCode code, std::string_view reason) {
    header.code = code;
    header.reason = reason;
    return header;
  };

  if (bytes.empty()) return header;
  const std::string_view reason = complaint(bytes[0]);
  if (!reason.empty()) return wrong(CloseCode::protocol, reason);
  header.opcode = static_cast<Opcode>(bytes[0] & opcode_bits);
  header.fin = (bytes[0] & fin_bit) != 0;

  if (bytes.size() < 2) return header;
  if ((bytes[1] & mask_bit) == 0) return wrong(CloseCode::protocol, "a frame without a mask");
  const std::uint8_t length = bytes[1] & ~mask_bit;
  if (is_control(header.opcode) && length > control_payload_bytes_max) {
    return wrong(CloseCode::protocol, "a control frame of more than 125 bytes");
  }

  const std::size_t length_bytes = length < 126 ? 0 : length == 126 ? 2 : 8;
  if (bytes.size() < 2 + length_bytes) return header;
  header.size = length_bytes == 0 ? length : read_big_endian(bytes.subspan(2, length_bytes));
  if (2 + length_bytes != server_header_size(header.size)) {
    return wrong(CloseCode::protocol, "a length that is not in its shortest form");
  }
  if (header.size >> 63 != 0) {
    return wrong(CloseCode::protocol, "a length with its highest bit set");
  }
  if (!is_control(header.opcode) && header.size > message_left_) {
    return wrong(CloseCode::too_big, "the message is too long");
  }

  const std::size_t header_bytes = 2 + length_bytes + mask_size;
  if (bytes.size() >= header_bytes) header.bytes = header_bytes;
  return header;
}

// Why a frame may not begin so, or nothing (sections 5.2, 5.4 and 5.5).
std::string_view Decoder::complaint(std::uint8_t first_byte) const {
  if ((first_byte & rsv_bits) != 0) return "a reserved bit is set";
  switch (static_cast<Opcode>(first_byte & opcode_bits)) {
    case Opcode::continuation:
      return open_ ? "" : "a continuation of nothing";
    case Opcode::text:
    case Opcode::binary:
      return open_ ? "a message inside another" : "";
    case Opcode::close:
    case Opcode::ping:
    case Opcode::pong:
      return (first_byte & fin_bit) != 0 ? "" : "a control frame in fragments";
  }
  return "an opcode that nobody knows";
}

// ---- messages ----

Event Decoder::begin_data(const Header& header, std::span<const std::uint8_t> mask,
                          std::span<std::uint8_t>& input) {
  if (header.opcode != Opcode::continuation) {
    open_ = true;
    first_ = true;
    binary_ = header.opcode == Opcode::binary;
    utf8_.reset();
  }
  fin_ = header.fin;
  frame_left_ = static_cast<std::size_t>(header.size);  // not more than message_left_
  message_left_ -= frame_left_;
  std::memcpy(mask_.data(), mask.data(), mask_size);
  return data(input);
}

Event Decoder::data(std::span<std::uint8_t>& input) {
  const std::span<std::uint8_t> bytes = input.first(std::min(frame_left_, input.size()));
  if (bytes.empty() && frame_left_ > 0) return {};
  input = input.subspan(bytes.size());
  frame_left_ -= bytes.size();
  unmask(bytes, mask_);
  if (frame_left_ > 0) {
    std::rotate(mask_.begin(), mask_.begin() + bytes.size() % mask_size, mask_.end());
  }

  const bool last = fin_ && frame_left_ == 0;
  if (!binary_ && !(utf8_.take(bytes) && (!last || utf8_.complete()))) {
    return fault(CloseCode::not_utf8, "a text that is not UTF-8");
  }
  Event event;
  event.kind = Event::Kind::data;
  event.binary = binary_;
  event.first = first_;
  event.last = last;
  event.fragment = !fin_ && frame_left_ == 0;
  event.bytes = bytes;
  first_ = false;
  if (last) {
    open_ = false;
    message_left_ = message_max_;
  }
  return event;
}

// ---- control frames ----

Event Decoder::control(const Header& header, std::span<std::uint8_t> frame) {
  const std::span<std::uint8_t> payload = frame.subspan(header.bytes);
  unmask(payload, frame.first(header.bytes).last(mask_size));
  if (header.opcode == Opcode::close) return close(payload);
  Event event;
  event.kind = header.opcode == Opcode::ping ? Event::Kind::ping : Event::Kind::pong;
  event.bytes = payload;
  return event;
}

// Section 5.5.1: no body, or a code and perhaps a reason.
Event Decoder::close(std::span<std::uint8_t> body) {
  if (body.size() == 1) return fault(CloseCode::protocol, "a Close with half of a code");
  Event event;
  event.kind = Event::Kind::close;
  if (!body.empty()) {
    const auto code = static_cast<std::uint16_t>(read_big_endian(body.first(2)));
    if (!may_be_sent(code)) {
      return fault(CloseCode::protocol, "a Close with a code that may not be sent");
    }
    event.code = static_cast<CloseCode>(code);
    event.bytes = body.subspan(2);
    Utf8 reason;
    if (!reason.take(event.bytes) || !reason.complete()) {
      return fault(CloseCode::not_utf8, "a Close with a reason that is not UTF-8");
    }
  }
  over_ = true;
  open_ = false;
  return event;
}

Event Decoder::fault(CloseCode code, std::string_view reason) {
  over_ = true;
  open_ = false;
  held_size_ = 0;
  Event event;
  event.kind = Event::Kind::fault;
  event.code = code;
  event.reason = reason;
  return event;
}

}  // namespace ws
