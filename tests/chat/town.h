// Several workers on several hosts for a test, in one process: each a scene, joined by mail and
// shared lobbies that do what the test wants. Nothing happens but in `passes`.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "chat/letter.h"
#include "exchange.h"
#include "plain_seal.h"
#include "scene.h"

namespace town {

using chat::MemberId;
using chat::Reach;

struct Envelope {
  MemberId from, to;
  std::vector<std::uint8_t> letter;

  // Whether it is a letter of that kind.
  template <typename Kind>
  bool is() const {
    const auto read = chat::read_letter(letter, 0);
    return read && std::holds_alternative<Kind>(*read);
  }
};

class Town;
inline chat::TokenSeal* town_seal(Town& town);

// A shared lobby as one worker sees it.
class Board final : public chat::SharedLobby {
 public:
  Board(Town& town, Reach reach, std::size_t worker)
      : town_(town), reach_(reach), worker_(worker) {}
  void post(const chat::Ticket& ticket) override;
  void take(const chat::Ticket& own, const chat::Ticket& other) override;
  void withdraw(const chat::Ticket& ticket) override;

 private:
  Town& town_;
  const Reach reach_;
  const std::size_t worker_;
};

// Where keepers of seats find each other, as one worker sees it.
class Meeting final : public chat::Rendezvous {
 public:
  Meeting(Town& town, Reach reach, std::size_t worker)
      : town_(town), reach_(reach), worker_(worker) {}
  void keep(chat::ChatId chat, chat::Seat seat, chat::Stamp stamp, std::uint64_t ttl_ms) override;

 private:
  Town& town_;
  const Reach reach_;
  const std::size_t worker_;
};

class Letters final : public chat::Mail {
 public:
  Letters(Town& town, MemberId from) : town_(town), from_(from) {}
  void send(MemberId to, std::span<const std::uint8_t> letter) override;

 private:
  Town& town_;
  const MemberId from_;
};

struct Worker {
  Worker(Town& town, MemberId of, std::size_t index)
      : id(of),
        mail(town, of),
        host(town, Reach::host, index),
        cluster(town, Reach::cluster, index),
        host_meeting(town, Reach::host, index),
        cluster_meeting(town, Reach::cluster, index),
        scene({of, &mail, {&host, &cluster}, {&host_meeting, &cluster_meeting}, town_seal(town)},
              (index + 1) * 1'000'000) {}
  const MemberId id;
  Letters mail;
  Board host, cluster;
  Meeting host_meeting, cluster_meeting;
  scene::Scene scene;
  bool alive = true;
};

class Town {
 public:
  // Hosts with so many workers each.
  explicit Town(std::initializer_list<int> workers_of_hosts) {
    std::uint64_t host = 0;
    for (int count : workers_of_hosts) {
      ++host;
      for (int i = 0; i < count; ++i) {
        const MemberId id{host, workers.size() + 1};
        workers.push_back(std::make_unique<Worker>(*this, id, workers.size()));
        workers.back()->scene.hub.mended(now_ms);
      }
    }
  }

