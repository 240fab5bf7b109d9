// What a `chat_redis` says, once it is understood. Immutable; what it refers to lives as long as
// the configuration.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace share {

// Sentinels of one master, or addresses of one server's name: so many are tried in turn.
inline constexpr std::size_t redis_addresses_max = 16;

struct RedisAddress {
  const char* host;    // numeric, or the path of a Unix socket, with a NUL behind it
  std::uint16_t port;  // 0: a path
};

struct RedisLogin {
  std::string_view user;      // empty: the default user
  std::string_view password;  // empty: none is needed
};

struct RedisSettings {
  std::array<RedisAddress, redis_addresses_max> addresses{};
  std::size_t addresses_size = 0;
  std::string_view master;  // of Sentinels: the addresses are theirs; empty: there are none
  RedisLogin login;
  RedisLogin sentinel_login;
  std::uint32_t db = 0;
  bool tls = false;
  const char* ca = nullptr;         // tls: a file of certificates, null: those of the system
  std::string_view server_name;     // tls: whose certificate it must be
  std::uint32_t connect_ms = 1000;  // until a connection is ready
  std::uint32_t command_ms = 1000;  // until a command is answered

  std::span<const RedisAddress> servers() const { return {addresses.data(), addresses_size}; }
};

}  // namespace share
