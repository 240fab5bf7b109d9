#include "nginx/burst.h"

#include <cstring>

#include "nginx/connection.h"
#include "ws/encoder.h"

namespace nginx {

void Burst::end() {
  flush();
  input_ = {};
}

bool Burst::holds(std::span<std::uint8_t> payload) const {
  return !input_.empty() && payload.data() >= input_.data() &&
         payload.data() < input_.data() + input_.size();
}

void Burst::relay(Connection& to, std::span<std::uint8_t> payload) {
  std::uint8_t* frame = ws::write_header_before(payload.data(), payload.size(), ws::Opcode::text);
  const std::size_t size = payload.data() + payload.size() - frame;
  if (!holds(payload)) {
    flush();
    to.write({frame, size});
    return;
  }
  if (to_ != &to) {
    flush();
    to_ = &to;
    begin_ = end_ = frame;
  } else if (frame != end_) {
    std::memmove(
        end_, frame,
        size);  // a client's header is longer by its mask, so frames only move to the front
  }
  end_ += size;
}

void Burst::flush() {
  if (to_ == nullptr) return;
  Connection* to = to_;
  to_ = nullptr;
  to->write({begin_, end_});
}

}  // namespace nginx
