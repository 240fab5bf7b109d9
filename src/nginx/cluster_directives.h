// `chat_secret` and `chat_redis`: how a zone becomes one with those of other hosts.
#pragma once

#include "nginx/main.h"
#include "nginx/ngx.h"
#include "nginx/zone.h"

namespace nginx {

struct ClusterUse {
  ngx_shm_zone_t* zone;
  Zone::Cluster* cluster;
  Line line;
};

// Handler of `chat_secret file`.
char* chat_secret(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept;
// Handler of `chat_redis zone=name address [option=value ...]`.
char* chat_redis(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept;

// Gives each zone that a `chat_redis` names what it says, and wipes the secret. False: a zone or
// the secret is missing, which is logged.
bool join_clusters(ngx_conf_t* cf);

}  // namespace nginx
