#include "chat/interest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <utf8proc.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <tuple>

#include "chat/bounds.h"

namespace chat {

namespace {

// No character becomes more than four when its case is folded and it is taken apart (U+1F82 does).
constexpr std::size_t folded_chars_max = 4 * interest_chars_max;

// Text with its case folded, in NFC; wiped afterwards. The buffer holds characters first, then the
// same as UTF-8 with a NUL behind it.
class Folded {
 public:
  explicit Folded(std::string_view text) {
    // STABLE keeps to the characters that NFC composes (a few Indic letters stay apart).
    constexpr auto options =
        static_cast<utf8proc_option_t>(UTF8PROC_CASEFOLD | UTF8PROC_COMPOSE | UTF8PROC_STABLE);
    const auto chars = utf8proc_decompose(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                          static_cast<utf8proc_ssize_t>(text.size()),
                                          buffer_.data(), folded_chars_max, options);
    const bool fits = chars >= 0 && chars <= static_cast<utf8proc_ssize_t>(folded_chars_max);
    const auto size = fits ? utf8proc_reencode(buffer_.data(), chars, options) : -1;
    text_ = size < 0 ? text
                     : std::string_view(reinterpret_cast<const char*>(buffer_.data()),
                                        static_cast<std::size_t>(size));
  }
  Folded(const Folded&) = delete;
  Folded& operator=(const Folded&) = delete;
  ~Folded() { OPENSSL_cleanse(buffer_.data(), sizeof(buffer_)); }

  std::string_view text() const { return text_; }

 private:
  std::array<utf8proc_int32_t, folded_chars_max + 1> buffer_;
  std::string_view text_;
};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::uint64_t keyed_hash(const HashKey& key, HashOf what, std::string_view text) {
  std::array<std::uint8_t, std::tuple_size_v<HashKey> + 1> key_of_what;
  std::copy(key.begin(), key.end(), key_of_what.begin());
  key_of_what.back() = static_cast<std::uint8_t>(what);

  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest;
  const auto* made =
      HMAC(EVP_sha256(), key_of_what.data(), key_of_what.size(),
           reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), digest.data(), nullptr);
  OPENSSL_cleanse(key_of_what.data(), key_of_what.size());
  if (made == nullptr) std::abort();

  std::uint64_t hash = 0;
  for (std::size_t i = 0; i < sizeof(hash); ++i) hash = hash << 8 | digest[i];
  return hash;
}

Topic topic_of_interest(const HashKey& key, std::string_view interest) {
  return keyed_hash(key, HashOf::interest, Folded(interest).text());
}

Topic topic_of_language(const HashKey& key, std::string_view language) {
  std::array<char, language_bytes_max> lowered;
  const std::size_t size = std::min(language.size(), lowered.size());
  std::transform(language.begin(), language.begin() + size, lowered.begin(), lower);
  return keyed_hash(key, HashOf::language, {lowered.data(), size});
}

}  // namespace chat
