// Where the configuration uses a zone, to name the line when there is no such zone.
#pragma once

#include "nginx/main.h"
#include "nginx/ngx.h"

namespace nginx {

struct ZoneUse {
  ngx_shm_zone_t* zone;
  Line line;
};

// Whether a `chat_zone` made each zone that a `chat` names. Logs the first one that is missing.
bool all_zones_exist(ngx_conf_t* cf);

}  // namespace nginx
