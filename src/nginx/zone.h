// The zone of a `chat_zone`: what the workers of one host share, in a fixed layout in nginx's
// shared memory. It survives reloads under the same name and size. It holds random keys, the
// tickets of who is alone in their worker, who keeps which seat of a chat that somebody may come
// back to, and, for each worker, how many people it has from each address and in each lobby: random
// numbers, keyed hashes and counts, no address, no name, no text.
//
// A worker that dies leaves its counts and tickets behind; the next worker that starts takes them
// out. What it said of seats dies by itself.
#pragma once

#include <cstdint>
#include <string_view>

#include "chat/interest.h"
#include "chat/lobby.h"
#include "chat/member.h"
#include "chat/memory.h"
#include "nginx/ngx.h"
#include "share/redis_settings.h"
#include "share/secret.h"
#include "share/zone_rendezvous.h"

namespace nginx {

// Handler of the directive `chat_zone name:size`.
char* chat_zone(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept;

class House;

// The zone as one process sees it; lives in its configuration's memory.
class Zone {
 public:
  // This worker's people in the zone (worker.h); null before a worker has started, and in a
  // configuration that a single process (master_process off) has reloaded: then nobody can come in
  // until it is started anew.
  House* house = nullptr;

  // How it is one with those of other hosts; null: it is not.
  struct Cluster {
    share::RedisSettings settings;
    share::Keys keys;
  };
  const Cluster* cluster = nullptr;

  // The one behind a shared memory zone of ours, or null when no `chat_zone` made it.
  static Zone* of(const ngx_shm_zone_t* shm);

  // The key of whatever is hashed here: that of the cluster, or a random one of the zone's own.
  const chat::HashKey& key() const;
  // The master key of tokens: the same.
  const share::Key& tokens() const;
  // Random, of this host.
  std::uint64_t host() const;

  // Takes a place for this worker, which is `member`, and takes out what dead ones left. False: no
  // place is free; then `enter` refuses.
  bool attach(ngx_pid_t pid, chat::MemberId member);
  // Gives the place back, and takes out who has not left.
  void detach();

  // The lobby and the rendezvous of the host's workers: to be used with the zone locked, and with
  // memory that is the zone's.
  chat::LobbyState& lobby();
  share::RendezvousState& rendezvous();
  // How many seats may be kept there: a quarter of the zone, so that people can come in.
  std::size_t seats_most() const;
  chat::Memory& memory() { return memory_; }
  void lock();
  void unlock();

  // Counts one more in. `address` and `lobby` are keyed hashes. False: `address` has `address_max`
  // people already (0: as many as like), or the zone is full; nobody was counted. Otherwise
  // `online` says how many the lobby has now.
  bool enter(std::uint64_t address, std::uint64_t lobby, std::uint32_t address_max,
             std::uint32_t& online);
  // REQUIRES: they entered with the same hashes.
  void leave(std::uint64_t address, std::uint64_t lobby);

 private:
  friend char* chat_zone(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept;
  // The slab of the zone. REQUIRES: the zone is locked.
  class Slab final : public chat::Memory {
   public:
    explicit Slab(const Zone& zone) : zone_(zone) {}
    void* allocate(std::size_t size) override;
    void release(void* memory) override;

   private:
    const Zone& zone_;
  };
  struct Shared;
  struct Place;
  struct Count;
  enum class Of : std::uint8_t { address, lobby };

  static ngx_int_t init(ngx_shm_zone_t* shm, void* old) noexcept;
  static void insert(ngx_rbtree_node_t* root, ngx_rbtree_node_t* node,
                     ngx_rbtree_node_t* sentinel) noexcept;
  bool make(std::string_view name);
  bool lay_out();
  void heal();
  Count* find(Of of, std::uint64_t hash, std::uint16_t worker) const;
  std::uint32_t total(Of of, std::uint64_t hash) const;
  bool add(Of of, std::uint64_t hash);
  void subtract(Of of, std::uint64_t hash);
  void remove(Count* count);
  void reap(std::uint16_t worker);

  Slab memory_{*this};
  ngx_slab_pool_t* slab_ = nullptr;
  Shared* shared_ = nullptr;
  std::uint16_t worker_ = UINT16_MAX;
};

}  // namespace nginx
