#include "chat/token.h"

#include <cassert>

#include "chat/bounds.h"
#include "chat/person_bytes.h"
#include "chat/taking_bytes.h"

namespace chat {

std::size_t write_token(const Token& token, std::span<std::uint8_t> out) {
  Packer packer(out);
  packer.put(token.chat).put(token.seat);
  put(packer, token.taking);
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
  const auto taking = take_taking(unpacker);
  token.home.host = unpacker.take<std::uint64_t>();
  token.home.worker = unpacker.take<std::uint64_t>();
  token.others.host = unpacker.take<std::uint64_t>();
  token.others.worker = unpacker.take<std::uint64_t>();
  token.lobby = unpacker.take<std::uint64_t>();
  token.until_ms = unpacker.take<std::uint64_t>();
  take(unpacker, token.person);
  if (!unpacker.done() || token.chat == 0 || token.seat >= seats_max) return {};
  if (!taking || !taking->is_known()) return {};
  token.taking = *taking;
  return token;
}

}  // namespace chat
