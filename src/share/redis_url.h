// The address of Redis as an operator writes it:
//
//   redis://[[user]:password@]host[:port][/db]          rediss://… the same over TLS
//   unix:/path/to/socket
//   sentinel://[[user]:password@]host[:port][,host[:port]…]/master[/db]
//
// A host is a name, an IPv4 address, or an IPv6 address in brackets. In user and password %XX
// stands for a byte.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "share/redis_settings.h"

namespace share {

inline constexpr std::uint16_t redis_port = 6379;
inline constexpr std::uint16_t sentinel_port = 26379;
inline constexpr std::uint32_t redis_db_max = 1'000'000;

struct RedisUrl {
  enum class Kind : std::uint8_t { tcp, tls, unix_socket, sentinel };
  struct Host {
    std::string_view name;  // without brackets
    std::uint16_t port;
    bool ipv6;  // it stood in brackets
  };

  Kind kind = Kind::tcp;
  std::array<Host, redis_addresses_max> hosts{};
  std::size_t hosts_size = 0;
  std::string_view path;  // of a Unix socket
  std::string_view master;
  RedisLogin login;
  std::uint32_t db = 0;
  bool has_db = false;
};

// Views point into `text` and, what was decoded, into `decoded`. Gives null, or what is wrong.
// REQUIRES: `decoded` has text.size().
const char* parse_redis_url(std::string_view text, std::span<char> decoded, RedisUrl& url);

// A number of decimal digits, at most `most`. False: it is none.
bool parse_redis_number(std::string_view text, std::uint32_t most, std::uint32_t& number);

}  // namespace share
