// The module: what nginx calls, and when.
#include "nginx/abi.h"
#include "nginx/cluster_directives.h"
#include "nginx/directives.h"
#include "nginx/ngx.h"
#include "nginx/worker.h"
#include "nginx/zone_use.h"

namespace {

ngx_int_t check(ngx_conf_t* cf) noexcept {
  if (!nginx::is_built_for_this_nginx(cf)) {
    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "ngx_http_chat_module was built for another nginx than this " NGINX_VER
                  ", although the version is the same: build it against the nginx-dev "
                  "(or the sources) of the nginx that loads it");
    return NGX_ERROR;
  }
  return nginx::all_zones_exist(cf) && nginx::join_clusters(cf) ? NGX_OK : NGX_ERROR;
}

bool serves_people() {
  return ngx_process == NGX_PROCESS_WORKER || ngx_process == NGX_PROCESS_SINGLE;
}

ngx_int_t start_process(ngx_cycle_t* cycle) noexcept {
  if (!serves_people()) return NGX_OK;
  return nginx::Worker::start(cycle) ? NGX_OK : NGX_ERROR;
}

void stop_process(ngx_cycle_t* cycle) noexcept {
  if (serves_people()) nginx::Worker::stop(cycle);
}

ngx_http_module_t context = {
    nullptr,                 // preconfiguration
    check,                   // postconfiguration
    nginx::create_main,      // create main configuration
    nullptr,                 // init main configuration
    nullptr,                 // create server configuration
    nullptr,                 // merge server configuration
    nginx::create_location,  // create location configuration
    nginx::merge_location,   // merge location configuration
};

}  // namespace

extern "C" {

__attribute__((visibility("default"))) ngx_module_t ngx_http_chat_module = {
    NGX_MODULE_V1,
    &context,
    nginx::directives,
    NGX_HTTP_MODULE,
    nullptr,        // init master
    nullptr,        // init module
    start_process,  // init process
    nullptr,        // init thread
    nullptr,        // exit thread
    stop_process,   // exit process
    nullptr,        // exit master
    NGX_MODULE_V1_PADDING,
};
}
