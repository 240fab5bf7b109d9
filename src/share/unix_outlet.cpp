#include "share/unix_outlet.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <new>

#include "share/unix_bounds.h"
#include "share/unix_packets.h"
#include "share/unix_socket.h"

namespace share {

using unix_socket::Received;
using unix_socket::Sent;

// A letter that waits, in front of its bytes.
struct UnixOutlet::Held {
  Held* next = nullptr;
  std::size_t size;
  std::size_t written;
  std::uint8_t* bytes() { return reinterpret_cast<std::uint8_t*>(this + 1); }
};

bool UnixOutlet::open(int fd, chat::MemberId self) {
  fd_ = fd;
  watch_ = loop_.watch(fd, *this);
  // A new socket takes a hello; it is read for the end of the other side.
  if (watch_ != nullptr && loop_.want(*watch_, true, false) &&
      unix_socket::send_packet(fd, write_hello(self), {}) == Sent::yes) {
    return true;
  }
  close();
  return false;
}

void UnixOutlet::close() {
  while (first_ != nullptr) drop_first();
  if (watch_ != nullptr) loop_.forget(*watch_);
  watch_ = nullptr;
  if (fd_ != -1) unix_socket::close_socket(fd_);
  fd_ = -1;
}

bool UnixOutlet::send(std::span<const std::uint8_t> letter) {
  std::size_t written = 0;
  if (first_ != nullptr) {
    keep(letter, written);
    return true;
  }
  switch (write(letter, written, UINT_MAX)) {
    case Wrote::all:
      return true;
    case Wrote::broken:
      return false;
    case Wrote::some:
      break;
  }
  // Half a letter that cannot be finished breaks the link: the next would be out of place.
  if (!keep(letter, written)) return written == 0;
  return loop_.want(*watch_, true, true);
}

// Nothing comes this way but the end.
void UnixOutlet::on_readable() {
  std::array<std::uint8_t, 1> byte;
  std::size_t size = 0;
  if (unix_socket::receive_packet(fd_, byte, size) != Received::none) links_.ended(*this);
}

void UnixOutlet::on_writable() {
  if (!flush()) links_.ended(*this);
}

// ---- what goes out ----

// Sends what follows the first `written` bytes, in `packets` packets at the most.
UnixOutlet::Wrote UnixOutlet::write(std::span<const std::uint8_t> letter, std::size_t& written,
                                    unsigned packets) const {
  for (; written < letter.size(); --packets) {
    if (packets == 0) return Wrote::some;
    const std::size_t size = std::min(letter.size() - written, piece_bytes_max);
    const auto header = write_piece_header({
        .first = written == 0,
        .last = written + size == letter.size(),
        .letter_size = static_cast<std::uint32_t>(letter.size()),
    });
    switch (unix_socket::send_packet(fd_, header, letter.subspan(written, size))) {
      case Sent::yes:
        written += size;
        break;
      case Sent::full:
        return Wrote::some;
      case Sent::broken:
        return Wrote::broken;
    }
  }
  return Wrote::all;
}

// False: the letter is lost.
bool UnixOutlet::keep(std::span<const std::uint8_t> letter, std::size_t written) {
  if (pending_ + letter.size() > unix_pending_bytes_max) {
    links_.lost("another worker does not take it");
    return false;
  }
  void* memory = std::malloc(sizeof(Held) + letter.size());
  if (memory == nullptr) {
    links_.lost("out of memory");
    return false;
  }
  Held* held = new (memory) Held{.size = letter.size(), .written = written};
  std::memcpy(held->bytes(), letter.data(), letter.size());
  (first_ == nullptr ? first_ : last_->next) = held;
  last_ = held;
  pending_ += letter.size();
  return true;
}

void UnixOutlet::drop_first() {
  Held* held = first_;
  first_ = held->next;
  pending_ -= held->size;
  OPENSSL_cleanse(held->bytes(), held->size);
  std::free(held);
}

// False: the link is broken.
bool UnixOutlet::flush() {
  for (unsigned packets = 0; first_ != nullptr && packets < packets_in_a_row; ++packets) {
    const std::size_t before = first_->written;
    switch (write({first_->bytes(), first_->size}, first_->written, 1)) {
      case Wrote::all:
        drop_first();
        break;
      case Wrote::some:
        if (first_->written == before) return true;  // the socket is full
        break;
      case Wrote::broken:
        return false;
    }
  }
  return first_ != nullptr || loop_.want(*watch_, true, false);
}

}  // namespace share
