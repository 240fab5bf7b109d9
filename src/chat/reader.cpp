// Reads a client's frames (vocabulary.h).
#include <algorithm>
#include <charconv>

#include "chat/arguments.h"
#include "chat/vocabulary.h"

namespace chat {

namespace {

using Parsed = std::variant<ClientFrame, Fault>;

constexpr std::optional<Fault> no_fault;

// Calls `take` with each part of `text` between the separators, until one has a fault.
template <typename Take>
std::optional<Fault> each_part(std::string_view text, char separator, Take take) {
  for (;;) {
    const std::string_view part = text.substr(0, text.find(separator));
    if (const auto fault = take(part)) return fault;
    if (part.size() == text.size()) return no_fault;
    text.remove_prefix(part.size() + 1);
  }
}

template <std::size_t N>
std::optional<Fault> add(Views<N>& views, std::string_view item) {
  if (views.size == N) return Fault::too_many;
  views.items[views.size++] = item;
  return no_fault;
}

// ---- values ----

// 1 to number_max, without a sign or leading zeros.
std::optional<Number> number_of(std::string_view text) {
  Number number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || rest != end || text.front() == '0' || number > number_max) {
    return std::nullopt;
  }
  return number;
}

bool is_language(std::string_view text) {
  return !text.empty() && text.size() <= language_bytes_max &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-';
         });
}

std::optional<Fault> read_languages(std::string_view text, Languages& languages) {
  return each_part(text, ',', [&](std::string_view language) -> std::optional<Fault> {
    if (!is_language(language)) return Fault::malformed;
    return add(languages, language);
  });
}

// ---- interests ----

// The characters that have Unicode's property White_Space (PropList.txt), but LF, which separates.
constexpr std::string_view white_space[] = {
    " ",
    "\t",
    "\v",
    "\f",
    "\r",
    "\xC2\x85",      // U+0085 next line
    "\xC2\xA0",      // U+00A0 no-break space
    "\xE1\x9A\x80",  // U+1680 ogham space mark
    "\xE2\x80\x80",  // U+2000 to U+200A: an en quad to a hair space
    "\xE2\x80\x81",
    "\xE2\x80\x82",
    "\xE2\x80\x83",
    "\xE2\x80\x84",
    "\xE2\x80\x85",
    "\xE2\x80\x86",
    "\xE2\x80\x87",
    "\xE2\x80\x88",
    "\xE2\x80\x89",
    "\xE2\x80\x8A",
    "\xE2\x80\xA8",  // U+2028 line separator
    "\xE2\x80\xA9",  // U+2029 paragraph separator
    "\xE2\x80\xAF",  // U+202F narrow no-break space
    "\xE2\x81\x9F",  // U+205F medium mathematical space
    "\xE3\x80\x80",  // U+3000 ideographic space
};

// The size of the white space that `is_there` finds; 0: none.
template <typename IsThere>
std::size_t white_space_size(IsThere is_there) {
  const auto* found = std::find_if(std::begin(white_space), std::end(white_space), is_there);
  return found == std::end(white_space) ? 0 : found->size();
}

std::string_view stripped(std::string_view text) {
  while (const std::size_t size =
             white_space_size([&](std::string_view each) { return text.starts_with(each); })) {
    text.remove_prefix(size);
  }
  while (const std::size_t size =
             white_space_size([&](std::string_view each) { return text.ends_with(each); })) {
    text.remove_suffix(size);
  }
  return text;
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < ' ';
}

// Every character of UTF-8 has one byte that continues none.
std::size_t chars(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
}

std::optional<Fault> add_interest(std::string_view line, Interests& interests) {
  const std::string_view interest = stripped(line);
  if (interest.empty()) return no_fault;
  if (std::any_of(interest.begin(), interest.end(), is_control)) return Fault::malformed;
  // In valid UTF-8 the bytes follow from the characters; the bound holds without that, too.
  if (interest.size() > interest_bytes_max || chars(interest) > interest_chars_max) {
    return Fault::too_many;
  }
  return add(interests, interest);
}

std::optional<Fault> read_interests(std::string_view text, Interests& interests) {
  if (text.size() > find_body_bytes_max) return Fault::too_many;
  return each_part(text, '\n',
                   [&](std::string_view line) { return add_interest(line, interests); });
}

// ---- verbs ----

// One that stands alone.
template <typename Frame>
Parsed read_word(Arguments&, std::string_view) {
  return Frame{};
}

template <typename Frame>
Parsed read_number(Arguments& arguments, std::string_view) {
  const auto number = number_of(arguments.take_value());
  if (!number) return Fault::malformed;
  return Frame{*number};
}

