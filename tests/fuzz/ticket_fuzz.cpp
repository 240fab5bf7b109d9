// A ticket's bytes, as another host sends them.
//
//   input: the reader's clock (1, in seconds), the ticket
#include "fuzz.h"
#include "tickets.h"

namespace {

// The rules of matching hold between any two.
void meet(chat::Ticket ticket, std::uint64_t now_ms) {
  fuzz::must(!acceptable(ticket, ticket, now_ms), "nobody meets themself");
  chat::Ticket other = ticket;
  other.id ^= 1;
  other.person.id ^= 1;
  fuzz::must(acceptable(ticket, other, now_ms) == acceptable(other, ticket, now_ms),
             "two may meet, or neither may");
  fuzz::must(ticket.common_with(other) == ticket.interests.size, "all is in common");

  const chat::Stage before = ticket.stage;
  ticket.widen(now_ms);
  fuzz::must(ticket.stage >= before, "a ticket widens, and never narrows");
}

}  // namespace

void fuzz::run(Input input) {
  Source source(input);
  const std::uint64_t now_ms = 1000u * source.byte();
  const auto ticket = chat::read_ticket(source.rest(), now_ms);
  if (!ticket) return;
  must(source.rest().size() <= chat::ticket_bytes_max, "a ticket has its bound");
  check_ticket(*ticket, now_ms);
  meet(*ticket, now_ms);
}
