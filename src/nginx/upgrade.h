// From an HTTP request to a WebSocket connection.
#pragma once

#include "nginx/ngx.h"

namespace nginx {

// Content handler of locations with `chat` or `chat_echo`: answers 101 and detaches the connection
// from its request, or answers with a 4xx and a sentence that says why.
ngx_int_t handle_upgrade(ngx_http_request_t* request) noexcept;

}  // namespace nginx
