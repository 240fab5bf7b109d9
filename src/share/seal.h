// Authenticated encryption of what leaves the host: AES-256-GCM (NIST SP 800-38D). A sealed piece
// says who sealed it, and can be opened by whoever has the key; what was changed, cut off, meant
// for somebody else or sealed with another key cannot.
//
//   version 1 | host 8 | worker 8 | number 8 | ciphertext | tag 16
//
// Each member seals with a key of its own, derived from the common one and its MemberId, and counts
// what it seals: that number is the nonce, so none is ever used twice under one key.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "chat/member.h"
#include "share/secret.h"

struct evp_cipher_ctx_st;

namespace share {

inline constexpr std::size_t seal_header_bytes = 1 + 16 + 8;
inline constexpr std::size_t seal_tag_bytes = 16;
inline constexpr std::size_t seal_bytes = seal_header_bytes + seal_tag_bytes;

class Seal {
 public:
  Seal(const Key& key, chat::MemberId self);
  ~Seal();
  Seal(const Seal&) = delete;
  Seal& operator=(const Seal&) = delete;

  // Seals `plain` for whoever knows `about` (associated data). False: OpenSSL failed.
  // REQUIRES: `out` has plain.size() + seal_bytes and does not overlap `plain`.
  bool seal(std::span<const std::uint8_t> plain, std::span<const std::uint8_t> about,
            std::span<std::uint8_t> out);

  struct Opened {
    chat::MemberId by;
    std::span<std::uint8_t> plain;  // in `out`
  };
  // Total. Nothing: it is not one of ours, or not about that; `out` holds no plain text then.
  // REQUIRES: `out` has sealed.size() - seal_bytes, if that is more than 0.
  std::optional<Opened> open(std::span<const std::uint8_t> sealed,
                             std::span<const std::uint8_t> about, std::span<std::uint8_t> out);

 private:
  bool key_of(chat::MemberId member, Key& key) const;

  Key key_;
  Key own_key_{};
  chat::MemberId self_;
  std::uint64_t number_ = 0;
  evp_cipher_ctx_st* cipher_ = nullptr;
};

}  // namespace share
