#include "nginx/abi.h"

namespace nginx {

// ngx_reusable_connection sets c->reusable, the bit field that follows those that distributions
// have added to, and puts the connection into a queue of the cycle; both are taken back. `close` is
// set by nginx, `idle` by us: neighbours.
bool is_built_for_this_nginx(ngx_conf_t* cf) {
  // With room behind it, should the running nginx have a larger one.
  static struct {
    ngx_connection_t connection;
    char room[sizeof(ngx_connection_t)];
  } place;
  ngx_memzero(&place, sizeof(place));
  ngx_connection_t& connection = place.connection;
  connection.log = cf->log;

  volatile ngx_cycle_t* running = ngx_cycle;
  ngx_cycle = cf->cycle;  // the running one has no queues yet when nginx starts
  ngx_reusable_connection(&connection, 1);
  const bool found = connection.reusable == 1;
  ngx_reusable_connection(&connection, 0);
  ngx_cycle = running;
  return found && connection.reusable == 0;
}

}  // namespace nginx
