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
  moved,
  denied,
  outrun,
  elsewhere,
  keeps,
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
  void operator()(const Relayed& relayed) const { packer.put(relayed.chat).put(relayed.seat); }
  void operator()(const Parted& parted) const { packer.put(parted.chat); }
  void operator()(const Moved& moved) const {
    packer.put(moved.chat).put(moved.seat);
    chat::put(packer, moved.taking);
    packer.put(moved.theirs);
  }
  void operator()(const Denied& denied) const {
    packer.put(denied.chat).put(denied.seat).put(denied.stamp);
  }
  void operator()(const Outrun& outrun) const {
    packer.put(outrun.chat).put(outrun.seat);
    chat::put(packer, outrun.taking);
  }
  void operator()(const Elsewhere& elsewhere) const {
    packer.put(elsewhere.chat).put(elsewhere.at.host).put(elsewhere.at.worker);
  }
  void operator()(const Keeps& keeps) const {
    packer.put(keeps.size);
    for (const Kept& kept : keeps.span()) {
      packer.put(kept.chat).put(kept.seat);
      chat::put(packer, kept.taking);
      packer.put(kept.theirs).put(kept.vacant_ms);
    }
  }
  void operator()(const Audited& audited) const {
    packer.put(audited.size);
    for (ChatId chat : audited.span()) packer.put(chat);
  }

  void put(const Ticket& ticket) const {
    std::array<std::uint8_t, ticket_bytes_max> bytes;
    const std::size_t size = write_ticket(ticket, now_ms, bytes);
    for (std::uint8_t byte : std::span(bytes).first(size)) packer.put(byte);
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
  const auto seat = in.take<Seat>();
  if (!in.ok() || seat >= seats_max) return {};
  return Relayed{chat, seat, in.rest()};
}

std::optional<Letter> read_moved(Unpacker& in) {
  const auto chat = in.take<ChatId>();
  const auto seat = in.take<Seat>();
  const auto taking = take_taking(in);
  const auto theirs = in.take<Stamp>();
  if (!taking || !in.done() || seat >= seats_max) return {};
  return Moved{chat, seat, *taking, theirs};
}

std::optional<Letter> read_outrun(Unpacker& in) {
  const auto chat = in.take<ChatId>();
  const auto seat = in.take<Seat>();
  const auto taking = take_taking(in);
  if (!taking || !in.done() || seat >= seats_max) return {};
  return Outrun{chat, seat, *taking};
}

// Braces keep the order in which it is read.
std::optional<Letter> read_denied(Unpacker& in) {
  const Denied denied{in.take<ChatId>(), in.take<Seat>(), in.take<Stamp>()};
  if (!in.done() || denied.seat >= seats_max) return {};
  return denied;
}

std::optional<Letter> read_keeps(Unpacker& in) {
  Keeps keeps;
  keeps.size = in.take<std::uint8_t>();
  if (keeps.size > audit_chats_max) return {};
  for (Kept& kept : std::span(keeps.items).first(keeps.size)) {
    kept.chat = in.take<ChatId>();
    kept.seat = in.take<Seat>();
    const auto taking = take_taking(in);
    if (!taking || kept.seat >= seats_max) return {};
    kept.taking = *taking;
    kept.theirs = in.take<Stamp>();
    kept.vacant_ms = in.take<std::uint32_t>();
  }
  if (!in.done()) return {};
  return keeps;
}

std::optional<Letter> read_audited(Unpacker& in) {
  Audited audited;
  audited.size = in.take<std::uint8_t>();
  if (audited.size > audit_chats_max) return {};
  for (ChatId& chat : std::span(audited.items).first(audited.size)) chat = in.take<ChatId>();
  if (!in.done()) return {};
  return audited;
}

template <typename T>
std::optional<Letter> if_done(const Unpacker& in, const T& letter) {
  return in.done() ? std::optional<Letter>(letter) : std::nullopt;
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
      return if_done(in, declined);
    }
    case Kind::relayed:
      return read_relayed(in);
    case Kind::parted: {
      const Parted parted{in.take<ChatId>()};
      return if_done(in, parted);
    }
    case Kind::moved:
      return read_moved(in);
    case Kind::denied:
      return read_denied(in);
    case Kind::outrun:
      return read_outrun(in);
    case Kind::elsewhere: {
      const Elsewhere elsewhere{in.take<ChatId>(),
                                {in.take<std::uint64_t>(), in.take<std::uint64_t>()}};
      return if_done(in, elsewhere);
    }
    case Kind::keeps:
      return read_keeps(in);
    case Kind::audited:
      return read_audited(in);
  }
  return {};
}

}  // namespace chat
