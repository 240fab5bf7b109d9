// The secret that the hosts of a cluster have in common (`chat_secret`), and the keys that come of
// it. The secret itself goes nowhere: not into Redis, not into a log, not into a worker.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "chat/interest.h"

namespace share {

inline constexpr std::size_t secret_bytes_min = 32;
inline constexpr std::size_t secret_bytes_max = 4096;

using Key = std::array<std::uint8_t, 32>;

// The keys of one zone: another zone's, and another secret's, have nothing in common with them.
struct Keys {
  Key mail;             // seals letters
  Key tickets;          // seals tickets
  Key queues;           // names of queues
  Key seats;            // seals who keeps a seat
  Key tokens;           // of it come the keys that seal tokens
  chat::HashKey words;  // topics, lobbies, addresses
};

// HKDF-SHA-256 (RFC 5869; OpenSSL EVP_KDF-HKDF(7)) of the secret, a purpose each and the zone's
// name. False: OpenSSL failed.
bool derive_keys(std::span<const std::uint8_t> secret, std::string_view zone, Keys& keys);

}  // namespace share
