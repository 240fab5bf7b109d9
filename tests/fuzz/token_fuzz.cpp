// A token as a client brings it, unsealed: its bytes, and the text that they were in.
//
//   input: bytes of a token
#include <algorithm>
#include <array>

#include "chat/bounds.h"
#include "chat/token.h"
#include "fuzz.h"
#include "share/base64url.h"

namespace {

// Each sequence of bytes has one text, and each text that is read is that one.
void check_text(fuzz::Input bytes) {
  std::array<std::uint8_t, 1024> room;
  const std::string_view as_text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::array<char, share::base64url_chars(1024)> text;
  if (const auto read = share::read_base64url(as_text, room)) {
    fuzz::must(share::write_base64url(*read, text) == as_text, "one text for the bytes");
  }
  const auto some = bytes.first(std::min(bytes.size(), room.size()));
  const auto again = share::read_base64url(share::write_base64url(some, text), room);
  fuzz::must(again && std::ranges::equal(*again, some), "the bytes come back");
}

}  // namespace

void fuzz::run(Input input) {
  check_text(input);
  const auto token = chat::read_token(input);
  if (!token) return;
  must(token->chat != 0 && token->seat < chat::seats_max, "a token is of a seat");
  must(input.size() <= chat::token_plain_bytes_max, "a token has its bound");
  std::array<std::uint8_t, chat::token_plain_bytes_max> bytes;
  const std::size_t size = chat::write_token(*token, bytes);
  const auto again = chat::read_token(std::span(bytes).first(size));
  must(again && again->chat == token->chat && again->seat == token->seat &&
           again->taking.stamp == token->taking.stamp && again->taking.line == token->taking.line &&
           again->taking.proven == token->taking.proven && again->home == token->home &&
           again->others == token->others && again->lobby == token->lobby &&
           again->until_ms == token->until_ms && again->person.id == token->person.id,
       "a token comes back");
}