  scene::Scene& at(std::size_t worker) { return workers[worker]->scene; }
  scene::Guest& comes(std::size_t worker, std::uint64_t lobby = scene::lobby) {
    // Tags differ between workers too.
    return at(worker).comes(lobby, 100'000 + ++guests_);
  }

  // Lets everything that is under way arrive, and time pass.
  void passes(std::uint64_t ms) {
    const std::uint64_t until = now_ms + ms;
    settle();
    for (;;) {
      const std::uint64_t next = next_ms();
      if (next > until) break;
      set_now(std::max(next, now_ms));
      for (const auto& worker : workers) {
        if (worker->alive) worker->scene.passes(0);
      }
      if (now_ms >= beat_at_ms_) beat();
      settle();
    }
    set_now(until);
  }

  // A worker dies; its people with it. Whether anybody notices at once is `noticed`.
  void kill(std::size_t index, bool noticed = true) {
    Worker& dead = *workers[index];
    dead.alive = false;
    for (const auto& worker : workers) {
      if (noticed && worker->alive && worker->id.host == dead.id.host) {
        worker->scene.hub.gone(dead.id, now_ms);
      }
    }
  }

  std::uint64_t now_ms = 1'000'000;

  // What becomes of a letter: how often it arrives.
  std::function<int(const Envelope&)> copies = [](const Envelope&) { return 1; };
  // Whether a shared lobby answers and takes anything in.
  bool board_works = true;
  std::size_t posts = 0;
  std::size_t letters = 0;
  Exchange cluster;
  std::map<std::uint64_t, Exchange> hosts;
  PlainSeal seal;

  Exchange& exchange(Reach reach, std::size_t worker) {
    return reach == Reach::cluster ? cluster : hosts[workers[worker]->id.host];
  }
  void later(std::function<void()> event) { events_.push_back(std::move(event)); }
  void deliver(const Envelope& envelope) {
    ++letters;
    for (int i = copies(envelope); i > 0; --i) later([this, envelope] { arrive(envelope); });
  }

 private:
  void settle() {
    while (!events_.empty()) {
      const auto event = std::move(events_.front());
      events_.pop_front();
      event();
    }
  }
  void arrive(const Envelope& envelope) {
    for (const auto& worker : workers) {
      if (worker->id != envelope.to || !worker->alive) continue;
      std::vector<std::uint8_t> bytes(chat::frame_room + envelope.letter.size());
      std::copy(envelope.letter.begin(), envelope.letter.end(), bytes.begin() + chat::frame_room);
      worker->scene.hub.letter(envelope.from, std::span(bytes).subspan(chat::frame_room), now_ms);
    }
  }
  std::uint64_t next_ms() const {
    std::uint64_t next = beat_at_ms_;
    for (const auto& worker : workers) {
      const scene::Guest* first = worker->alive ? worker->scene.first_due() : nullptr;
      if (first != nullptr) next = std::min(next, chat::Hub::deadline_ms(*first));
    }
    return next;
  }
  void beat() {
    beat_at_ms_ = now_ms + chat::beat_ms;
    for (const auto& worker : workers) {
      if (worker->alive && worker->scene.hub.has_beats()) worker->scene.hub.beat(now_ms);
    }
  }
  void set_now(std::uint64_t ms) {
    seal.wall += ms - now_ms;
    now_ms = ms;
    for (const auto& worker : workers) worker->scene.now_ms = ms;
  }

  std::deque<std::function<void()>> events_;
  std::uint64_t beat_at_ms_ = now_ms + chat::beat_ms;
  std::uint64_t guests_ = 0;

 public:
  std::vector<std::unique_ptr<Worker>> workers;  // the last one: they write until they end
};

inline void Letters::send(MemberId to, std::span<const std::uint8_t> letter) {
  town_.deliver({from_, to, {letter.begin(), letter.end()}});
}

inline chat::TokenSeal* town_seal(Town& town) {
  return &town.seal;
}

inline void Meeting::keep(chat::ChatId chat, chat::Seat seat, chat::Stamp stamp,
                          std::uint64_t ttl_ms) {
  if (!town_.board_works) return;
  const chat::Keeper own{chat, seat, town_.workers[worker_]->id, stamp};
  for (const auto& other : town_.exchange(reach_, worker_).keep(own, ttl_ms, town_.now_ms)) {
    town_.later([this, other] { town_.at(worker_).hub.kept(other, town_.now_ms); });
  }
}

inline void Board::post(const chat::Ticket& ticket) {
  if (!town_.board_works) return;
  ++town_.posts;
  const auto other = town_.exchange(reach_, worker_).post(ticket, town_.now_ms);
  if (!other) return;
  town_.later([this, own = ticket.id, copy = *other] {
    town_.at(worker_).hub.offered(reach_, own, copy, town_.now_ms);
  });
}

inline void Board::take(const chat::Ticket& own, const chat::Ticket& other) {
  if (!town_.board_works) return;
  const chat::Taken what = town_.exchange(reach_, worker_).take(own.id, other.id);
  town_.later(
      [this, id = own.id, what] { town_.at(worker_).hub.taken(reach_, id, what, town_.now_ms); });
}

inline void Board::withdraw(const chat::Ticket& ticket) {
  if (town_.board_works) town_.exchange(reach_, worker_).withdraw(ticket.id);
}

inline void waits(scene::Guest& guest, std::string_view find = "find") {
  guest.says(find);
  assert_hears(guest, "waiting");
}

// The token of a match that is yet to be heard.
inline std::string peek_token(scene::Guest& guest) {
  const std::string token = token_of(guest, "matched");
  --guest.read;
  return token;
}

inline void both_met(scene::Guest& a, scene::Guest& b) {
  a.token = token_of(a, "matched");
  b.token = token_of(b, "matched");
  assert_silence(a);
  assert_silence(b);
}

// Two who have met although they sit at different workers.
struct Couple {
  explicit Couple(Town& town) : a(town.comes(0)), b(town.comes(1)) {
    waits(a);
    waits(b);
    town.passes(100);
    both_met(a, b);
  }
  scene::Guest &a, &b;
};

inline void resumes(scene::Guest& guest, const std::string& token, unsigned got = 0) {
  guest.says("resume " + token + " got=" + std::to_string(got));
}

// Comes back at that worker, and is there at once or when whoever knows of the chat has answered.
inline scene::Guest& back_at(Town& town, std::size_t worker, const std::string& token,
                             unsigned got = 0) {
  scene::Guest& guest = town.comes(worker);
  resumes(guest, token, got);
  town.passes(5);
  guest.token = token_of(guest, "resumed");
  return guest;
}

// Two who have met on one worker.
struct Pair {
  explicit Pair(Town& town) : a(town.comes(0)), b(town.comes(0)) {
    waits(a);
    b.says("find");
    both_met(a, b);
  }
  scene::Guest &a, &b;
};

inline void assert_talk(Town& town, scene::Guest& a, scene::Guest& b) {
  a.says("typing");
  b.says("typing");
  town.passes(5);
  assert_hears(a, "typing");
  assert_hears(b, "typing");
  assert_silence(a);
  assert_silence(b);
}

// The same, whatever they have heard meanwhile.
inline void assert_go_on(Town& town, scene::Guest& a, scene::Guest& b) {
  a.read = a.heard.size();
  b.read = b.heard.size();
  assert_talk(town, a, b);
}

// The letters of that kind do not arrive until it is called off.
template <typename Kind>
void lose(Town& town) {
  town.copies = [](const Envelope& envelope) { return envelope.is<Kind>() ? 0 : 1; };
}
inline void lose_nothing(Town& town) {
  town.copies = [](const Envelope&) { return 1; };
}

// The first letter of that kind arrives so often, after something else has happened.
template <typename Kind>
void on_first(
    Town& town, int copies, std::function<void()> happens = [] {}) {
  auto done = std::make_shared<bool>(false);
  town.copies = [&town, done, copies, happens](const Envelope& envelope) {
    if (*done || !envelope.is<Kind>()) return 1;
    *done = true;
    town.later(happens);
    return copies;
  };
}

}  // namespace town
