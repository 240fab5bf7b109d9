#include "chat/letter.h"

#include <cassert>

#include "chat/pack.h"

namespace chat {

namespace {

// In the order of the variant: a letter's first byte is its index and 1.
enum class Kind : std::uint8_t {
  claim = 1,
  accepted,
  declined,
  relayed,
  parted,
  audit,
  audited,
};

struct Write {
  Packer& packer;
  std::uint64_t now_ms;

  void operator()(const Claim& claim) const {
    packer.put(claim.chat).put(claim.wanted);
    put(claim.claimer);
  }
  void operator()(const Accepted& accepted) const {
    packer.put(accepted.chat).put(accepted.claimer);
    put(accepted.owner);
  }
  void operator()(const Declined& declined) const {
    packer.put(declined.chat).put(declined.claimer);
  }
  void operator()(const Relayed& relayed) const { packer.put(relayed.chat); }
  void operator()(const Parted& parted) const { packer.put(parted.chat); }
  void operator()(const Audit& audit) const { put(audit.chats); }
  void operator()(const Audited& audited) const { put(audited.unknown); }

  void put(const Ticket& ticket) const {
    std::array<std::uint8_t, ticket_bytes_max> bytes;
    const std::size_t size = write_ticket(ticket, now_ms, bytes);
    for (std::uint8_t byte : std::span(bytes).first(size)) packer.put(byte);
  }
  void put(const ChatIds& chats) const {
    packer.put(chats.size);
    for (ChatId chat : chats.span()) packer.put(chat);
  }
};

std::optional<Letter> read_claim(Unpacker& in, std::uint64_t now_ms) {
  const auto chat = in.take<ChatId>();
  const auto wanted = in.take<TicketId>();
  const auto claimer = read_ticket(in.rest(), now_ms);
  if (chat == 0 || !claimer) return {};
  return Claim{chat, wanted, *claimer};
}

std::optional<Letter> read_accepted(Unpacker& in, std::uint64_t now_ms) {
  const auto chat = in.take<ChatId>();
  const auto claimer = in.take<TicketId>();
  const auto owner = read_ticket(in.rest(), now_ms);
  if (chat == 0 || !owner) return {};
  return Accepted{chat, claimer, *owner};
}

std::optional<Letter> read_relayed(Unpacker& in) {
  const auto chat = in.take<ChatId>();
  if (!in.ok()) return {};
  return Relayed{chat, in.rest()};
}

template <typename T>
std::optional<Letter> read_chats(Unpacker& in) {
  ChatIds chats;
  chats.size = in.take<std::uint8_t>();
  if (chats.size > audit_chats_max) return {};
  for (std::size_t i = 0; i < chats.size; ++i) chats.items[i] = in.take<ChatId>();
  if (!in.done()) return {};
  return T{chats};
}

}  // namespace

std::span<const std::uint8_t> write(const Letter& letter, std::uint64_t now_ms,
                                    LetterBuffer& buffer) {
  Packer packer(buffer);
  packer.put(static_cast<std::uint8_t>(letter.index() + 1));
  std::visit(Write{packer, now_ms}, letter);
  assert(packer.ok());
  return packer.packed();
}

std::optional<Letter> read_letter(std::span<const std::uint8_t> bytes, std::uint64_t now_ms) {
  Unpacker in(bytes);
  switch (static_cast<Kind>(in.take<std::uint8_t>())) {
    case Kind::claim:
      return read_claim(in, now_ms);
    case Kind::accepted:
      return read_accepted(in, now_ms);
    case Kind::declined: {
      const Declined declined{in.take<ChatId>(), in.take<TicketId>()};
      return in.done() ? std::optional<Letter>(declined) : std::nullopt;
    }
    case Kind::relayed:
      return read_relayed(in);
    case Kind::parted: {
      const Parted parted{in.take<ChatId>()};
      return in.done() ? std::optional<Letter>(parted) : std::nullopt;
    }
    case Kind::audit:
      return read_chats<Audit>(in);
    case Kind::audited:
      return read_chats<Audited>(in);
  }
  return {};
}

}  // namespace chat
