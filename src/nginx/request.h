// What an nginx request says, in the terms of the layers below.
#pragma once

#include <string_view>

#include "nginx/location.h"
#include "nginx/ngx.h"
#include "nginx/visitor.h"
#include "ws/handshake.h"

namespace nginx {

inline std::string_view view(const ngx_str_t& text) {
  return {reinterpret_cast<const char*>(text.data), text.len};
}

// The opening handshake's headers. Views live as long as the request. False: out of memory.
bool read_handshake(ngx_http_request_t* request, ws::Request& handshake);

// Whether a page that may use this location opened the connection, or no browser did (RFC 6455
// section 10.2).
bool origin_may_connect(ngx_http_request_t* request, const Location& location);

// Where a visitor comes from and goes to. The address must be read while the request lives: realip
// takes its own away with it. False: the lobby's name could not be made out.
bool read_place(ngx_http_request_t* request, const Location& location, const chat::HashKey& key,
                Visitor::Place& place);

}  // namespace nginx
