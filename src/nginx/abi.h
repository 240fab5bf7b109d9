// Whether this module was compiled for the nginx that loads it.
#pragma once

#include "nginx/ngx.h"

namespace nginx {

// nginx compares a module's signature, which says nothing of a distribution's patches: one that
// moves a bit field in ngx_connection_t loads without a word and sets the wrong bits. So a function
// of the running nginx is asked to set one, and it is looked for where the headers said it is.
bool is_built_for_this_nginx(ngx_conf_t* cf);

}  // namespace nginx
