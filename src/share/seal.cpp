#include "share/seal.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <cassert>
#include <climits>

#include "chat/pack.h"

namespace share {

namespace {

constexpr std::uint8_t version = 1;
constexpr std::size_t nonce_bytes = 12;  // SP 800-38D section 8.2.1: here 4 of 0 and the number

using Nonce = std::array<std::uint8_t, nonce_bytes>;

Nonce nonce_of(std::uint64_t number) {
  Nonce nonce{};
  chat::Packer(std::span(nonce).subspan(nonce_bytes - sizeof(number))).put(number);
  return nonce;
}

int size_of(std::span<const std::uint8_t> bytes) {
  assert(bytes.size() <= INT_MAX);
  return static_cast<int>(bytes.size());
}

}  // namespace

Seal::Seal(const Key& key, chat::MemberId self)
    : key_(key), self_(self), cipher_(EVP_CIPHER_CTX_new()) {
  if (!key_of(self, own_key_) && cipher_ != nullptr) {
    EVP_CIPHER_CTX_free(cipher_);
    cipher_ = nullptr;
  }
}

Seal::~Seal() {
  EVP_CIPHER_CTX_free(cipher_);
  OPENSSL_cleanse(key_.data(), key_.size());
  OPENSSL_cleanse(own_key_.data(), own_key_.size());
}

// HMAC-SHA-256 of the member under the common key.
bool Seal::key_of(chat::MemberId member, Key& key) const {
  std::array<std::uint8_t, 16> id;
  chat::Packer(id).put(member.host).put(member.worker);
  static_assert(std::tuple_size_v<Key> == 32, "a whole digest");
  return HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()), id.data(), id.size(),
              key.data(), nullptr) != nullptr;
}

bool Seal::seal(std::span<const std::uint8_t> plain, std::span<const std::uint8_t> about,
                std::span<std::uint8_t> out) {
  if (cipher_ == nullptr || number_ == UINT64_MAX) return false;
  const std::uint64_t number = ++number_;
  chat::Packer(out).put(version).put(self_.host).put(self_.worker).put(number);
  const auto header = out.first(seal_header_bytes);
  std::uint8_t* text = out.data() + seal_header_bytes;
  const Nonce nonce = nonce_of(number);
  int size = 0;
  return EVP_EncryptInit_ex(cipher_, EVP_aes_256_gcm(), nullptr, own_key_.data(), nonce.data()) ==
             1 &&
         EVP_EncryptUpdate(cipher_, nullptr, &size, header.data(), size_of(header)) == 1 &&
         EVP_EncryptUpdate(cipher_, nullptr, &size, about.data(), size_of(about)) == 1 &&
         EVP_EncryptUpdate(cipher_, text, &size, plain.data(), size_of(plain)) == 1 &&
         EVP_EncryptFinal_ex(cipher_, text + plain.size(), &size) == 1 &&
         EVP_CIPHER_CTX_ctrl(cipher_, EVP_CTRL_AEAD_GET_TAG, seal_tag_bytes, text + plain.size()) ==
             1;
}

std::optional<Seal::Opened> Seal::open(std::span<const std::uint8_t> sealed,
                                       std::span<const std::uint8_t> about,
                                       std::span<std::uint8_t> out) {
  if (cipher_ == nullptr || sealed.size() < seal_bytes) return {};
  const auto header = sealed.first(seal_header_bytes);
  const auto text = sealed.subspan(seal_header_bytes, sealed.size() - seal_bytes);
  chat::Unpacker fields(header);
  const auto its_version = fields.take<std::uint8_t>();
  chat::MemberId by;
  by.host = fields.take<std::uint64_t>();
  by.worker = fields.take<std::uint64_t>();
  const Nonce nonce = nonce_of(fields.take<std::uint64_t>());
  Key key;
  if (its_version != version || !key_of(by, key)) return {};

  std::array<std::uint8_t, seal_tag_bytes> tag;
  std::copy(sealed.end() - seal_tag_bytes, sealed.end(), tag.begin());
  int size = 0;
  const bool right =
      EVP_DecryptInit_ex(cipher_, EVP_aes_256_gcm(), nullptr, key.data(), nonce.data()) == 1 &&
      EVP_DecryptUpdate(cipher_, nullptr, &size, header.data(), size_of(header)) == 1 &&
      EVP_DecryptUpdate(cipher_, nullptr, &size, about.data(), size_of(about)) == 1 &&
      EVP_DecryptUpdate(cipher_, out.data(), &size, text.data(), size_of(text)) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher_, EVP_CTRL_AEAD_SET_TAG, seal_tag_bytes, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(cipher_, out.data() + text.size(), &size) == 1;
  OPENSSL_cleanse(key.data(), key.size());
  if (right) return Opened{by, out.first(text.size())};
  OPENSSL_cleanse(out.data(), std::min(out.size(), text.size()));
  return {};
}

}  // namespace share
