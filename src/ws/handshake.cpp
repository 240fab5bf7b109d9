#include "ws/handshake.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace ws {

namespace {

constexpr unsigned http_1_1 = 1001;
constexpr std::size_t key_size = 24;  // base64 of 16 bytes: 22 characters, then "=="
constexpr std::string_view guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_base64(char c) {
  return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z') || c == '+' || c == '/';
}

bool same_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

bool same(std::string_view a, std::string_view b) {
  return a == b;
}

std::string_view trim(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// Whether `wanted` is in a comma-separated list (RFC 9110 section 5.6.1).
bool lists(std::string_view list, std::string_view wanted,
           bool (*equal)(std::string_view, std::string_view)) {
  for (;;) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (equal(trim({list.data(), comma}), wanted)) return true;
    if (comma == list.size()) return false;
    list.remove_prefix(comma + 1);
  }
}

// The last character also carries four bits of nothing; what they are is not our business.
bool is_key(std::string_view key) {
  return key.size() == key_size && key.ends_with("==") &&
         std::all_of(key.begin(), key.end() - 2, is_base64);
}

// A host and its port as they stand in an origin or in a Host header.
struct Authority {
  std::string_view host;
  unsigned port;
};

// The digits behind the colon; none stand for `none` (RFC 3986 section 3.2.3).
std::optional<unsigned> read_port(std::string_view digits, unsigned none) {
  if (digits.empty()) return none;
  unsigned port = 0;
  for (const char c : digits) {
    if (!is_digit(c)) return {};
    port = port * 10 + static_cast<unsigned>(c - '0');
    if (port > UINT16_MAX) return {};
  }
  return port;
}

// Absent: more or other than a host and a port.
std::optional<Authority> read_authority(std::string_view text, unsigned default_port) {
  const bool is_ipv6 = text.starts_with('[');
  std::size_t host_size = text.find(is_ipv6 ? ']' : ':');
  if (host_size == text.npos) {
    if (is_ipv6) return {};
    host_size = text.size();
  } else if (is_ipv6) {
    ++host_size;
  }
  const std::string_view host{text.data(), host_size};
  const std::string_view inside = is_ipv6 ? std::string_view{host.data() + 1, host_size - 2} : host;
  const auto is_foreign = [](char c) {
    return c <= ' ' || c > '~' ||
           std::string_view("#/<>?@[\\]^|").find(c) != std::string_view::npos;
  };
  if (inside.empty() || std::any_of(inside.begin(), inside.end(), is_foreign)) return {};

  text.remove_prefix(host_size);
  if (!text.empty() && text.front() != ':') return {};
  if (!text.empty()) text.remove_prefix(1);
  const std::optional<unsigned> port = read_port(text, default_port);
  if (!port) return {};
  return Authority{host, *port};
}

bool take_prefix_ignoring_case(std::string_view& text, std::string_view prefix) {
  if (text.size() < prefix.size() || !same_ignoring_case({text.data(), prefix.size()}, prefix)) {
    return false;
  }
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

std::optional<Refusal> refuse(const Request& request, std::string_view protocol) {
  if (request.method != "GET") return Refusal{405, "this address speaks WebSocket: only GET"};
  if (request.http_version != http_1_1) return Refusal{400, "WebSocket needs HTTP/1.1 here"};
  if (!lists(request.upgrade, "websocket", same_ignoring_case)) {
    return Refusal{426, "this address speaks WebSocket"};
  }
  if (!lists(request.connection, "upgrade", same_ignoring_case)) {
    return Refusal{400, "the Connection header does not say Upgrade"};
  }
  if (request.version != "13") {
    return Refusal{426, "this address speaks version 13 of WebSocket (Sec-WebSocket-Version)"};
  }
  if (!is_key(request.key)) {
    return Refusal{400, "Sec-WebSocket-Key is not base64 of 16 bytes"};
  }
  if (request.host.empty()) return Refusal{400, "the Host header is missing"};
  if (!protocol.empty() && !lists(request.protocols, protocol, same)) {
    return Refusal{400, "Sec-WebSocket-Protocol does not offer what this address speaks"};
  }
  return {};
}

AcceptKey accept_key(std::string_view key) {
  std::array<char, key_size + guid.size()> text{};
  const std::size_t size = std::min(key.size(), key_size);
  std::memcpy(text.data(), key.data(), size);
  std::memcpy(text.data() + size, guid.data(), guid.size());

  std::array<unsigned char, 20> digest{};
  EVP_Digest(text.data(), size + guid.size(), digest.data(), nullptr, EVP_sha1(), nullptr);

  std::array<unsigned char, std::tuple_size_v<AcceptKey> + 1> encoded;  // and the NUL it adds
  EVP_EncodeBlock(encoded.data(), digest.data(), digest.size());
  AcceptKey accept;
  std::copy_n(encoded.begin(), accept.size(), accept.begin());
  return accept;
}

bool same_origin(std::string_view origin, std::string_view host) {
  unsigned default_port = 80;
  if (!take_prefix_ignoring_case(origin, "http://")) {
    if (!take_prefix_ignoring_case(origin, "https://")) return false;
    default_port = 443;
  }
  const std::optional<Authority> page = read_authority(origin, default_port);
  const std::optional<Authority> here = read_authority(host, default_port);
  return page && here && page->port == here->port && same_ignoring_case(page->host, here->host);
}

}  // namespace ws
