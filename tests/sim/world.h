// A cluster in one process: hosts, their workers, what they share, the mail between them, and the
// people who come.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "chat/exchange.h"
#include "sim/clock.h"
#include "sim/dice.h"
#include "sim/history.h"
#include "sim/line.h"
#include "sim/page.h"
#include "sim/witness.h"
#include "sim/worker.h"

namespace sim {

// For so long letters are counted.
inline constexpr std::uint64_t quiet_ms = 10'000;

class World {
 public:
  explicit World(const Plan& plan);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // ---- what happens ----

  void act(const Action& action);
  // Everything goes well from now on.
  void clear_up();
  // Letters are counted from now on.
  void listen() { letters_.clear(); }
  // Everybody leaves.
  void go_home();
  // False: there is a violation.
  bool passes(std::uint64_t ms);
  // What must be true all the time; when all has been well for long, and of the letters since
  // `listen`; a moment after everybody has left, and much later.
  void check();
  void check_calm();
  void check_quiet();
  void check_tickets();
  void check_empty();

  // ---- for its parts ----

  // How long people have had a page open, all of them together.
  std::uint64_t person_ms() const { return person_ms_; }

  Clock& clock() { return clock_; }
  Dice& dice() { return dice_; }
  Witness& witness() { return witness_; }
  const Plan& plan() const { return plan_; }
  const chat::HashKey& key() const { return key_; }

  // A line to any worker that takes people in; null: there is none.
  Line* connect(Page& page, Dice& dice);
  void post(Worker& from, chat::MemberId to, std::vector<std::uint8_t> letter);
  // What is shared, if that worker can reach it now.
  Exchange* reach(Worker& worker, chat::Reach reach);
  void answer(Worker& worker, chat::Reach reach,
              std::function<void(chat::Hub&, std::uint64_t)> what);

 private:
  struct Host {
    std::uint64_t id = 0;
    std::vector<Worker*> workers;  // null: it is to start
    Exchange exchange;
    unsigned cuts = 0;
    bool is_told = false;  // that it is cut
  };
  using Link = std::pair<chat::MemberId, chat::MemberId>;

  // fate.cpp
  void crash(Worker* worker, std::uint64_t pause_ms);
  void crash_host(Host& host, std::uint64_t pause_ms);
  void drain(Worker* worker);
  void cut(Host& host, std::uint64_t ms);
  void tell_cut(Host& host);
  void stall(Exchange& exchange, std::uint64_t ms);
  void forget(Exchange& exchange);
  void storm(std::uint64_t ms);
  void start(Host& host, std::size_t place);
  void bury(Worker& worker);
  Worker* any_worker(std::uint64_t number);
  Exchange& any_exchange(std::uint64_t number);

  void act_on_person(const Action& action);
  void replay(const Page& victim, std::uint64_t times);
  Page& new_page(unsigned person);
  Worker* find(chat::MemberId id);
  bool is_cut(const Worker& worker) const { return hosts_[worker.host].cuts > 0; }
  const Weather& weather() const { return weather_; }
  void deliver(chat::MemberId from, Worker& to, const std::vector<std::uint8_t>& letter,
               std::uint64_t at_ms);
  void fail_letter(Worker& from, chat::MemberId to, std::uint64_t after_ms);
  void check_seats();
  void check_meetings();

  const Plan plan_;
  const chat::HashKey key_{7};
  Clock clock_;
  Dice dice_;
  Witness witness_;
  Weather weather_;
  bool is_clear_ = false;
  std::uint64_t person_ms_ = 0;
  std::uint64_t last_copy_ms_ = 0;
  std::uint64_t last_crash_ms_ = 0;
  std::vector<Host> hosts_;
  Exchange cluster_;
  std::vector<std::unique_ptr<Worker>> workers_;  // the dead too
  std::map<chat::MemberId, Worker*> members_;
  std::map<Link, std::uint64_t> last_arrival_ms_;
  std::map<Link, unsigned> letters_;  // since `listen`
  std::vector<std::unique_ptr<Line>> lines_;
  std::vector<std::unique_ptr<Page>> pages_;
  std::vector<Page*> people_;  // the page that each has in front
};

}  // namespace sim
