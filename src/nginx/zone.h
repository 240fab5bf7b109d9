// The zone of a `chat_zone`: what the workers of one host share, in a fixed layout in nginx's
// shared memory. It survives reloads under the same name and size. It holds a random key and, for
// each worker, how many people it has from each address and in each lobby: keyed hashes and counts,
// no address, no name, no text.
//
// A worker that dies leaves its counts behind; the next worker that starts takes them out.
#pragma once

#include <cstdint>

#include "chat/interest.h"
#include "nginx/ngx.h"

namespace nginx {

// Handler of the directive `chat_zone name:size`.
char* chat_zone(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept;

struct House;

// The zone as one process sees it; lives in its configuration's memory.
class Zone {
 public:
  // This worker's people in the zone (worker.h); null before a worker has started, and in a
  // configuration that a single process (master_process off) has reloaded: then nobody can come in
  // until it is started anew.
  House* house = nullptr;

  // The one behind a shared memory zone of ours, or null when no `chat_zone` made it.
  static Zone* of(const ngx_shm_zone_t* shm);

  const chat::HashKey& key() const;

  // Takes a place for this worker, and takes the counts of dead ones out. False: no place is free;
  // then `enter` refuses.
  bool attach(ngx_pid_t pid);
  // Gives the place back, and takes out who has not left.
  void detach();

  // Counts one more in. `address` and `lobby` are keyed hashes. False: `address` has `address_max`
  // people already (0: as many as like), or the zone is full; nobody was counted. Otherwise
  // `online` says how many the lobby has now.
  bool enter(std::uint64_t address, std::uint64_t lobby, std::uint32_t address_max,
             std::uint32_t& online);
  // REQUIRES: they entered with the same hashes.
  void leave(std::uint64_t address, std::uint64_t lobby);

 private:
  friend char* chat_zone(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept;
  struct Shared;
  struct Count;
  enum class Of : std::uint8_t { address, lobby };

  static ngx_int_t init(ngx_shm_zone_t* shm, void* old) noexcept;
  static void insert(ngx_rbtree_node_t* root, ngx_rbtree_node_t* node,
                     ngx_rbtree_node_t* sentinel) noexcept;
  bool make();
  Count* find(Of of, std::uint64_t hash, std::uint16_t worker) const;
  std::uint32_t total(Of of, std::uint64_t hash) const;
  bool add(Of of, std::uint64_t hash);
  void subtract(Of of, std::uint64_t hash);
  void remove(Count* count);
  void reap(std::uint16_t worker);

  ngx_slab_pool_t* slab_ = nullptr;
  Shared* shared_ = nullptr;
  std::uint16_t worker_ = UINT16_MAX;
};

}  // namespace nginx
