#include "share/secret.h"

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

namespace share {

namespace {

// One key: HKDF with "chatsj " and its purpose as info, and the zone's name as salt.
bool derive(EVP_KDF* kdf, std::span<const std::uint8_t> secret, std::string_view zone,
            std::string_view purpose, std::span<std::uint8_t> key) {
  const auto octets = [](const char* name, const void* data, std::size_t size) {
    return OSSL_PARAM_construct_octet_string(name, const_cast<void*>(data), size);
  };
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, const_cast<char*>("SHA256"), 0),
      octets(OSSL_KDF_PARAM_KEY, secret.data(), secret.size()),
      octets(OSSL_KDF_PARAM_SALT, zone.data(), zone.size()),
      octets(OSSL_KDF_PARAM_INFO, purpose.data(), purpose.size()),
      OSSL_PARAM_construct_end(),
  };
  EVP_KDF_CTX* context = EVP_KDF_CTX_new(kdf);
  if (context == nullptr) return false;
  const bool derived = EVP_KDF_derive(context, key.data(), key.size(), parameters) == 1;
  EVP_KDF_CTX_free(context);
  return derived;
}

}  // namespace

bool derive_keys(std::span<const std::uint8_t> secret, std::string_view zone, Keys& keys) {
  EVP_KDF* kdf = EVP_KDF_fetch(nullptr, "HKDF", nullptr);
  if (kdf == nullptr) return false;
  const bool derived = derive(kdf, secret, zone, "chatsj mail", keys.mail) &&
                       derive(kdf, secret, zone, "chatsj tickets", keys.tickets) &&
                       derive(kdf, secret, zone, "chatsj queues", keys.queues) &&
                       derive(kdf, secret, zone, "chatsj seats", keys.seats) &&
                       derive(kdf, secret, zone, "chatsj tokens", keys.tokens) &&
                       derive(kdf, secret, zone, "chatsj words", keys.words);
  EVP_KDF_free(kdf);
  return derived;
}

}  // namespace share
