#include "chat/ticket_bytes.h"

#include <cassert>

#include "chat/pack.h"
#include "chat/person_bytes.h"

namespace chat {

namespace {

template <std::size_t N>
void put(Packer& packer, const Topics<N>& topics) {
  packer.put(topics.size);
  for (Topic topic : topics.span()) packer.put(topic);
}

template <std::size_t N>
bool take(Unpacker& unpacker, Topics<N>& topics) {
  const auto size = unpacker.take<std::uint8_t>();
  if (size > N) return false;
  while (topics.size < size) {
    const auto topic = unpacker.take<Topic>();
    if (topics.has(topic)) return false;
    topics.items[topics.size++] = topic;
  }
  return true;
}

}  // namespace

std::size_t write_ticket(const Ticket& ticket, std::uint64_t now_ms, std::span<std::uint8_t> out) {
  Packer packer(out);
  packer.put(ticket.id).put(ticket.owner.host).put(ticket.owner.worker).put(ticket.lobby);
  put(packer, ticket.person);
  put(packer, ticket.interests);
  put(packer, ticket.languages);
  packer.put(static_cast<std::uint8_t>(ticket.stage));
  packer.put(now_ms - std::min(now_ms, ticket.since_ms)).put(ticket.patience_ms);
  assert(packer.ok());
  return packer.packed().size();
}

std::optional<Ticket> read_ticket(std::span<const std::uint8_t> bytes, std::uint64_t now_ms) {
  Unpacker unpacker(bytes);
  Ticket ticket;
  ticket.id = unpacker.take<TicketId>();
  ticket.owner.host = unpacker.take<std::uint64_t>();
  ticket.owner.worker = unpacker.take<std::uint64_t>();
  ticket.lobby = unpacker.take<std::uint64_t>();
  take(unpacker, ticket.person);
  if (!take(unpacker, ticket.interests) || !take(unpacker, ticket.languages)) return {};
  const auto stage = unpacker.take<std::uint8_t>();
  if (stage > static_cast<std::uint8_t>(Stage::anyone)) return {};
  ticket.stage = static_cast<Stage>(stage);
  const auto waited_ms = unpacker.take<std::uint64_t>();
  ticket.since_ms = now_ms - std::min(now_ms, waited_ms);
  ticket.patience_ms = unpacker.take<std::uint64_t>();
  if (!unpacker.done() || ticket.id == 0 || ticket.owner.worker == 0 || ticket.patience_ms == 0 ||
      ticket.patience_ms > UINT64_MAX - ticket.since_ms) {
    return {};
  }
  return ticket;
}

}  // namespace chat
