// Where the configuration uses a zone, to name the line when there is no such zone.
#pragma once

#include "nginx/ngx.h"

namespace nginx {

struct ZoneUse {
  ngx_shm_zone_t* zone;
  ngx_str_t file;
  ngx_uint_t line;
};

// Whether a `chat_zone` made each zone of `uses` (an array of ZoneUse). Logs the first one that is
// missing.
bool all_zones_exist(ngx_conf_t* cf, const ngx_array_t& uses);

}  // namespace nginx
