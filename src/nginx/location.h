// What the directives of one location say.
#pragma once

#include <cstddef>

#include "chat/settings.h"
#include "nginx/ngx.h"
#include "ws/liveness.h"

namespace nginx {

class Zone;

// Plain, so that nginx can allocate it and its directive table can point into it. Values not said
// are NGX_CONF_UNSET* until they are merged.
struct Location {
  ngx_shm_zone_t* zone;             // chat; null: no chat here
  ngx_flag_t echo;                  // chat_echo
  size_t echo_max;                  // bytes of a message
  ngx_http_complex_value_t* lobby;  // chat_lobby; null: $host
  ngx_msec_t patience_ms;           // chat_patience
  ngx_msec_t idle_ms;               // chat_idle
  ngx_msec_t window_ms;             // chat_window
  ngx_msec_t drain_ms;              // chat_drain
  ngx_msec_t ping_ms;               // chat_ping
  size_t message_max;               // chat_message_max, bytes
  size_t pending_max;               // chat_pending, bytes
  chat::Rate* message_rate;         // chat_message_rate
  chat::Rate* find_rate;            // chat_find_rate
  ngx_int_t sessions_max;           // chat_sessions, of this worker; 0: no limit of our own
  ngx_int_t address_max;            // chat_sessions_per_address; 0: no limit
  ngx_array_t* origins;             // chat_origin, of ngx_str_t

  // The same as the domain reads it; made when the values are merged.
  chat::Settings settings;
  ws::Liveness::Times times;

  ngx_log_t* log;  // the location's error_log
};

}  // namespace nginx
