// The seal of tokens: authenticated encryption (seal.h) under a key that changes with the time on
// the wall, as text.
//
// The time is cut into epochs of token_life_ms. A token is sealed with its epoch's key, and opened
// in that epoch and in the next one; and in the one before, as the clock of another host may be
// ahead a little when an epoch begins. Nothing about epochs is kept: a key comes of the master key
// and the number of its epoch.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "chat/outlet.h"
#include "chat/shared.h"
#include "share/base64url.h"
#include "share/seal.h"
#include "share/secret.h"

namespace share {

// The longest token fits into the longest header.
static_assert(base64url_chars(chat::token_plain_bytes_max + seal_bytes) <= chat::token_bytes_max);

class TokenSeal final : public chat::TokenSeal {
 public:
  // Milliseconds since 1970.
  using WallClock = std::uint64_t (*)();

  // `master` is the same for all who open each other's tokens. `random` must outlive it.
  TokenSeal(const Key& master, chat::Random& random, WallClock wall_clock)
      : master_(master), random_(random), wall_clock_(wall_clock) {}
  ~TokenSeal();
  TokenSeal(const TokenSeal&) = delete;
  TokenSeal& operator=(const TokenSeal&) = delete;

  // Nothing of nothing: it could not be told from what does not open.
  std::string_view seal(std::span<const std::uint8_t> plain, Text& text) override;
  std::span<const std::uint8_t> open(std::string_view text, Plain& plain) override;
  std::uint64_t wall_ms() const override { return wall_clock_(); }

 private:
  static constexpr std::size_t epochs_at_a_time = 3;

  struct Epoch {
    Epoch(std::uint64_t number, const Key& key, chat::MemberId member)
        : number(number), seal(key, member) {}
    const std::uint64_t number;
    Seal seal;
  };

  std::uint64_t epoch() const { return wall_clock_() / chat::token_life_ms; }
  Seal* seal_of(std::uint64_t epoch);

  Key master_;
  chat::Random& random_;
  const WallClock wall_clock_;
  std::array<std::optional<Epoch>, epochs_at_a_time> epochs_;  // each at its number's remainder
};

}  // namespace share
