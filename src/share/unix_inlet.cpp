#include "share/unix_inlet.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "share/receiver.h"
#include "share/unix_socket.h"

namespace share {

using unix_socket::Received;

UnixInlet::~UnixInlet() {
  drop_letter();
  if (watch_ != nullptr) loop_.forget(*watch_);
  unix_socket::close_socket(fd_);
}

bool UnixInlet::start() {
  watch_ = loop_.watch(fd_, *this);
  return watch_ != nullptr && loop_.want(*watch_, true, false);
}

void UnixInlet::on_readable() {
  for (unsigned packets = 0; packets < packets_in_a_row; ++packets) {
    const Came came = receive();
    if (came == Came::nothing) return;
    if (came == Came::end) return links_.ended(*this);
  }
}

bool UnixInlet::hear_hello() {
  return from_.worker != 0 || receive() != Came::end;
}

UnixInlet::Came UnixInlet::receive() {
  const std::span<std::uint8_t> buffer = links_.packet_buffer();
  std::size_t size = 0;
  const Received received = unix_socket::receive_packet(fd_, buffer, size);
  if (received == Received::none) return Came::nothing;
  const std::span<std::uint8_t> packet = buffer.first(std::min(size, buffer.size()));
  const bool good = received == Received::yes && take(packet);
  OPENSSL_cleanse(packet.data(), packet.size());
  return good ? Came::packet : Came::end;
}

// ---- packets: false when one is out of place ----

bool UnixInlet::take(std::span<std::uint8_t> packet) {
  if (from_.worker == 0) return take_hello(packet);
  const auto header = read_piece_header(packet);
  if (!header) return false;
  const std::span<std::uint8_t> body = packet.subspan(piece_header_bytes);
  return header->first ? begin(*header, body) : go_on(*header, body);
}

bool UnixInlet::take_hello(std::span<const std::uint8_t> packet) {
  const auto from = read_hello(packet);
  if (!from || from->worker == 0 || !links_.admits(*from)) return false;
  from_ = *from;
  return true;
}

bool UnixInlet::begin(PieceHeader header, std::span<std::uint8_t> body) {
  if (letter_size_ != 0) return false;
  if (header.last) {
    if (body.size() != header.letter_size) return false;
    links_.came(from_, body);
    return true;
  }
  if (body.size() >= header.letter_size) return false;
  letter_size_ = header.letter_size;
  letter_ = static_cast<std::uint8_t*>(std::malloc(letter_room + letter_size_));
  if (letter_ == nullptr) links_.lost("out of memory");
  append(body);
  return true;
}

bool UnixInlet::go_on(PieceHeader header, std::span<const std::uint8_t> body) {
  if (header.letter_size != letter_size_) return false;  // nor is it 0, as when none is under way
  const std::size_t left = letter_size_ - letter_here_;
  if (body.size() > left || header.last != (body.size() == left)) return false;
  append(body);
  if (!header.last) return true;
  if (letter_ != nullptr) links_.came(from_, {letter_ + letter_room, letter_size_});
  drop_letter();
  return true;
}

void UnixInlet::append(std::span<const std::uint8_t> body) {
  if (letter_ != nullptr) {
    std::memcpy(letter_ + letter_room + letter_here_, body.data(), body.size());
  }
  letter_here_ += body.size();
}

void UnixInlet::drop_letter() {
  if (letter_ != nullptr) {
    OPENSSL_cleanse(letter_ + letter_room, letter_here_);
    std::free(letter_);
    letter_ = nullptr;
  }
  letter_size_ = letter_here_ = 0;
}

}  // namespace share
