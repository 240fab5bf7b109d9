// A worker process: the real hub, and a shell around it that does what nginx's does.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "chat/hub.h"
#include "chat/plain_seal.h"
#include "sim/dice.h"

namespace sim {

class Line;
class World;
class Worker;

// A shared lobby and a rendezvous, as one worker sees them.
class Board final : public chat::SharedLobby, public chat::Rendezvous {
 public:
  Board(World& world, Worker& worker, chat::Reach reach)
      : world_(world), worker_(worker), reach_(reach) {}
  void post(const chat::Ticket& ticket) override;
  void take(const chat::Ticket& own, const chat::Ticket& other) override;
  void withdraw(const chat::Ticket& ticket) override;
  void keep(chat::ChatId chat, chat::Seat seat, chat::Stamp stamp, std::uint64_t ttl_ms) override;

 private:
  World& world_;
  Worker& worker_;
  const chat::Reach reach_;
};

class Worker final : public chat::Outlet, public chat::Random, public chat::Mail {
 public:
  Worker(World& world, chat::MemberId id, unsigned host, std::uint64_t seed, std::int64_t skew_ms);
  ~Worker() = default;

  // ---- what happens to it; nothing once it is dead ----

  void open(Line& line);
  void frame(Line& line, const std::string& frame);
  void close(Line& line, chat::Departure how);
  void restart(Line& line);
  void letter(chat::MemberId from, const std::vector<std::uint8_t>& letter);
  // Anything else: `what` gets the hub and the time.
  template <typename What>
  void tell(What what) {
    if (!is_alive) return;
    begin();
    what(hub_, now_ms());
    settle();
  }
  // It ends, whatever it has in its hands.
  void die();
  // Calls `visit(Line&)` for everybody who is inside.
  template <typename Visit>
  void each_line(Visit visit) {
    const std::vector<Line*> lines = lines_;
    for (Line* line : lines) visit(*line);
  }

  chat::Hub& hub() { return hub_; }
  std::size_t talked_in() const;  // chats in which somebody sits here

  const chat::MemberId id;
  const unsigned host;
  bool is_alive = true;
  bool is_draining = false;  // takes nobody in any more

  // ---- what the hub says ----

  void send(chat::Session& to, std::string_view frame) override;
  void relay(chat::Session& to, std::span<std::uint8_t> frame) override;
  void close(chat::Session& of, chat::Ending why) override;
  void reschedule(chat::Session& of) override;
  void send(chat::MemberId to, std::span<const std::uint8_t> letter) override;
  std::uint64_t next() override { return dice_.next(); }

 private:
  std::uint64_t now_ms() const;
  void begin();
  void settle();
  void arm(Line& line);
  void leave(Line& line);
  void trace(Line& line, const char* arrow, std::string_view frame) const;
  void witness(const Line& line, std::string_view frame) const;
  // Whether the hub agrees with what the shell knows.
  void check();
  void note(Line& line, std::string_view frame);

  World& world_;
  Dice dice_;
  const std::int64_t skew_ms_;  // of its clock on the wall
  PlainSeal seal_;
  std::array<Board, chat::reaches> boards_;
  chat::Hub hub_;
  std::vector<Line*> lines_;    // inside
  std::vector<Line*> touched_;  // whose deadline may have changed
  bool beats_ = false;
};

}  // namespace sim
