// The opening handshake of RFC 6455 section 4.2, server side, without I/O: header values come in,
// the answer goes out.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace ws {

// What the request said. A header that was absent is an empty view with data() == nullptr; one that
// came several times is joined with ", " by the caller, but a repeated key or version counts as
// invalid.
struct Request {
  std::string_view method;      // "GET"
  unsigned http_version = 0;    // major * 1000 + minor, as nginx counts: 1001 is HTTP/1.1
  std::string_view host;        // Host
  std::string_view upgrade;     // Upgrade
  std::string_view connection;  // Connection
  std::string_view key;         // Sec-WebSocket-Key
  std::string_view version;     // Sec-WebSocket-Version
  std::string_view protocols;   // Sec-WebSocket-Protocol: what the client offers
};

// Why a request is not upgraded: an HTTP status, and a sentence for whoever reads the body.
struct Refusal {
  unsigned status;          // 400, 405 or 426
  std::string_view reason;  // plain text, static storage, ends without a newline
};

// Checks a request. `protocol` is the subprotocol that must be among the offers, or empty when none
// is asked. Absent: the request may be upgraded.
std::optional<Refusal> refuse(const Request& request, std::string_view protocol);

// The value of Sec-WebSocket-Accept for a key that `refuse` let pass (RFC 6455 section 4.2.2,
// step 5.4). When OpenSSL has no memory it is a wrong value, which the client refuses.
using AcceptKey = std::array<char, 28>;
AcceptKey accept_key(std::string_view key);

// Whether a page of `origin` (the Origin header) is one that `host` (the Host header, with its
// port) served: same host and port, a port that is the scheme's default being the same as none;
// case-insensitive. "null" and what is no origin at all are not.
bool same_origin(std::string_view origin, std::string_view host);

}  // namespace ws
