#include "nginx/worker.h"

#include <malloc.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <new>

#include "nginx/house.h"
#include "nginx/visitor.h"
#include "nginx/zone.h"

namespace nginx {

namespace {

Worker* the_worker;

// Calls `visit(Zone&)` for each zone of ours in the configuration; stops at the first false.
template <typename Visit>
bool each_zone(ngx_cycle_t* cycle, Visit visit) {
  for (ngx_list_part_t* part = &cycle->shared_memory.part; part != nullptr; part = part->next) {
    auto* zones = static_cast<ngx_shm_zone_t*>(part->elts);
    for (ngx_uint_t i = 0; i < part->nelts; ++i) {
      if (zones[i].tag != &ngx_http_chat_module) continue;
      if (!visit(*Zone::of(&zones[i]))) return false;
    }
  }
  return true;
}

}  // namespace

bool Worker::start(ngx_cycle_t* cycle) {
  void* memory = ngx_alloc(sizeof(Worker), cycle->log);
  if (memory == nullptr) return false;
  the_worker = new (memory) Worker;
  return each_zone(cycle, [&](Zone& zone) {
    void* house = ngx_alloc(sizeof(House), cycle->log);
    if (house == nullptr) return false;
    const chat::MemberId self{zone.host(), the_worker->next() | 1};  // 0 is nobody
    zone.house = new (house) House(zone, self, the_worker->loop_, *the_worker, *the_worker);
    zone.house->open();
    return true;
  });
}

// A worker that is ended at once (TERM) leaves its people where they are: the process is over with
// this.
void Worker::stop(ngx_cycle_t* cycle) {
  each_zone(cycle, [](Zone& zone) {
    zone.detach();
    if (zone.house == nullptr || zone.house->hub().people() > 0) return true;
    zone.house->~House();
    ngx_free(zone.house);
    zone.house = nullptr;
    return true;
  });
}

Worker& Worker::self() {
  return *the_worker;
}

// ---- effects of the domain ----

void Worker::send(chat::Session& to, std::string_view frame) {
  Visitor& visitor = Visitor::of(to);
  visitor.write_text(frame);
  visitor.arm();  // what was said may have changed what they wait for
}

void Worker::relay(chat::Session& to, std::span<std::uint8_t> frame) {
  burst_.relay(Visitor::of(to), frame);
}

void Worker::close(chat::Session& of, chat::Ending why) {
  Visitor::of(of).dismissed(why);
}

void Worker::reschedule(chat::Session& of) {
  Visitor::of(of).arm();
}

std::uint64_t Worker::next() {
  if (random_left_ == 0) {
    // It cannot fail once the generator is seeded, and a worker without randomness must not go on.
    if (RAND_bytes(reinterpret_cast<unsigned char*>(random_.data()), sizeof(random_)) != 1) abort();
    random_left_ = random_.size();
  }
  const std::uint64_t number = random_[--random_left_];
  random_[random_left_] = 0;
  return number;
}

// ---- memory ----

void Worker::ended() {
  --connections_;
  ++ended_;
  if (trim_.timer_set || ngx_exiting) return;
  trim_.handler = trim;
  trim_.data = &trim_;
  trim_.log = ngx_cycle->log;
  trim_.cancelable = 1;
  ngx_add_timer(&trim_, trim_ms);
}

// The allocator keeps what connections gave back, for good. When as many have ended as are left it
// goes to the system.
void Worker::trim(ngx_event_t*) noexcept {
  Worker& worker = self();
  if (worker.ended_ < worker.connections_) return;
  worker.ended_ = 0;
  malloc_trim(0);
}

}  // namespace nginx
