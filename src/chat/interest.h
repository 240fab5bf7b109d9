// What makes two interests the same: neither case nor the way a letter is composed counts. (Outer
// white space is off already: vocabulary.h.)
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace chat {

// A keyed hash of a word: equal words give equal topics within one key, and whoever lacks the key
// learns nothing. 64 bits of a pseudo-random function: two different words collide with a chance of
// 2^-64, so topics are compared alone.
using Topic = std::uint64_t;

// The key: random, at least 16 bytes of it, made once by whoever shares a lobby.
using HashKey = std::array<std::uint8_t, 32>;

// The first 8 bytes of the text's HMAC-SHA-256 (OpenSSL HMAC(3)); its key is `key` and one byte
// more, so that the same text hashes differently for each purpose. The text may be of any length.
// Ends the process when OpenSSL has no memory left: there is no answer that would not mix people
// up.
enum class HashOf : std::uint8_t { interest = 1, language = 2, lobby = 3, address = 4 };
std::uint64_t keyed_hash(const HashKey& key, HashOf what, std::string_view text);

// The topic of an interest: the hash of its Unicode case folding in NFC (utf8proc), the same for
// everybody whatever their language ("I" folds to "i", never to "ı"). An interest within its bounds
// (bounds.h) can always be folded; other text that cannot is hashed as it is.
Topic topic_of_interest(const HashKey& key, std::string_view interest);

// The topic of a language tag: case does not count (RFC 5646 section 2.1.1), nor what is beyond
// language_bytes_max.
Topic topic_of_language(const HashKey& key, std::string_view language);

}  // namespace chat
