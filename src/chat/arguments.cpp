#include "chat/arguments.h"

namespace chat {

bool Arguments::read(std::string_view text) {
  while (!text.empty()) {
    if (text.front() != ' ') return false;
    text.remove_prefix(1);
    const std::string_view argument = text.substr(0, text.find(' '));
    if (!add(argument)) return false;
    text.remove_prefix(argument.size());
  }
  return true;
}

bool Arguments::add(std::string_view argument) {
  if (argument.empty() || size_ == size_max) return false;
  const std::size_t equals = argument.find('=');
  const bool has_key = equals != std::string_view::npos;
  // A value alone has its place in front of the keys.
  if (!has_key && size_ != 0) return false;
  Argument& added = arguments_[size_];
  added = {{}, argument};
  if (has_key) {
    added.key = argument.substr(0, equals);
    added.value.remove_prefix(equals + 1);
    if (added.key.empty() || added.value.empty()) return false;
  }
  left_ = ++size_;
  return true;
}

// Of a key that came twice the second is left over, and is found by all_taken().
std::string_view Arguments::take(std::string_view key) {
  for (std::size_t i = 0; i < size_; ++i) {
    Argument& argument = arguments_[i];
    if (argument.value.empty() || argument.key != key) continue;
    --left_;
    const std::string_view value = argument.value;
    argument.value = {};
    return value;
  }
  return {};
}

}  // namespace chat
