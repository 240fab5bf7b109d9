#include "nginx/zone.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <new>
#include <utility>

#include "nginx/bounds.h"
#include "nginx/keepsake.h"
#include "nginx/request.h"

namespace nginx {

// A worker's place.
struct Zone::Place {
  ngx_pid_t pid;  // 0: free
  chat::MemberId member;
};

struct Zone::Shared {
  bool busy;  // somebody has the lock, or has died with it
  Keepsake keys;
  chat::LobbyState lobby;
  share::RendezvousState rendezvous;
  ngx_rbtree_t counts;
  ngx_rbtree_node_t sentinel;
  std::array<Place, workers_max> workers;
};

// How many people one worker has of one address or lobby. It exists while they are more than 0.
struct Zone::Count {
  ngx_rbtree_node_t node;  // its key is the hash
  std::uint32_t people;
  std::uint16_t worker;
  Of of;
};

namespace {

class Lock {
 public:
  explicit Lock(Zone& zone) : zone_(zone) { zone_.lock(); }
  ~Lock() { zone_.unlock(); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  Zone& zone_;
};

bool is_gone(ngx_pid_t pid) {
  return kill(pid, 0) == -1 && errno == ESRCH;
}

}  // namespace

// ---- configuration and life ----

Zone* Zone::of(const ngx_shm_zone_t* shm) {
  return static_cast<Zone*>(shm->data);
}

const chat::HashKey& Zone::key() const {
  return cluster != nullptr ? cluster->keys.words : shared_->keys.words;
}

const share::Key& Zone::tokens() const {
  return cluster != nullptr ? cluster->keys.tokens : shared_->keys.tokens;
}

std::uint64_t Zone::host() const {
  return shared_->keys.host;
}

char* chat_zone(ngx_conf_t* cf, ngx_command_t*, void*) noexcept {
  auto* value = static_cast<ngx_str_t*>(cf->args->elts) + 1;
  const auto fail = [&](const char* what) {
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "%s in \"chat_zone %V\"", what, value);
    return static_cast<char*>(NGX_CONF_ERROR);
  };

  u_char* colon = ngx_strlchr(value->data, value->data + value->len, ':');
  if (colon == nullptr) return fail("the size is missing (name:size)");
  ngx_str_t name{static_cast<size_t>(colon - value->data), value->data};
  ngx_str_t text{value->len - name.len - 1, colon + 1};
  if (name.len == 0) return fail("the name is missing (name:size)");
  const ssize_t size = ngx_parse_size(&text);
  if (size == NGX_ERROR) return fail("invalid size");
  if (size < static_cast<ssize_t>(zone_bytes_min)) return fail("less than 128k");

  ngx_shm_zone_t* shm = ngx_shared_memory_add(cf, &name, size, &ngx_http_chat_module);
  if (shm == nullptr) return static_cast<char*>(NGX_CONF_ERROR);
  if (shm->data != nullptr) return fail("a second zone of the same name");
  void* memory = ngx_palloc(cf->pool, sizeof(Zone));
  if (memory == nullptr) return static_cast<char*>(NGX_CONF_ERROR);
  shm->data = new (memory) Zone;
  shm->init = Zone::init;
  return NGX_CONF_OK;
}

// Of an earlier configuration, of an earlier process, or new.
ngx_int_t Zone::init(ngx_shm_zone_t* shm, void* old) noexcept {
  Zone* zone = of(shm);
  if (old != nullptr) {
    zone->slab_ = static_cast<Zone*>(old)->slab_;
    zone->shared_ = static_cast<Zone*>(old)->shared_;
    return NGX_OK;
  }
  zone->slab_ = reinterpret_cast<ngx_slab_pool_t*>(shm->shm.addr);
  if (shm->shm.exists) {
    zone->shared_ = static_cast<Shared*>(zone->slab_->data);
    return NGX_OK;
  }
  if (zone->make(view(shm->shm.name))) return NGX_OK;
  ngx_log_error(NGX_LOG_EMERG, shm->shm.log, 0, "cannot set up the chat_zone \"%V\"",
                &shm->shm.name);
  return NGX_ERROR;
}

// REQUIRES: the slab is empty. The first piece of it is always at the same address.
bool Zone::lay_out() {
  shared_ = static_cast<Shared*>(ngx_slab_calloc_locked(slab_, sizeof(Shared)));
  if (shared_ == nullptr) return false;
  slab_->data = shared_;
  // A full zone turns people away with a word to them; it is no news for the log each time.
  slab_->log_nomem = 0;
  ngx_rbtree_init(&shared_->counts, &shared_->sentinel, Zone::insert);
  return true;
}

bool Zone::make(std::string_view name) {
  return lay_out() && keep_or_make(name, shared_->keys);
}

bool Zone::attach(ngx_pid_t pid, chat::MemberId member) {
  const Lock lock(*this);
  auto& workers = shared_->workers;
  for (std::uint16_t i = 0; i < workers_max; ++i) {
    const ngx_pid_t other = workers[i].pid;
    if (other == pid || (other != 0 && is_gone(other))) reap(i);
  }
  const auto free = std::find_if(workers.begin(), workers.end(),
                                 [](const Place& place) { return place.pid == 0; });
  if (free == workers.end()) return false;
  *free = {pid, member};
  worker_ = static_cast<std::uint16_t>(free - workers.begin());
  return true;
}

void Zone::detach() {
  if (worker_ == UINT16_MAX) return;
  const Lock lock(*this);
  reap(worker_);
  worker_ = UINT16_MAX;
}

// ---- what is shared ----

void Zone::lock() {
  ngx_shmtx_lock(&slab_->mutex);
  if (shared_->busy) heal();
  shared_->busy = true;
}

void Zone::unlock() {
  shared_->busy = false;
  ngx_shmtx_unlock(&slab_->mutex);
}

// A worker died with the lock, which nginx's master has opened: whatever it was at is half done.
// Everything but the keys and the places begins anew: tickets come again, counts are low for a
// while, and whose two workers are gone by then does not find a chat again.
void Zone::heal() {
  const auto [keys, workers] = std::pair(shared_->keys, shared_->workers);
  const Shared* before = shared_;
  ngx_slab_init(slab_);
  if (!lay_out() || shared_ != before) abort();
  shared_->keys = keys;
  shared_->workers = workers;
  ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                "chat: a worker died while it changed a zone, which begins anew");
}

