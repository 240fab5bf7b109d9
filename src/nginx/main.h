// What the directives say that stand in http alone.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "nginx/ngx.h"
#include "share/redis_settings.h"
#include "share/secret.h"

namespace nginx {

// Plain, so that nginx can allocate it.
struct Main {
  ngx_array_t uses;      // of ZoneUse: chat
  ngx_array_t clusters;  // of ClusterUse: chat_redis
  std::size_t secret_size;
  std::array<std::uint8_t, share::secret_bytes_max> secret;  // chat_secret; wiped in the end
};

// Where a directive stands.
struct Line {
  ngx_str_t file;
  ngx_uint_t number;
};
inline Line line_of(const ngx_conf_t* cf) {
  return {cf->conf_file->file.name, cf->conf_file->line};
}

inline Main& main_of(ngx_conf_t* cf) {
  return *static_cast<Main*>(ngx_http_conf_get_module_main_conf(cf, ngx_http_chat_module));
}

}  // namespace nginx
