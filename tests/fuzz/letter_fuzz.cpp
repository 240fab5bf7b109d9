// Letters between members.
//
//   input: the reader's clock (1, in seconds), the letter
#include "chat/letter.h"

#include "fuzz.h"
#include "tickets.h"

namespace {

struct Check {
  fuzz::Input letter;
  std::uint64_t now_ms;

  void operator()(const chat::Claim& claim) const { fuzz::check_ticket(claim.claimer, now_ms); }
  void operator()(const chat::Accepted& accepted) const {
    fuzz::check_ticket(accepted.owner, now_ms);
  }
  void operator()(const chat::Relayed& relayed) const {
    fuzz::must(relayed.frame.size() + chat::relay_header_bytes == letter.size(),
               "a relayed frame is all behind its header");
    if (relayed.frame.empty()) return;
    fuzz::must(relayed.frame.data() == letter.data() + chat::relay_header_bytes,
               "a relayed frame lies in the letter");
  }
  void operator()(const chat::Moved& moved) const { seated(moved.seat); }
  void operator()(const chat::Outrun& outrun) const { seated(outrun.seat); }
  void operator()(const chat::Keeps& keeps) const {
    bounded(keeps.size);
    for (const chat::Kept& kept : keeps.span()) seated(kept.seat);
  }
  void operator()(const chat::Audited& audited) const { bounded(audited.size); }
  template <typename Other>
  void operator()(const Other&) const {}

  static void seated(chat::Seat seat) { fuzz::must(seat < chat::seats_max, "a seat is one"); }
  static void bounded(std::size_t size) {
    fuzz::must(size <= chat::audit_chats_max, "an audit has its bound");
  }
};

bool has_ticket(const chat::Letter& letter) {
  return std::holds_alternative<chat::Claim>(letter) ||
         std::holds_alternative<chat::Accepted>(letter);
}

fuzz::Bytes written(const chat::Letter& letter, std::uint64_t now_ms) {
  chat::LetterBuffer buffer;
  fuzz::Bytes bytes = fuzz::copy_of(write(letter, now_ms, buffer));
  if (const auto* relayed = std::get_if<chat::Relayed>(&letter)) {
    bytes.insert(bytes.end(), relayed->frame.begin(), relayed->frame.end());
  }
  return bytes;
}

}  // namespace

void fuzz::run(Input input) {
  Source source(input);
  const std::uint64_t now_ms = 1000u * source.byte();
  const Input letter = source.rest();
  const auto read = chat::read_letter(letter, now_ms);
  if (!read) return;
  std::visit(Check{letter, now_ms}, *read);

  const Bytes again = written(*read, now_ms);
  must(again.size() == letter.size(), "a letter is as long as it was");
  // A ticket's blocked strangers move together, and nobody has waited for longer than the clock.
  if (!has_ticket(*read)) must(again == copy_of(letter), "a letter is as it was");
  const auto same = chat::read_letter(again, now_ms);
  must(same && same->index() == read->index(), "what was written can be read");
  must(written(*same, now_ms) == again, "it is read as it was written");
}
