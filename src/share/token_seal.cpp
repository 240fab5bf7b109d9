#include "share/token_seal.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "chat/pack.h"

namespace share {

namespace {

using Sealed = std::array<std::uint8_t, chat::token_plain_bytes_max + seal_bytes>;

constexpr std::array<std::uint8_t, 5> about{'t', 'o', 'k', 'e', 'n'};

// HMAC-SHA-256 of the epoch's number under the master key. False: OpenSSL failed.
bool derive(const Key& master, std::uint64_t epoch, Key& key) {
  std::array<std::uint8_t, 8> number;
  chat::Packer(number).put(epoch);
  static_assert(std::tuple_size_v<Key> == 32, "a whole digest");
  return HMAC(EVP_sha256(), master.data(), static_cast<int>(master.size()), number.data(),
              number.size(), key.data(), nullptr) != nullptr;
}

}  // namespace

TokenSeal::~TokenSeal() {
  OPENSSL_cleanse(master_.data(), master_.size());
}

std::string_view TokenSeal::seal(std::span<const std::uint8_t> plain, Text& text) {
  Seal* seal = seal_of(epoch());
  if (plain.empty() || plain.size() > chat::token_plain_bytes_max || seal == nullptr) return {};
  Sealed sealed;
  if (!seal->seal(plain, about, sealed)) return {};
  return write_base64url(std::span(sealed).first(plain.size() + seal_bytes), text);
}

std::span<const std::uint8_t> TokenSeal::open(std::string_view text, Plain& plain) {
  Sealed bytes;
  const auto sealed = read_base64url(text, bytes);
  if (!sealed || sealed->size() <= seal_bytes) return {};
  const std::uint64_t now = epoch();
  for (const std::uint64_t each : {now, now - 1, now + 1}) {
    Seal* seal = seal_of(each);
    if (seal == nullptr) continue;
    if (const auto opened = seal->open(*sealed, about, plain)) return opened->plain;
  }
  return {};
}

// Null: OpenSSL failed. A seal must never begin anew under one key as one member, because it counts
// what it seals from 0 (seal.h); and here it may have to, when the clock is set back. So each is of
// a member that never was and never will be. Nor does a token say so which worker made it.
Seal* TokenSeal::seal_of(std::uint64_t epoch) {
  std::optional<Epoch>& place = epochs_[epoch % epochs_at_a_time];
  if (place && place->number == epoch) return &place->seal;
  Key key;
  if (!derive(master_, epoch, key)) return nullptr;
  place.emplace(epoch, key, chat::MemberId{random_.next(), random_.next()});
  OPENSSL_cleanse(key.data(), key.size());
  return &place->seal;
}

}  // namespace share
