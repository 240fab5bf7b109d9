#include "nginx/upgrade.h"

#include <openssl/ssl.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "nginx/echo.h"
#include "nginx/house.h"
#include "nginx/request.h"
#include "nginx/visitor.h"
#include "nginx/worker.h"

namespace nginx {

namespace {

constexpr std::string_view subprotocol = "chat.v1";

const Location& location_of(ngx_http_request_t* request) {
  return *static_cast<Location*>(ngx_http_get_module_loc_conf(request, ngx_http_chat_module));
}

// ---- answering ----

ngx_str_t text(std::string_view view) {
  return {view.size(), reinterpret_cast<u_char*>(const_cast<char*>(view.data()))};
}

// `name` and `value` must outlive the request.
bool add_header(ngx_http_request_t* request, std::string_view name, std::string_view value) {
  auto* header = static_cast<ngx_table_elt_t*>(ngx_list_push(&request->headers_out.headers));
  if (header == nullptr) return false;
  ngx_memzero(header, sizeof(*header));
  header->hash = 1;
  header->key = text(name);
  header->value = text(value);
  return true;
}

ngx_int_t answer(ngx_http_request_t* request, unsigned status, std::string_view reason) {
  bool added = true;
  if (status == NGX_HTTP_NOT_ALLOWED) added = add_header(request, "Allow", "GET");
  if (status == 426) {
    // nginx has no words of its own for this one (RFC 9110 section 15.5.22).
    request->headers_out.status_line = text("426 Upgrade Required");
    added = add_header(request, "Upgrade", "websocket") &&
            add_header(request, "Sec-WebSocket-Version", "13");
  }
  if (!added) return NGX_HTTP_INTERNAL_SERVER_ERROR;

  auto* line = static_cast<u_char*>(ngx_pnalloc(request->pool, reason.size() + 1));
  if (line == nullptr) return NGX_HTTP_INTERNAL_SERVER_ERROR;
  *ngx_cpymem(line, reason.data(), reason.size()) = '\n';
  ngx_http_complex_value_t body;
  ngx_memzero(&body, sizeof(body));
  body.value = {reason.size() + 1, line};
  ngx_str_t type = text("text/plain");
  return ngx_http_send_response(request, status, &type, &body);
}

// 101, with the header out of the door when this returns NGX_OK or NGX_AGAIN.
ngx_int_t switch_protocols(ngx_http_request_t* request, std::string_view key, bool echo) {
  const ws::AcceptKey accept = ws::accept_key(key);
  auto* accept_text = static_cast<char*>(ngx_pnalloc(request->pool, accept.size()));
  if (accept_text == nullptr) return NGX_ERROR;
  std::memcpy(accept_text, accept.data(), accept.size());

  request->headers_out.status = NGX_HTTP_SWITCHING_PROTOCOLS;
  request->headers_out.status_line = text("101 Switching Protocols");
  // nginx writes "Connection: upgrade" itself.
  if (!add_header(request, "Upgrade", "websocket") ||
      !add_header(request, "Sec-WebSocket-Accept", {accept_text, accept.size()}) ||
      (!echo && !add_header(request, "Sec-WebSocket-Protocol", subprotocol))) {
    return NGX_ERROR;
  }
  const ngx_int_t rc = ngx_http_send_header(request);
  if (rc == NGX_ERROR || rc > NGX_OK) return NGX_ERROR;
  return ngx_http_send_special(request, NGX_HTTP_FLUSH);
}

// ---- detaching ----

// A pool for one connection after the upgrade: its own header and what lies in it.
ngx_pool_t* small_pool(ngx_connection_t* c, std::size_t connection_size, ngx_log_t* log) {
  const std::size_t tls = c->ssl != nullptr ? sizeof(ngx_ssl_connection_t) : 0;
  return ngx_create_pool(sizeof(ngx_pool_t) + connection_size + tls + 2 * NGX_ALIGNMENT, log);
}

// Moves a connection whose request is gone into `pool`: what nginx made for HTTP is no longer
// needed. Returns the old pool, in which the input still lies that came behind the request.
ngx_pool_t* exchange_pool(ngx_connection_t* c, ngx_pool_t* pool, ngx_log_t* log) {
  ngx_pool_t* old = c->pool;
  if (c->ssl != nullptr) {
    ngx_ssl_free_buffer(c);
    ngx_ssl_ocsp_cleanup(c);
    auto* ssl = static_cast<ngx_ssl_connection_t*>(ngx_palloc(pool, sizeof(ngx_ssl_connection_t)));
    *ssl = *c->ssl;
    ssl->buf = nullptr;  // of send_chain, which is not used any more
    ssl->buffer = 0;
    ssl->saved_read_handler = ssl->saved_write_handler = nullptr;  // of HTTP
    ssl->ocsp = nullptr;
    c->ssl = ssl;
    // What was decrypted does not stay in OpenSSL's buffers, and a retried write may come from
    // another address.
    SSL_set_options(ssl->connection, SSL_OP_CLEANSE_PLAINTEXT);
    SSL_set_mode(ssl->connection, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  }
  c->pool = pool;
  c->log = c->read->log = c->write->log = log;
  c->sockaddr = c->local_sockaddr = nullptr;
  c->socklen = c->local_socklen = 0;
  c->addr_text = {};
  c->proxy_protocol = nullptr;
  c->buffer = nullptr;
  return old;
}

void end_request(ngx_http_request_t* request) {
  ngx_connection_t* c = request->connection;
  ngx_http_free_request(request, 0);
  ngx_http_close_connection(c);
}

void detach(ngx_http_request_t* request) {
  ngx_connection_t* c = request->connection;
  const Location& location = location_of(request);
  auto* house = location.echo ? nullptr : Zone::of(location.zone)->house;

  Visitor::Place place{};
  ngx_pool_t* pool = small_pool(c, std::max(sizeof(Visitor), sizeof(Echo)), location.log);
  if (pool == nullptr ||
      (house != nullptr && !read_place(request, location, house->zone().key(), place))) {
    if (pool != nullptr) ngx_destroy_pool(pool);
    return end_request(request);
  }
  // A request that was under way when the worker was told to stop: its connection was not idle yet,
  // nobody told it.
  const bool stopping = ngx_exiting || ngx_terminate;

  const std::span<std::uint8_t> early{request->header_in->pos, request->header_in->last};
  ngx_http_free_request(request, 0);
  c->destroyed = 0;  // of the request
  if (c->read->timer_set) ngx_del_timer(c->read);
  if (c->write->timer_set) ngx_del_timer(c->write);
  ngx_pool_t* old = exchange_pool(c, pool, location.log);
  c->close = stopping;
  ngx_tcp_nodelay(c);

  Worker::self().begun();
  if (house != nullptr) {
    void* memory = ngx_palloc(pool, sizeof(Visitor));
    (new (memory) Visitor(c, location, *house, place))->start(early);
  } else {
    void* memory = ngx_palloc(pool, sizeof(Echo));
    (new (memory) Echo(c, location))->start(early);
  }
  OPENSSL_cleanse(early.data(), early.size());
  ngx_destroy_pool(old);
}

// Until the answer is out of the door.
void on_event_before_detach(ngx_event_t* event) noexcept {
  auto* c = static_cast<ngx_connection_t*>(event->data);
  auto* request = static_cast<ngx_http_request_t*>(c->data);
  if (event->timedout || c->error || c->close) return end_request(request);
  if (request->out != nullptr || c->buffered != 0) {
    const ngx_int_t rc = ngx_http_output_filter(request, nullptr);
    if (rc == NGX_ERROR) return end_request(request);
    if (request->out != nullptr || c->buffered != 0) {
      auto* core = static_cast<ngx_http_core_loc_conf_t*>(
          ngx_http_get_module_loc_conf(request, ngx_http_core_module));
      if (!c->write->timer_set) ngx_add_timer(c->write, core->send_timeout);
      if (ngx_handle_write_event(c->write, 0) != NGX_OK) end_request(request);
      return;
    }
  }
  detach(request);
}

}  // namespace

ngx_int_t handle_upgrade(ngx_http_request_t* request) noexcept {
  const Location& location = location_of(request);
  // A subrequest (auth_request, mirror, SSI) has no connection of its own to take.
  if (request != request->main || request->post_action || request->header_sent) {
    return NGX_HTTP_INTERNAL_SERVER_ERROR;
  }
  // error_page led here, whose status would replace every answer of ours.
  request->err_status = 0;
  ws::Request handshake;
  if (!read_handshake(request, handshake)) return NGX_HTTP_INTERNAL_SERVER_ERROR;
  if (const auto refusal =
          ws::refuse(handshake, location.echo ? std::string_view() : subprotocol)) {
    return answer(request, refusal->status, refusal->reason);
  }
  if (request->headers_in.content_length_n > 0 || request->headers_in.chunked) {
    return answer(request, NGX_HTTP_BAD_REQUEST, "an upgrade has no body");
  }
  if (!origin_may_connect(request, location)) {
    return answer(request, NGX_HTTP_FORBIDDEN, "this page may not connect here (Origin)");
  }
  const bool ready = location.echo || Zone::of(location.zone)->house != nullptr;
  if (ngx_exiting || ngx_terminate || !ready) {
    return answer(request, NGX_HTTP_SERVICE_UNAVAILABLE, "restarting, try again");
  }

  const ngx_int_t rc = switch_protocols(request, handshake.key, location.echo);
  if (rc == NGX_ERROR) return NGX_ERROR;

  // The connection goes on without its request, as soon as this event is over and the answer is
  // sent.
  ngx_connection_t* c = request->connection;
  ++request->main->count;
  c->read->handler = on_event_before_detach;
  c->write->handler = on_event_before_detach;
  ngx_post_event(c->read, &ngx_posted_events);
  return NGX_DONE;
}

}  // namespace nginx
