// The words of a `find`, from the frame to the ticket.
//
//   input: the frame behind "find", a text of UTF-8
#include "chat/wish.h"

#include <algorithm>

#include "chat/memory.h"
#include "chat/session.h"
#include "client_text.h"
#include "fuzz.h"
#include "tickets.h"
#include "ws/utf8.h"

namespace {

constexpr std::uint64_t now_ms = 1'000'000;
constexpr chat::HashKey key{7};

class Seeker {
 public:
  explicit Seeker(const chat::Find& find)
      : wish_(chat::Wish::make(find, session_, 5, {1, 2}, key, now_ms)) {}
  Seeker(const Seeker&) = delete;
  Seeker& operator=(const Seeker&) = delete;
  ~Seeker() { chat::Wish::destroy(wish_); }

  const chat::Wish& wish() const { return *wish_; }
  const chat::Ticket& ticket() const { return wish_->ticket; }

 private:
  chat::Settings settings_;
  chat::Session session_{settings_, 1, 3};
  chat::Wish* wish_;
};

// Null: it is no `find`.
const chat::Find* find_in(const std::variant<chat::ClientFrame, chat::Fault>& parsed) {
  const auto* frame = std::get_if<chat::ClientFrame>(&parsed);
  return frame == nullptr ? nullptr : std::get_if<chat::Find>(frame);
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return text;
}

// The same words with other case and with white space around them: the same topics.
void check_spelling(const chat::Find& find, const chat::Ticket& ticket) {
  chat::Find spelled = find;
  std::vector<std::string> words;
  words.reserve(chat::interests_max + chat::languages_max);
  const auto spell = [&](std::string_view& word) {
    words.push_back(upper(std::string(word)));
    word = words.back();
  };
  std::for_each_n(spelled.interests.items.begin(), spelled.interests.size, spell);
  std::for_each_n(spelled.languages.items.begin(), spelled.languages.size, spell);
  const Seeker other(spelled);
  fuzz::must(std::ranges::equal(ticket.interests.span(), other.ticket().interests.span()),
             "case does not count in an interest");
  fuzz::must(std::ranges::equal(ticket.languages.span(), other.ticket().languages.span()),
             "case does not count in a language");
  fuzz::must(ticket.common_with(other.ticket()) == ticket.interests.size, "all is in common");
}

}  // namespace

void fuzz::run(Input input) {
  ws::Utf8 utf8;
  if (!utf8.take(input) || !utf8.complete()) return;
  const std::string frame = "find" + std::string(text_of(input));
  const auto parsed = chat::parse(frame);
  const chat::Find* find = find_in(parsed);
  if (find == nullptr) return;

  const Seeker seeker(*find);
  const chat::Ticket& ticket = seeker.ticket();
  check_ticket(ticket, now_ms);
  must(ticket.interests.size <= find->interests.size, "no interest comes from nowhere");
  must((ticket.interests.size == 0) == (find->interests.size == 0), "no interest is forgotten");

  const chat::Interests common = seeker.wish().common_interests(ticket);
  must(common.size == ticket.interests.size, "whoever is the same has all in common");
  for (std::string_view each : common.span()) {
    must(std::ranges::count(find->interests.span(), each) > 0, "an interest keeps its spelling");
  }
  const std::string_view language = seeker.wish().common_language(ticket);
  if (find->languages.size > 0) must(language == find->languages.items[0], "the first language");
  check_spelling(*find, ticket);
}