Parsed read_find(Arguments& arguments, std::string_view body) {
  Find find;
  if (const std::string_view languages = arguments.take("lang"); !languages.empty()) {
    if (const auto fault = read_languages(languages, find.languages)) return *fault;
  }
  if (const auto fault = read_interests(body, find.interests)) return *fault;
  return find;
}

Parsed read_say(Arguments& arguments, std::string_view body) {
  const auto number = number_of(arguments.take_value());
  if (!number) return Fault::malformed;
  Say say{*number, std::nullopt, body};
  if (const std::string_view got = arguments.take("got"); !got.empty()) {
    say.got = number_of(got);
    if (!say.got) return Fault::malformed;
  }
  return say;
}

// In the order of ReportReason.
constexpr std::string_view report_reasons[] = {"spam",  "harassment", "sexual",
                                               "minor", "threat",     "other"};

Parsed read_report(Arguments& arguments, std::string_view body) {
  const auto* reason =
      std::find(std::begin(report_reasons), std::end(report_reasons), arguments.take_value());
  if (reason == std::end(report_reasons)) return Fault::malformed;
  Report report{static_cast<ReportReason>(reason - std::begin(report_reasons)), 0, 0, body};
  const std::string_view from_text = arguments.take("from");
  const std::string_view upto_text = arguments.take("upto");
  if (from_text.empty() && upto_text.empty()) return report;
  const auto from = number_of(from_text);
  const auto upto = number_of(upto_text);
  if (!from || !upto || *from > *upto) return Fault::malformed;
  report.from = *from;
  report.upto = *upto;
  return report;
}

Parsed read_resume(Arguments& arguments, std::string_view) {
  const std::string_view token = arguments.take_value();
  const std::string_view got_text = arguments.take("got");
  // Here alone there may be nothing yet.
  const auto got = got_text == "0" ? std::optional<Number>(0) : number_of(got_text);
  if (token.empty() || !got) return Fault::malformed;
  return Resume{token, *got};
}

enum class Body : std::uint8_t { none, optional, required };

struct Verb {
  std::string_view name;
  Body body;
  Parsed (*read)(Arguments& arguments, std::string_view body);
};

// What is said most comes first.
constexpr Verb verbs[] = {
    {"say", Body::required, read_say},         {"got", Body::none, read_number<Got>},
    {"typing", Body::none, read_word<Typing>}, {"seen", Body::none, read_number<Seen>},
    {"ping", Body::none, read_word<Ping>},     {"away", Body::none, read_word<Away>},
    {"here", Body::none, read_word<Here>},     {"find", Body::optional, read_find},
    {"leave", Body::none, read_word<Leave>},   {"skip", Body::none, read_number<Skip>},
    {"block", Body::none, read_word<Block>},   {"resume", Body::none, read_resume},
    {"report", Body::optional, read_report},
};

// Null: `header` begins with none.
const Verb* find_verb(std::string_view header) {
  const std::string_view word = header.substr(0, header.find(' '));
  const auto* verb = std::find_if(std::begin(verbs), std::end(verbs),
                                  [&](const Verb& each) { return each.name == word; });
  return verb == std::end(verbs) ? nullptr : verb;
}

// (Without substr(), whose check of the position would bring in the part of libstdc++ that throws.)
std::string_view behind(std::string_view text, std::size_t size) {
  text.remove_prefix(size);
  return text;
}

// The line of header without its LF. Longer than header_bytes_max by one byte: it is too long, and
// not looked at further.
std::string_view header_of(std::string_view frame) {
  const std::string_view start = frame.substr(0, header_bytes_max + 1);
  return start.substr(0, start.find('\n'));
}

}  // namespace

std::variant<ClientFrame, Fault> parse(std::string_view frame) {
  const std::string_view header = header_of(frame);
  if (header.size() > header_bytes_max) return Fault::too_long;
  const Verb* verb = find_verb(header);
  if (verb == nullptr) return Fault::unknown_verb;

  const bool has_body = header.size() < frame.size();
  if (has_body ? verb->body == Body::none : verb->body == Body::required) return Fault::malformed;
  const std::string_view body = has_body ? behind(frame, header.size() + 1) : std::string_view();

  Arguments arguments;
  if (!arguments.read(behind(header, verb->name.size()))) return Fault::malformed;
  Parsed parsed = verb->read(arguments, body);
  if (!arguments.all_taken()) parsed = Fault::malformed;
  return parsed;
}

}  // namespace chat