chat::LobbyState& Zone::lobby() {
  return shared_->lobby;
}

share::RendezvousState& Zone::rendezvous() {
  return shared_->rendezvous;
}

std::size_t Zone::seats_most() const {
  return static_cast<std::size_t>(slab_->end - slab_->start) / 4 / sizeof(share::KeptSeat);
}

void* Zone::Slab::allocate(std::size_t size) {
  return ngx_slab_alloc_locked(zone_.slab_, size);
}

void Zone::Slab::release(void* memory) {
  ngx_slab_free_locked(zone_.slab_, memory);
}

// ---- who is here ----

bool Zone::enter(std::uint64_t address, std::uint64_t lobby, std::uint32_t address_max,
                 std::uint32_t& online) {
  if (worker_ == UINT16_MAX) return false;
  const Lock lock(*this);
  if (address_max != 0 && total(Of::address, address) >= address_max) return false;
  if (!add(Of::address, address)) return false;
  if (!add(Of::lobby, lobby)) {
    subtract(Of::address, address);
    return false;
  }
  online = total(Of::lobby, lobby);
  return true;
}

void Zone::leave(std::uint64_t address, std::uint64_t lobby) {
  const Lock lock(*this);
  subtract(Of::address, address);
  subtract(Of::lobby, lobby);
}

// ---- counts: with the lock held ----

namespace {

// Orders what one tree holds: by hash, then by worker, then by what is counted.
struct Rank {
  ngx_rbtree_key_t hash;
  std::uint16_t worker;
  std::uint8_t of;
  auto operator<=>(const Rank&) const = default;
};

}  // namespace

void Zone::insert(ngx_rbtree_node_t* root, ngx_rbtree_node_t* node,
                  ngx_rbtree_node_t* sentinel) noexcept {
  const auto rank = [](const ngx_rbtree_node_t* of) {
    const auto* count = reinterpret_cast<const Count*>(of);
    return Rank{of->key, count->worker, static_cast<std::uint8_t>(count->of)};
  };
  ngx_rbtree_node_t** at;
  for (;;) {
    at = rank(node) < rank(root) ? &root->left : &root->right;
    if (*at == sentinel) break;
    root = *at;
  }
  *at = node;
  node->parent = root;
  node->left = node->right = sentinel;
  ngx_rbt_red(node);
}

Zone::Count* Zone::find(Of of, std::uint64_t hash, std::uint16_t worker) const {
  const Rank wanted{static_cast<ngx_rbtree_key_t>(hash), worker, static_cast<std::uint8_t>(of)};
  for (ngx_rbtree_node_t* node = shared_->counts.root; node != &shared_->sentinel;) {
    auto* count = reinterpret_cast<Count*>(node);
    const Rank rank{node->key, count->worker, static_cast<std::uint8_t>(count->of)};
    if (rank == wanted) return count;
    node = wanted < rank ? node->left : node->right;
  }
  return nullptr;
}

std::uint32_t Zone::total(Of of, std::uint64_t hash) const {
  std::uint32_t people = 0;
  for (std::uint16_t worker = 0; worker < workers_max; ++worker) {
    if (shared_->workers[worker].pid == 0) continue;
    if (const Count* count = find(of, hash, worker)) people += count->people;
  }
  return people;
}

bool Zone::add(Of of, std::uint64_t hash) {
  if (Count* count = find(of, hash, worker_)) {
    ++count->people;
    return true;
  }
  auto* count = static_cast<Count*>(ngx_slab_alloc_locked(slab_, sizeof(Count)));
  if (count == nullptr) return false;
  count->node.key = hash;
  count->people = 1;
  count->worker = worker_;
  count->of = of;
  ngx_rbtree_insert(&shared_->counts, &count->node);
  return true;
}

void Zone::subtract(Of of, std::uint64_t hash) {
  Count* count = find(of, hash, worker_);
  if (count != nullptr && --count->people == 0) remove(count);
}

void Zone::remove(Count* count) {
  ngx_rbtree_delete(&shared_->counts, &count->node);
  ngx_slab_free_locked(slab_, count);
}

// Takes a worker's tickets and counts out and frees its place. The successor is taken before a node
// goes: deleting a node relinks nodes and never copies one into another (ngx_rbtree_delete).
void Zone::reap(std::uint16_t worker) {
  chat::Lobby lobby(shared_->lobby, memory_);
  lobby.each([&](chat::Standing& standing) {
    if (standing.ticket.owner != shared_->workers[worker].member) return;
    lobby.remove(standing);
    chat::Standing::destroy(&standing, memory_);
  });
  if (shared_->counts.root != &shared_->sentinel) {
    ngx_rbtree_node_t* node = ngx_rbtree_min(shared_->counts.root, &shared_->sentinel);
    while (node != nullptr) {
      ngx_rbtree_node_t* next = ngx_rbtree_next(&shared_->counts, node);
      auto* count = reinterpret_cast<Count*>(node);
      if (count->worker == worker) remove(count);
      node = next;
    }
  }
  shared_->workers[worker] = {};
}

}  // namespace nginx
