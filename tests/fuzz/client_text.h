// A client's frame as text again, in the one form that says it shortest: to hold what was read
// against.
#pragma once

#include <string>
#include <string_view>

#include "chat/vocabulary.h"

namespace fuzz {

struct ClientText {
  std::string text;

  void operator()(const chat::Find& find) {
    text = "find";
    for (std::size_t i = 0; i < find.languages.size; ++i) {
      text += i == 0 ? " lang=" : ",";
      text += find.languages.items[i];
    }
    for (std::string_view interest : find.interests.span()) {
      text += '\n';
      text += interest;
    }
  }
  void operator()(const chat::Say& say) {
    text = "say " + std::to_string(say.number);
    if (say.got) text += " got=" + std::to_string(*say.got);
    text += '\n';
    text += say.text;
  }
  void operator()(const chat::Got& got) { text = "got " + std::to_string(got.number); }
  void operator()(const chat::Seen& seen) { text = "seen " + std::to_string(seen.number); }
  void operator()(const chat::Skip& skip) { text = "skip " + std::to_string(skip.number); }
  void operator()(const chat::Typing&) { text = "typing"; }
  void operator()(const chat::Away&) { text = "away"; }
  void operator()(const chat::Here&) { text = "here"; }
  void operator()(const chat::Leave&) { text = "leave"; }
  void operator()(const chat::Block&) { text = "block"; }
  void operator()(const chat::Ping&) { text = "ping"; }
  void operator()(const chat::Report& report) {
    constexpr std::string_view reasons[] = {"spam",  "harassment", "sexual",
                                            "minor", "threat",     "other"};
    text = "report ";
    text += reasons[static_cast<std::size_t>(report.reason)];
    if (report.from != 0) text += " from=" + std::to_string(report.from);
    if (report.upto != 0) text += " upto=" + std::to_string(report.upto);
    if (!report.transcript.empty()) text += '\n';
    text += report.transcript;
  }
  void operator()(const chat::Resume& resume) {
    text = "resume ";
    text += resume.token;
    text += " got=" + std::to_string(resume.got);
  }
};

inline std::string client_text(const chat::ClientFrame& frame) {
  ClientText writer;
  std::visit(writer, frame);
  return writer.text;
}

}  // namespace fuzz
