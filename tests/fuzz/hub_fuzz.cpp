// A worker's hub with three people, two of them in one lobby, among hostile ones: whatever they and
// the other members say, whoever is out is left alone, and what is said keeps its bounds.
//
//   input, step by step: what (1), and behind it: of a frame its end (LF and NUL), of a letter its
//   size (2) and its bytes, of a ticket the same; from `returning` on, of those who come back (1)
//   which of that, and what it takes
#include "chat/hub.h"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <string>

#include "chat/plain_seal.h"
#include "chat/token.h"
#include "fuzz.h"
#include "tickets.h"

namespace {

constexpr chat::MemberId self{1, 2};
constexpr std::array<chat::MemberId, 2> others{{{1, 3}, {4, 5}}};
constexpr std::size_t people = 3;
constexpr std::uint8_t returning = 240;

struct Guest final : chat::Session {
  Guest(const chat::Settings& settings, std::uint64_t lobby, chat::Tag tag)
      : Session(settings, lobby, tag) {}
  bool out = false;
};

class Worker final : chat::Outlet, chat::Random, chat::Mail, chat::SharedLobby, chat::Rendezvous {
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
    if (what >= returning) return come_back(guest, what, source);
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
  void come_back(Guest& guest, std::uint8_t what, fuzz::Source& source) {
    const chat::MemberId other = others[source.below(others.size())];
    switch (source.below(4)) {
      case 0:
        return come(what % people);
      case 1:
        return resume(guest, tokens_[source.below(tokens_.size())], source.byte());
      case 2:
        return resume_anew(guest, other, source);
      default:
        return hub_.kept({source.byte(), source.byte(), other, source.byte()}, now_ms_);
    }
  }
  void come(std::size_t who) {
    if (!guests_[who]->out) return;
    guests_[who].emplace(settings_, who / 2, 100 + who);
    hub_.open(*guests_[who], people, now_ms_);
  }
  void resume(Guest& guest, const std::string& token, unsigned got) {
    const std::string text = "resume " + token + " got=" + std::to_string(got);
    frame(guest, fuzz::bytes_of(text));
  }
  void resume_anew(Guest& guest, chat::MemberId home, fuzz::Source& source) {
    const std::string token = make_token(home, source);
    resume(guest, token, source.byte());
  }
  std::string make_token(chat::MemberId home, fuzz::Source& source) {
    chat::Token token;
    token.chat = source.byte();  // ids are numbers in a row here
    token.seat = static_cast<chat::Seat>(source.below(chat::seats_max));
    for (chat::Stamp& stamp : token.taking.line) stamp = source.byte();
    std::ranges::sort(token.taking.line, std::greater<>());
    token.taking.stamp = token.taking.line.front() + 1;
    token.taking.first = source.byte();
    token.home = source.byte() % 2 == 0 ? home : self;
    token.lobby = source.below(2);
    token.until_ms = seal_.wall_ms() + source.byte() * chat::token_life_ms / 255;
    chat::TokenSeal::Plain plain;
    chat::TokenSeal::Text text;
    const std::size_t size = chat::write_token(token, plain);
    return std::string(seal_.seal(std::span(plain).first(size), text));
  }
  void pass(std::uint64_t ms) {
    now_ms_ += ms;
    seal_.wall += ms;
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
    if (!frame.starts_with("matched ") && !frame.starts_with("resumed ")) return;
    const std::string_view behind = frame.substr(frame.find(' ') + 1);
    tokens_[next_token_++ % tokens_.size()] = behind.substr(0, behind.find_first_of(" \n"));
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

  void keep(chat::ChatId, chat::Seat seat, chat::Stamp, std::uint64_t ttl_ms) override {
    fuzz::must(seat < chat::seats_max && ttl_ms > 0, "a seat is kept for a while");
  }

  chat::Settings settings_;
  std::uint64_t now_ms_ = 1'000'000;
  std::uint64_t numbers_ = 0;
  chat::TicketId wanted_ = 0;
  PlainSeal seal_;
  std::array<std::string, 4> tokens_;  // the last ones that were heard
  std::size_t next_token_ = 0;
  std::array<std::optional<Guest>, people> guests_;
  chat::Hub hub_{*this, *this, chat::HashKey{7}, {self, this, {this, this}, {this, this}, &seal_}};
};

}  // namespace

void fuzz::run(Input input) {
  Source source(input);
  Worker worker;
  while (!source.empty()) worker.step(source);
}
