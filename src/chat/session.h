// One person's visit.
#pragma once

#include <cstdint>
#include <variant>

#include "chat/bucket.h"
#include "chat/chat.h"
#include "chat/person.h"
#include "chat/settings.h"
#include "chat/wish.h"

namespace chat {

// Neither waits nor talks: after the start, after a chat.
struct Idle {
  std::uint64_t since_ms;
};
struct Seeking {
  Wish* wish;  // owned
};
struct Talking {
  Chat* chat;  // the hub's
  Seat seat;
};
using State = std::variant<Idle, Seeking, Talking>;

// The shell owns it and keeps it at one address from Hub::open until Hub::close, or until
// Outlet::close says that it is out of the hub. The hub alone changes it.
struct Session {
  Session(const Settings& of, std::uint64_t lobby_key, Tag tag) : settings(&of), lobby(lobby_key) {
    person.tag = tag;
  }

  const Settings* settings;
  std::uint64_t lobby;  // keyed hash of the lobby's name
  Person person;
  Bucket messages;
  Bucket finds;
  Bucket frames;
  bool is_away = false;  // from the page
  State state = Idle{0};
};

}  // namespace chat
