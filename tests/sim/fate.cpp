// What happens to workers, hosts and what they share.
#include <algorithm>

#include "sim/trace.h"
#include "sim/world.h"

namespace sim {

void World::act(const Action& action) {
  if (Trace::is_on) Trace::line(clock_.now_ms(), "-- " + describe(action));
  const std::uint64_t number = action.number;
  Host& host = hosts_[action.who % hosts_.size()];
  switch (action.what) {
    case What::crash:
      return crash(any_worker(number), 100 + number % 3'000);
    case What::crash_both:
      crash(any_worker(number), 100 + number % 3'000);
      return crash(any_worker(number >> 8), 100 + number % 5'000);
    case What::crash_host:
      return crash_host(host, 1'000 + number % 40'000);
    case What::drain:
      return drain(any_worker(number));
    case What::cut:
      return cut(host, 500 + number % plan_.cut_most_ms);
    case What::stall:
      return stall(any_exchange(number), 500 + number % (plan_.settings.window_ms / 3));
    case What::forget:
      return forget(any_exchange(number));
    case What::storm:
      return storm(500 + number % (plan_.settings.window_ms / 3));
    default:
      return act_on_person(action);
  }
}

Worker* World::any_worker(std::uint64_t number) {
  std::vector<Worker*> alive;
  for (const auto& worker : workers_) {
    if (worker->is_alive) alive.push_back(worker.get());
  }
  return alive.empty() ? nullptr : alive[number % alive.size()];
}

Exchange& World::any_exchange(std::uint64_t number) {
  const std::size_t i = number % (hosts_.size() + 1);
  return i == hosts_.size() ? cluster_ : hosts_[i].exchange;
}

// ---- workers ----

void World::start(Host& host, std::size_t place) {
  const auto index = static_cast<unsigned>(&host - hosts_.data());
  const chat::MemberId id{host.id, workers_.size() + 1};
  const std::int64_t skew_ms = 5 * static_cast<std::int64_t>(index);
  workers_.push_back(std::make_unique<Worker>(*this, id, index, dice_.next(), skew_ms));
  Worker* worker = host.workers[place] = members_[id] = workers_.back().get();
  if (hosts_.size() == 1) return;
  clock_.in(dice_.below(200), [&host, worker] {
    if (host.is_told) return;  // that it is cut; it will hear that it is not
    worker->tell([](chat::Hub& hub, std::uint64_t now) { hub.mended(now); });
  });
}

// Those of its host notice before long.
void World::bury(Worker& worker) {
  worker.die();
  last_crash_ms_ = clock_.now_ms();
  witness_.worker_ends();
  for (const auto& other : workers_) {
    if (!other->is_alive || other->id.host != worker.id.host) continue;
    clock_.in(dice_.below(50), [this, &worker, survivor = other.get()] {
      hosts_[survivor->host].exchange.drop_owner(worker.id);
      survivor->tell([&](chat::Hub& hub, std::uint64_t now) { hub.gone(worker.id, now); });
    });
  }
}

void World::crash(Worker* worker, std::uint64_t pause_ms) {
  if (worker == nullptr || !worker->is_alive) return;
  bury(*worker);
  Host& host = hosts_[worker->host];
  const auto at = std::find(host.workers.begin(), host.workers.end(), worker);
  if (at == host.workers.end()) return;  // it was draining, another is in its place
  *at = nullptr;
  const auto place = static_cast<std::size_t>(at - host.workers.begin());
  clock_.in(pause_ms, [this, &host, place] {
    if (host.workers[place] == nullptr) start(host, place);
  });
}

// With all that its workers share.
void World::crash_host(Host& host, std::uint64_t pause_ms) {
  for (const auto& worker : workers_) {
    if (worker->is_alive && worker->id.host == host.id) crash(worker.get(), pause_ms);
  }
  host.exchange.forget();
  host.id += hosts_.size();
}

// Another takes its place at once; its people are sent away one by one.
void World::drain(Worker* worker) {
  if (worker == nullptr || worker->is_draining) return;
  worker->is_draining = true;
  Host& host = hosts_[worker->host];
  start(host, static_cast<std::size_t>(std::find(host.workers.begin(), host.workers.end(), worker) -
                                       host.workers.begin()));
  const std::uint64_t drain_ms = plan_.settings.drain_ms;
  worker->each_line([&](Line& line) {
    clock_.in(dice_.below(drain_ms), [worker, &line] { worker->restart(line); });
  });
  clock_.in(drain_ms + 1, [this, worker] {
    if (worker->is_alive) bury(*worker);
  });
}

// ---- between them ----

void World::cut(Host& host, std::uint64_t ms) {
  if (hosts_.size() == 1 || is_clear_) return;
  ++host.cuts;
  witness_.trouble_begins();
  clock_.in(dice_.below(2'000), [this, &host] { tell_cut(host); });
  clock_.in(ms, [this, &host] {
    --host.cuts;
    clock_.in(dice_.below(2'000), [this, &host] {
      tell_cut(host);
      witness_.trouble_ends();
    });
  });
}

void World::tell_cut(Host& host) {
  const bool is_cut = host.cuts > 0;
  if (is_cut == host.is_told) return;
  host.is_told = is_cut;
  Trace::line(clock_.now_ms(), std::string("-- told: ") + (is_cut ? "cut" : "mended"));
  for (const auto& worker : workers_) {
    if (&hosts_[worker->host] != &host) continue;
    worker->tell(
        [&](chat::Hub& hub, std::uint64_t now) { return is_cut ? hub.cut(now) : hub.mended(now); });
  }
}

void World::stall(Exchange& exchange, std::uint64_t ms) {
  if (is_clear_) return;
  witness_.trouble_begins();
  exchange.stalled_until_ms = std::max(exchange.stalled_until_ms, clock_.now_ms() + ms);
  clock_.in(ms, [this] { witness_.trouble_ends(); });
}

// Until all is said again.
void World::forget(Exchange& exchange) {
  exchange.forget();
  witness_.trouble_begins();
  clock_.in(chat::renew_ms, [this] { witness_.trouble_ends(); });
}

void World::storm(std::uint64_t ms) {
  if (is_clear_) return;
  witness_.trouble_begins();
  weather_ = {300, 200, 200, 300};
  clock_.in(ms, [this] {
    weather_ = is_clear_ ? Weather{} : plan_.usual;
    witness_.trouble_ends();
  });
}

void World::clear_up() {
  is_clear_ = true;
  weather_ = {};
}

void World::go_home() {
  for (const auto& page : pages_) page->close();
}

}  // namespace sim
