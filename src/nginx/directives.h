// The directives of a location, and how they are inherited.
#pragma once

#include "nginx/location.h"
#include "nginx/ngx.h"

namespace nginx {

extern ngx_command_t directives[];

void* create_main(ngx_conf_t* cf) noexcept;
void* create_location(ngx_conf_t* cf) noexcept;
char* merge_location(ngx_conf_t* cf, void* parent, void* child) noexcept;

}  // namespace nginx
