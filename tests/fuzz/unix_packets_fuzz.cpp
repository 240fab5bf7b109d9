// Packets of another process on a link, over a real socket, against a plain model of what a link
// may say.
//
//   input: whether a hello goes first (1), then for each packet: its size (2), its bytes; where the
//   input ends within one it is filled up with zeros
#include "share/unix_packets.h"

#include <sys/socket.h>
#include <unistd.h>

#include <memory>

#include "fuzz.h"
#include "manual_loop.h"
#include "share/receiver.h"
#include "share/unix_inlet.h"

namespace {

constexpr chat::MemberId self{1, 2};
constexpr chat::MemberId other{1, 3};

// A link's letters, and whether it has ended: what the inlet says, and what it should say.
struct Heard {
  std::vector<fuzz::Bytes> letters;
  bool ended = false;
  bool operator==(const Heard&) const = default;
};

bool admits(chat::MemberId from) {
  return from.host == self.host && from != self;
}

class Link final : public share::UnixLinks {
 public:
  Link() : buffer_(share::letter_room + share::piece_header_bytes + share::piece_bytes_max) {
    int ends[2];
    const int made = socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends);
    fuzz::must(made == 0, "there is a socket");
    far_ = ends[1];
    inlet_ = std::make_unique<share::UnixInlet>(ends[0], loop_, *this);
    fuzz::must(inlet_->start(), "a link starts");
  }
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  ~Link() { close(far_); }

  void come(fuzz::Input packet) {
    const auto sent = send(far_, packet.data(), packet.size(), MSG_NOSIGNAL);
    fuzz::must(sent == static_cast<ssize_t>(packet.size()), "a packet goes whole");
    loop_.turn();
  }

  Heard heard;

 private:
  std::span<std::uint8_t> packet_buffer() override {
    return std::span(buffer_).subspan(share::letter_room);
  }
  bool admits(chat::MemberId from) const override { return ::admits(from); }
  void came(chat::MemberId from, std::span<std::uint8_t> letter) override {
    fuzz::must(::admits(from), "a letter has a sender");
    heard.letters.push_back(fuzz::copy_of(letter));
    // It may be written over, and the room in front of it too.
    std::fill_n(letter.data() - share::letter_room, share::letter_room + letter.size(), 0xee);
  }
  void lost(const char*) override { fuzz::must(false, "there is memory for a letter"); }
  void ended(share::UnixInlet&) override {
    heard.ended = true;
    inlet_.reset();
  }
  void ended(share::UnixOutlet&) override {}

  fuzz::Bytes buffer_;
  fuzz::ManualLoop loop_;
  int far_ = -1;
  std::unique_ptr<share::UnixInlet> inlet_;
};

class Model {
 public:
  Heard heard;

  void come(fuzz::Input packet) { heard.ended = !(greeted_ ? take(packet) : greet(packet)); }

 private:
  bool greet(fuzz::Input packet) {
    const auto from = share::read_hello(packet);
    greeted_ = from && from->worker != 0 && admits(*from);
    if (greeted_) {
      const auto again = share::write_hello(*from);
      fuzz::must(std::equal(again.begin(), again.end(), packet.begin()), "a hello is as it was");
    }
    return greeted_;
  }
  bool take(fuzz::Input packet) {
    const auto header = share::read_piece_header(packet);
    if (!header) return false;
    const auto again = share::write_piece_header(*header);
    fuzz::must(std::equal(again.begin(), again.end(), packet.begin()), "a header is as it was");
    fuzz::must(header->letter_size <= chat::letter_bytes_max, "a letter has its bound");
    if (header->first != letter_.empty()) return false;
    if (header->first) size_ = header->letter_size;
    const fuzz::Input body = packet.subspan(share::piece_header_bytes);
    letter_.insert(letter_.end(), body.begin(), body.end());
    if (header->letter_size != size_ || letter_.size() > size_) return false;
    if (header->last != (letter_.size() == size_)) return false;
    if (!header->last) return true;
    heard.letters.push_back(std::move(letter_));
    letter_.clear();
    return true;
  }

  bool greeted_ = false;
  fuzz::Bytes letter_;
  std::size_t size_ = 0;
};

}  // namespace

void fuzz::run(Input input) {
  Link link;
  Model model;
  const auto come = [&](Input packet) {
    link.come(packet);
    model.come(packet);
    must(link.heard == model.heard, "a link says what its packets say");
  };
  Source source(input);
  if (source.byte() % 2 == 1) come(share::write_hello(other));
  while (!source.empty() && !model.heard.ended) {
    const std::size_t size = source.below(65'536);
    if (size == 0) return;
    Bytes packet = copy_of(source.bytes(size));
    packet.resize(size);
    come(packet);
  }
}
