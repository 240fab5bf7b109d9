#include "nginx/house.h"

#include "chat/letter.h"

namespace nginx {

static_assert(share::letter_room + chat::relay_header_bytes >= chat::frame_room);

namespace {

// nginx reads the clock once for each round of events (ngx_time_update).
std::uint64_t wall_clock() {
  const ngx_time_t* now = ngx_timeofday();
  return static_cast<std::uint64_t>(now->sec) * 1000 + now->msec;
}

}  // namespace

House::House(Zone& zone, chat::MemberId self, Loop& loop, chat::Outlet& outlet,
             chat::Random& random)
    : zone_(zone),
      self_(self),
      loop_(loop),
      beat_(loop.make_alarm(on_beat, this)),
      mail_(self, loop, *this),
      listens_(beat_ != nullptr && mail_.open()),
      lobby_(zone.lobby(), zone.memory(), zone, loop, *this),
      rendezvous_(zone.rendezvous(), zone.memory(), zone.seats_most(), zone, self, loop, *this),
      tokens_(zone.tokens(), random, wall_clock),
      hub_(outlet, random, zone.key(), surroundings(random)) {}

chat::Surroundings House::surroundings(chat::Random& random) {
  chat::Surroundings around{self_, this, {nullptr, nullptr}, {nullptr, nullptr}, &tokens_};
  if (!listens_) return around;
  constexpr auto host_reach = static_cast<std::size_t>(chat::Reach::host);
  around.lobbies[host_reach] = &lobby_;
  around.rendezvous[host_reach] = &rendezvous_;
  if (const Zone::Cluster* cluster = zone_.cluster) {
    share::Receiver& receiver = *this;
    cluster_.emplace(cluster->settings, cluster->keys, self_, ngx_worker == 0, loop_, random,
                     receiver);
    constexpr auto cluster_reach = static_cast<std::size_t>(chat::Reach::cluster);
    around.lobbies[cluster_reach] = &cluster_->lobby();
    around.rendezvous[cluster_reach] = &cluster_->rendezvous();
  }
  return around;
}

House::~House() {
  if (beat_ != nullptr) loop_.destroy(*beat_);
}

void House::open() {
  if (!zone_.attach(ngx_pid, self_)) {
    loop_.log(share::Loop::Severity::error,
              "a zone has no place for another worker, people are turned away");
  }
  if (!listens_) {
    loop_.log(share::Loop::Severity::error,
              "a worker cannot be reached by the others, its people meet each other alone");
  }
  if (cluster_) cluster_->start();
}

void House::send(chat::MemberId to, std::span<const std::uint8_t> letter) {
  if (to.host != self_.host) {
    if (cluster_) cluster_->mail().send(to, letter);
  } else if (listens_) {
    mail_.send(to, letter);
  }
}

void House::offered(chat::Reach reach, chat::TicketId own, const chat::Ticket& other) {
  hub_.offered(reach, own, other, ngx_current_msec);
}

void House::taken(chat::Reach reach, chat::TicketId own, chat::Taken what) {
  hub_.taken(reach, own, what, ngx_current_msec);
}

void House::kept(const chat::Keeper& keeper) {
  hub_.kept(keeper, ngx_current_msec);
  beat_if_needed();
}

void House::letter(chat::MemberId from, std::span<std::uint8_t> letter) {
  hub_.letter(from, letter, ngx_current_msec);
  beat_if_needed();
}

void House::gone(chat::MemberId member) {
  lobby_.drop_owner(member);
  hub_.gone(member, ngx_current_msec);
  beat_if_needed();
}

void House::unreached(chat::MemberId member) {
  hub_.unreached(member, ngx_current_msec);
  beat_if_needed();
}

void House::cut() {
  hub_.cut(ngx_current_msec);
  beat_if_needed();
}

void House::mended() {
  hub_.mended(ngx_current_msec);
  beat_if_needed();
}

void House::beat_if_needed() {
  if (beats_ || !hub_.has_beats()) return;
  beats_ = true;
  loop_.set(*beat_, chat::beat_ms);
}

void House::on_beat(void* self) noexcept {
  auto& house = *static_cast<House*>(self);
  house.beats_ = false;
  house.hub_.beat(ngx_current_msec);
  house.beat_if_needed();
}

}  // namespace nginx
