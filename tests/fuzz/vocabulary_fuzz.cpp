// Frames of a client: what was read keeps its bounds, and is read again from what it says; and what
// the server answers to a `find` keeps its own.
//
//   input: the frame, valid UTF-8 or not
#include "chat/vocabulary.h"

#include <algorithm>

#include "client_text.h"
#include "fuzz.h"

namespace {

struct Bounds {
  std::string_view frame;

  void within(std::string_view view, std::size_t most) const {
    fuzz::must(view.size() <= most, "what was read has its bound");
    if (view.empty()) return;
    fuzz::must(view.data() >= frame.data() && view.data() + view.size() <= frame.end(),
               "what was read lies in the frame");
  }
  static void number(chat::Number number) {
    fuzz::must(number >= 1 && number <= chat::number_max, "a number has its bounds");
  }

  void operator()(const chat::Find& find) const {
    fuzz::must(find.languages.size <= chat::languages_max, "languages have their bound");
    fuzz::must(find.interests.size <= chat::interests_max, "interests have their bound");
    for (std::string_view each : find.languages.span()) {
      within(each, chat::language_bytes_max);
      fuzz::must(!each.empty(), "no language is empty");
    }
    for (std::string_view each : find.interests.span()) {
      within(each, chat::interest_bytes_max);
      fuzz::must(!each.empty() && each.front() != ' ' && each.back() != ' ',
                 "no interest is empty, nor has it white space around");
      fuzz::must(std::none_of(each.begin(), each.end(), [](char c) { return c >= 0 && c < ' '; }),
                 "no interest has a control character");
    }
  }
  void operator()(const chat::Say& say) const {
    number(say.number);
    if (say.got) number(*say.got);
    within(say.text, frame.size());
  }
  void operator()(const chat::Got& got) const { number(got.number); }
  void operator()(const chat::Seen& seen) const { number(seen.number); }
  void operator()(const chat::Skip& skip) const { number(skip.number); }
  void operator()(const chat::Report& report) const {
    within(report.transcript, frame.size());
    fuzz::must(report.from <= report.upto && (report.from == 0) == (report.upto == 0),
               "from and upto come together");
  }
  void operator()(const chat::Resume& resume) const {
    within(resume.token, chat::header_bytes_max);
    fuzz::must(!resume.token.empty() && resume.token.find_first_of(" =\n") == resume.token.npos,
               "a token is one word");
    if (resume.got != 0) number(resume.got);
  }
  template <typename Word>
  void operator()(const Word&) const {}
};

// The longest answer that the words of a `find` can have.
void check_answer(const chat::Find& find) {
  const std::string token(chat::token_bytes_max, 't');
  chat::Matched matched{token, {}, find.interests};
  if (find.languages.size > 0) matched.language = find.languages.items[0];
  chat::FrameBuffer buffer;
  const std::string_view answer = chat::write(matched, buffer);
  const std::string_view header = answer.substr(0, answer.find('\n'));
  fuzz::must(header.size() <= chat::header_bytes_max, "the answer's header has its bound");

  const std::string find_again = "find" + std::string(answer.substr(header.size()));
  const auto again = chat::parse(find_again);
  const auto* frame = std::get_if<chat::ClientFrame>(&again);
  const auto* common = frame == nullptr ? nullptr : std::get_if<chat::Find>(frame);
  fuzz::must(common != nullptr, "interests that are answered can be looked for");
  fuzz::must(std::ranges::equal(common->interests.span(), find.interests.span()),
             "interests that are answered are those that were looked for");
}

}  // namespace

void fuzz::run(Input input) {
  const std::string_view text = text_of(input);
  const auto parsed = chat::parse(text);
  const auto* frame = std::get_if<chat::ClientFrame>(&parsed);
  if (frame == nullptr) return;
  std::visit(Bounds{text}, *frame);

  const std::string said = client_text(*frame);
  must(said.size() <= text.size(), "nothing says it shorter");
  const bool one_form =
      !std::holds_alternative<chat::Find>(*frame) && !std::holds_alternative<chat::Report>(*frame);
  if (one_form) must(said == text, "there is one form to say it");
  const auto again = chat::parse(said);
  const auto* same = std::get_if<chat::ClientFrame>(&again);
  must(same != nullptr && same->index() == frame->index(), "it is read again as what it is");
  must(client_text(*same) == said, "it is read again as it was");
  if (const auto* find = std::get_if<chat::Find>(frame)) check_answer(*find);
}
