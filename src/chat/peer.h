// Another member that people of this one have chats with; exists while there is such a chat.
#pragma once

#include <cstdint>

#include "chat/chat.h"
#include "chat/list.h"
#include "chat/member.h"

namespace chat {

struct Peer {
  Peer(MemberId of, std::uint64_t now_ms) : id(of), heard_ms(now_ms), asked_ms(now_ms) {}

  bool lost() const { return lost_ms != 0; }

  const MemberId id;
  List<Chat> chats;
  std::uint64_t heard_ms;     // when the last letter came from it
  std::uint64_t asked_ms;     // when it was last told of the chats in common
  std::uint64_t lost_ms = 0;  // since when it cannot be reached; 0: it can
  Peer* next = nullptr;       // in the hub's table
};

}  // namespace chat
