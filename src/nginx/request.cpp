#include "nginx/request.h"

#include <algorithm>
#include <array>
#include <span>

namespace nginx {

namespace {

bool same_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         ngx_strncasecmp(reinterpret_cast<u_char*>(const_cast<char*>(a.data())),
                         reinterpret_cast<u_char*>(const_cast<char*>(b.data())), a.size()) == 0;
}

// Calls `visit(value)` for each header of that name, in the order they came.
template <typename Visit>
void each_header(ngx_http_request_t* request, std::string_view name, Visit visit) {
  for (ngx_list_part_t* part = &request->headers_in.headers.part; part != nullptr;
       part = part->next) {
    const std::span headers(static_cast<ngx_table_elt_t*>(part->elts), part->nelts);
    for (const ngx_table_elt_t& header : headers) {
      if (header.hash != 0 && same_ignoring_case(view(header.key), name)) visit(header.value);
    }
  }
}

// All values of a header, joined with ", " (RFC 9110 section 5.3); an absent one has no data.
// False: out of memory.
bool read_list(ngx_http_request_t* request, std::string_view name, std::string_view& list) {
  std::size_t size = 0;
  unsigned count = 0;
  each_header(request, name, [&](const ngx_str_t& value) {
    size += value.len + 2;
    ++count;
    list = view(value);
  });
  if (count < 2) return true;

  auto* text = static_cast<u_char*>(ngx_pnalloc(request->pool, size));
  if (text == nullptr) return false;
  u_char* end = text;
  each_header(request, name, [&](const ngx_str_t& value) {
    if (end != text) end = ngx_cpymem(end, ", ", 2);
    end = ngx_cpymem(end, value.data, value.len);
  });
  list = {reinterpret_cast<char*>(text), static_cast<std::size_t>(end - text)};
  return true;
}

// The bytes that stand for where somebody comes from: an IPv6 network counts as one, an address of
// a socket without one is the same for all.
std::string_view address_of(const sockaddr* address) {
  const auto bytes = [](const auto* from, std::size_t size) {
    return std::string_view(reinterpret_cast<const char*>(from), size);
  };
  if (address->sa_family == AF_INET) {
    return bytes(&reinterpret_cast<const sockaddr_in*>(address)->sin_addr, 4);
  }
#if (NGX_HAVE_INET6)
  if (address->sa_family == AF_INET6) {
    const in6_addr* in6 = &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
    if (IN6_IS_ADDR_V4MAPPED(in6)) return bytes(in6->s6_addr + 12, 4);
    return bytes(in6->s6_addr, 8);
  }
#endif
  return {};
}

}  // namespace

bool read_handshake(ngx_http_request_t* request, ws::Request& handshake) {
  handshake.method = view(request->method_name);
  handshake.http_version = static_cast<unsigned>(request->http_version);
  return read_list(request, "Host", handshake.host) &&
         read_list(request, "Upgrade", handshake.upgrade) &&
         read_list(request, "Connection", handshake.connection) &&
         read_list(request, "Sec-WebSocket-Key", handshake.key) &&
         read_list(request, "Sec-WebSocket-Version", handshake.version) &&
         read_list(request, "Sec-WebSocket-Protocol", handshake.protocols);
}

bool origin_may_connect(ngx_http_request_t* request, const Location& location) {
  unsigned count = 0;
  std::string_view origin;
  each_header(request, "Origin", [&](const ngx_str_t& value) {
    ++count;
    origin = view(value);
  });
  if (count == 0) return true;
  if (count > 1) return false;
  const ngx_table_elt_t* host = request->headers_in.host;
  // The scheme is not compared: whether TLS ends here or in front of nginx is not known here.
  if (host != nullptr && ws::same_origin(origin, view(host->value))) return true;
  if (location.origins == nullptr) return false;
  const std::span listed(static_cast<ngx_str_t*>(location.origins->elts), location.origins->nelts);
  return std::any_of(listed.begin(), listed.end(), [&](const ngx_str_t& allowed) {
    return same_ignoring_case(view(allowed), origin);
  });
}

bool read_place(ngx_http_request_t* request, const Location& location, const chat::HashKey& key,
                Visitor::Place& place) {
  ngx_str_t lobby = request->headers_in.server;  // $host, unless chat_lobby says otherwise
  if (location.lobby != nullptr &&
      ngx_http_complex_value(request, location.lobby, &lobby) != NGX_OK) {
    return false;
  }
  place.lobby = chat::keyed_hash(key, chat::HashOf::lobby, view(lobby));
  place.address =
      chat::keyed_hash(key, chat::HashOf::address, address_of(request->connection->sockaddr));
  return true;
}

}  // namespace nginx
