#include "chat/token.h"

#include <cassert>

#include "chat/bounds.h"
#include "chat/person_bytes.h"

namespace chat {

std::size_t write_token(const Token& token, std::span<std::uint8_t> out) {
  Packer packer(out);
  packer.put(token.chat).put(token.seat).put(token.stamp);
  packer.put(token.home.host).put(token.home.worker);
  packer.put(token.others.host).put(token.others.worker);
  packer.put(token.lobby).put(token.until_ms);
  put(packer, token.person);
  assert(packer.ok());
  return packer.packed().size();
}

std::optional<Token> read_token(std::span<const std::uint8_t> bytes) {
  Unpacker unpacker(bytes);
  Token token;
  token.chat = unpacker.take<ChatId>();
  token.seat = unpacker.take<Seat>();
  token.stamp = unpacker.take<Stamp>();
  token.home.host = unpacker.take<std::uint64_t>();
  token.home.worker = unpacker.take<std::uint64_t>();
  token.others.host = unpacker.take<std::uint64_t>();
  token.others.worker = unpacker.take<std::uint64_t>();
  token.lobby = unpacker.take<std::uint64_t>();
  token.until_ms = unpacker.take<std::uint64_t>();
  take(unpacker, token.person);
  if (!unpacker.done() || token.chat == 0 || token.seat >= seats_max) return {};
  return token;
}

}  // namespace chat
