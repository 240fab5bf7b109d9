// A worker's hub with three people, two of them in one lobby, among hostile ones: whatever they and
// the other members say, whoever is out is left alone, and what is said keeps its bounds.
//
//   input, step by step: what (1), and behind it: of a frame its end (LF and NUL), of a letter its
//   size (2) and its bytes, of a ticket the same
#include "chat/hub.h"

#include <algorithm>
#include <array>
#include <optional>

#include "fuzz.h"
#include "tickets.h"

namespace {

constexpr chat::MemberId self{1, 2};
constexpr std::array<chat::MemberId, 2> others{{{1, 3}, {4, 5}}};
constexpr std::size_t people = 3;

struct Guest final : chat::Session {
  Guest(const chat::Settings& settings, std::uint64_t lobby, chat::Tag tag)
      : Session(settings, lobby, tag) {}
  bool out = false;
};

class Worker final : chat::Outlet, chat::Random, chat::Mail, chat::SharedLobby {
 public:
  Worker() {
    for (std::size_t i = 0; i < people; ++i) {
      guests_[i].emplace(settings_, i / 2, 100 + i);
      hub_.open(*guests_[i], people, now_ms_);
    }
    hub_.mended(now_ms_);
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker() {
    for (auto& guest : guests_) {
      if (!guest->out) hub_.close(*guest, chat::Departure::left, now_ms_);
    }
    fuzz::must(hub_.people() == 0 && hub_.waiting() == 0, "nobody is left");
  }

  void step(fuzz::Source& source) {
    const std::uint8_t what = source.byte();
    Guest& guest = *guests_[what % people];
    const chat::MemberId other = others[what / 128];
    const chat::Reach reach = what / 64 % 2 == 0 ? chat::Reach::host : chat::Reach::cluster;
    switch (what / people % 10) {
      case 0:
      case 1:
      case 2:
        return frame(guest, source.until('\0'));
      case 3:
        return letter(other, source.bytes(source.below(1024)));
      case 4:
        return offered(reach, source.bytes(source.below(512)));
      case 5:
        return hub_.taken(reach, wanted_, static_cast<chat::Taken>(source.byte() % 3), now_ms_);
      case 6:
        return pass(source.byte() * 50u);
      case 7:
        if (what >= 128) return end(guest);
        return go(guest, static_cast<chat::Departure>(source.byte() % 3));
      case 8:
        return what < 128 ? hub_.gone(other, now_ms_) : hub_.unreached(other, now_ms_);
      default:
        return what < 128 ? hub_.cut(now_ms_) : hub_.mended(now_ms_);
    }
  }

 private:
  // ---- what comes ----

  void frame(Guest& guest, fuzz::Input text) {
    if (guest.out) return;
    fuzz::Bytes bytes(chat::frame_room);
    bytes.insert(bytes.end(), text.begin(), text.end());
    hub_.frame(guest, std::span(bytes).subspan(chat::frame_room), now_ms_);
  }
  void letter(chat::MemberId from, fuzz::Input letter) {
    fuzz::Bytes bytes(chat::frame_room);
    bytes.insert(bytes.end(), letter.begin(), letter.end());
    hub_.letter(from, std::span(bytes).subspan(chat::frame_room), now_ms_);
  }
  void offered(chat::Reach reach, fuzz::Input bytes) {
    const auto ticket = chat::read_ticket(bytes, now_ms_);
    if (ticket && ticket->owner != self) hub_.offered(reach, wanted_, *ticket, now_ms_);
  }
  void pass(std::uint64_t ms) {
    now_ms_ += ms;
    for (auto& guest : guests_) {
      if (!guest->out && chat::Hub::deadline_ms(*guest) <= now_ms_) hub_.due(*guest, now_ms_);
    }
    if (hub_.has_beats()) hub_.beat(now_ms_);
  }
  void end(Guest& guest) {
    if (!guest.out) hub_.restart(guest, now_ms_);
  }
  void go(Guest& guest, chat::Departure how) {
    if (guest.out) return;
    guest.out = true;
    hub_.close(guest, how, now_ms_);
  }

  // ---- what the hub says ----

  void send(chat::Session& to, std::string_view frame) override {
    must_be_in(to);
    fuzz::must(!frame.empty() && frame.size() <= chat::server_frame_bytes_max, "a frame's bound");
  }
  void relay(chat::Session& to, std::span<std::uint8_t> frame) override {
    must_be_in(to);
    const auto parsed = chat::parse(fuzz::text_of(frame));
    fuzz::must(std::holds_alternative<chat::ClientFrame>(parsed), "what is relayed is a frame");
    std::fill_n(frame.data() - 10, 10, std::uint8_t{0xee});
  }
  void close(chat::Session& of, chat::Ending) override {
    must_be_in(of);
    static_cast<Guest&>(of).out = true;
  }
  void reschedule(chat::Session& of) override { must_be_in(of); }
  static void must_be_in(chat::Session& session) {
    fuzz::must(!static_cast<Guest&>(session).out, "whoever is out is left alone");
  }

  std::uint64_t next() override { return ++numbers_; }

  void send(chat::MemberId to, std::span<const std::uint8_t> letter) override {
    fuzz::must(to != self, "nobody writes to themself");
    fuzz::must(letter.size() <= chat::letter_bytes_max, "a letter has its bound");
    fuzz::must(chat::read_letter(letter, now_ms_).has_value(), "a letter can be read");
  }

  void post(const chat::Ticket& ticket) override {
    fuzz::check_ticket(ticket, now_ms_);
    wanted_ = ticket.id;
  }
  void take(const chat::Ticket& own, const chat::Ticket& other) override {
    fuzz::must(own.owner == self && other.owner != self, "one's own ticket goes with another's");
  }
  void withdraw(const chat::Ticket& ticket) override {
    fuzz::must(ticket.owner == self, "a ticket is withdrawn by its owner");
  }

  chat::Settings settings_;
  std::uint64_t now_ms_ = 1'000'000;
  std::uint64_t numbers_ = 0;
  chat::TicketId wanted_ = 0;
  std::array<std::optional<Guest>, people> guests_;
  chat::Hub hub_{*this, *this, chat::HashKey{7}, {self, this, {this, this}}};
};

}  // namespace

void fuzz::run(Input input) {
  Source source(input);
  Worker worker;
  while (!source.empty()) worker.step(source);
}
