#include "sim/world.h"

#include <algorithm>

#include "sim/trace.h"

namespace sim {

namespace {

constexpr std::uint64_t check_ms = 500;

}  // namespace

World::World(const Plan& plan)
    : plan_(plan),
      dice_(plan.seed ^ 0x2545F4914F6CDD1D),
      witness_(clock_, plan.settings.window_ms),
      weather_(plan.usual),
      hosts_(plan.hosts.size()) {
  for (std::size_t i = 0; i < hosts_.size(); ++i) {
    hosts_[i].id = 1 + i;
    hosts_[i].workers.resize(plan.hosts[i]);
    for (std::size_t place = 0; place < plan.hosts[i]; ++place) start(hosts_[i], place);
  }
  for (unsigned person = 0; person < plan.people; ++person) people_.push_back(&new_page(person));
}

World::~World() = default;

// ---- people ----

Page& World::new_page(unsigned person) {
  pages_.push_back(
      std::make_unique<Page>(*this, person, plan_.seed * 1000 + person * 77 + pages_.size()));
  return *pages_.back();
}

Line* World::connect(Page& page, Dice& dice) {
  std::vector<Worker*> open;
  for (const Host& host : hosts_) {
    for (Worker* worker : host.workers) {
      if (worker != nullptr && !worker->is_draining) open.push_back(worker);
    }
  }
  if (open.empty()) return nullptr;
  Worker& worker = *open[dice.below(open.size())];
  lines_.push_back(
      std::make_unique<Line>(*this, worker, page, 1 + dice.below(120), 1 + page.person()));
  return lines_.back().get();
}

void World::act_on_person(const Action& action) {
  Page*& page = people_[action.who];
  if (page->is_closed() && action.what != What::find) return;
  switch (action.what) {
    case What::find:
      if (page->is_closed()) page = &new_page(action.who);
      // Who talks seldom wants the next one.
      if (!page->is_talking() || action.number % 16 == 0) page->find();
      return;
    case What::say:
      for (std::uint64_t i = action.number % 40 == 0 ? 40 : 1; i > 0; --i) page->say();
      return;
    case What::typing:
      return page->type();
    case What::leave:
      return page->leave();
    case What::block:
      return page->block();
    case What::away:
      return page->turn(true);
    case What::here:
      return page->turn(false);
    case What::drop:
      return page->drop(0);
    case What::fade:
      return page->drop(action.number % 40'000);
    case What::reload:
      return page->reload();
    case What::close:
      return page->close();
    default: {
      if (action.number % 4 == 0) return replay(*page, 1 + action.number / 4 % 3);
      // What the first one has asked for already may come to pass after what the copy asks.
      if (!page->is_talking() || page->is_entering()) return;
      Page& first = *page;
      if (!witness_.is_calm(0)) witness_.doubled(first.chat());
      last_copy_ms_ = clock_.now_ms();
      page = &new_page(action.who);
      return page->copy(first);
    }
  }
}

// A keeper that has lost sight of a chat may not know that a token was used; in calm none has. What
// is given to a used token may take a seat of which nobody is left who knew how it was taken, as
// the other of the chat has gone.
void World::replay(const Page& victim, std::uint64_t times) {
  if (!victim.has_used_token() || victim.is_alone() || !witness_.is_calm(settled_ms)) return;
  const Meeting& meeting = witness_.meeting(victim.chat());
  if (clock_.now_ms() < meeting.well_since_ms + settled_ms) return;
  const bool is_known = last_crash_ms_ < meeting.matched_ms;
  for (; times > 0; --times) new_page(victim.person()).replay(victim, is_known ? 4 : 1);
}

// ---- mail ----

Worker* World::find(chat::MemberId id) {
  const auto at = members_.find(id);
  return at == members_.end() ? nullptr : at->second;
}

void World::post(Worker& from, chat::MemberId to, std::vector<std::uint8_t> letter) {
  ++letters_[{from.id, to}];
  const bool is_far = from.id.host != to.host;
  Worker* worker = find(to);
  const auto lose = [&] {
    Trace::letter(clock_.now_ms(), from.id.worker, " -x ", to.worker, letter);
  };
  if (is_far && is_cut(from)) return lose();
  const std::uint64_t delay_ms = is_far ? dice_.between(1, 30) : dice_.below(3);
  if (worker == nullptr || !worker->is_alive || (is_far && is_cut(*worker))) {
    lose();
    return fail_letter(from, to, 2 * delay_ms);
  }
  if (dice_.chance(weather().lost)) return lose();
  std::uint64_t at_ms = clock_.now_ms() + delay_ms;
  if (dice_.chance(weather().late)) at_ms += dice_.below(late_most_ms);
  std::uint64_t& last_ms = last_arrival_ms_[{from.id, to}];
  if (!dice_.chance(weather().overtaken)) last_ms = at_ms = std::max(at_ms, last_ms);
  deliver(from.id, *worker, letter, at_ms);
  if (dice_.chance(weather().doubled)) {
    deliver(from.id, *worker, letter, at_ms + dice_.below(2'000));
  }
}

void World::deliver(chat::MemberId from, Worker& to, const std::vector<std::uint8_t>& letter,
                    std::uint64_t at_ms) {
  clock_.at(at_ms, [this, from, &to, letter] {
    if (from.host == to.id.host || !is_cut(to)) to.letter(from, letter);
  });
}

void World::fail_letter(Worker& from, chat::MemberId to, std::uint64_t after_ms) {
  if (from.id.host == to.host) return;  // they know of each other's end anyway
  clock_.in(after_ms, [this, &from, to] {
    if (is_cut(from)) return;
    from.tell([&](chat::Hub& hub, std::uint64_t now) { hub.unreached(to, now); });
  });
}

// ---- what they share ----

Exchange* World::reach(Worker& worker, chat::Reach reach) {
  const bool is_far = reach == chat::Reach::cluster;
  Exchange& exchange = is_far ? cluster_ : hosts_[worker.host].exchange;
  if (is_far && is_cut(worker)) return nullptr;
  if (clock_.now_ms() < exchange.stalled_until_ms || dice_.chance(weather().lost)) return nullptr;
  return &exchange;
}

void World::answer(Worker& worker, chat::Reach reach,
                   std::function<void(chat::Hub&, std::uint64_t)> what) {
  const bool is_far = reach == chat::Reach::cluster;
  if (dice_.chance(weather().lost)) return;
  std::uint64_t delay_ms = is_far ? dice_.between(1, 30) : dice_.below(2);
  if (dice_.chance(weather().late)) delay_ms += dice_.below(late_most_ms);
  clock_.in(delay_ms, [this, &worker, is_far, what = std::move(what)] {
    if (!is_far || !is_cut(worker)) worker.tell(what);
  });
}

// ---- the time ----

bool World::passes(std::uint64_t ms) {
  const std::uint64_t until_ms = clock_.now_ms() + ms;
  std::uint64_t checked_ms = clock_.now_ms();
  const auto look = [&] {
    const auto open = std::count_if(people_.begin(), people_.end(),
                                    [](const Page* page) { return !page->is_closed(); });
    person_ms_ += static_cast<std::uint64_t>(open) * (clock_.now_ms() - checked_ms);
    checked_ms = clock_.now_ms();
    check();
  };
  while (!witness_.failed() && clock_.step(until_ms)) {
    if (clock_.now_ms() >= checked_ms + check_ms) look();
  }
  look();
  return !witness_.failed();
}

}  // namespace sim
