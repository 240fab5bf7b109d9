// Arguments of a header, against a plain list of them.
//
//   input: what stands behind the verb
#include "chat/arguments.h"

#include "fuzz.h"

namespace {

struct Plain {
  std::string key;
  std::string value;
};

// False: it is no list of at most three, with values alone in front.
bool read(std::string_view text, std::vector<Plain>& all) {
  if (text.empty()) return true;
  if (text.front() != ' ') return false;
  text.remove_prefix(1);
  for (;;) {
    const std::string argument(text.substr(0, text.find(' ')));
    const std::size_t equals = argument.find('=');
    if (equals == argument.npos) {
      if (argument.empty() || !all.empty()) return false;
      all.push_back({"", argument});
    } else {
      all.push_back({argument.substr(0, equals), argument.substr(equals + 1)});
      if (all.back().key.empty() || all.back().value.empty()) return false;
    }
    if (all.size() > 3) return false;
    if (argument.size() == text.size()) return true;
    text.remove_prefix(argument.size() + 1);
  }
}

}  // namespace

void fuzz::run(Input input) {
  std::vector<Plain> all;
  const bool good = read(text_of(input), all);
  chat::Arguments arguments;
  must(arguments.read(text_of(input)) == good, "it is a list of arguments or it is none");
  if (!good) return;

  must(arguments.all_taken() == all.empty(), "at first all are left");
  must(arguments.take("no such key").empty(), "nothing is taken that is not there");
  for (const Plain& each : all) {
    const auto value = each.key.empty() ? arguments.take_value() : arguments.take(each.key);
    must(value == each.value, "each is taken in its order");
  }
  must(arguments.all_taken(), "at last all are taken");
  for (const Plain& each : all) must(arguments.take(each.key).empty(), "none is taken twice");
}
