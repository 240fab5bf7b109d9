#include "nginx/zone_use.h"

#include <span>

#include "nginx/zone.h"

namespace nginx {

bool all_zones_exist(ngx_conf_t* cf) {
  const ngx_array_t& uses = main_of(cf).uses;
  for (const ZoneUse& use : std::span(static_cast<const ZoneUse*>(uses.elts), uses.nelts)) {
    if (Zone::of(use.zone) != nullptr) continue;
    ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "no \"chat_zone %V:size\" for \"chat %V\" in %V:%ui",
                  &use.zone->shm.name, &use.zone->shm.name, &use.line.file, use.line.number);
    return false;
  }
  return true;
}

}  // namespace nginx
