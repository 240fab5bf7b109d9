// The domain of one worker: everybody who is connected to it, their lobbies and chats. Events and
// the time go in, effects come out through the outlet; there is no I/O, no clock and no randomness
// inside.
//
// Invariants:
//   1. A session is idle, or its wish stands in the lobby, or it has a seat in exactly one chat.
//   2. A chat has a session in each seat, each Talking in it.
//   3. A frame is relayed to members of the sender's chat only.
//   4. Nothing is allocated on a message's way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "chat/lobby.h"
#include "chat/outlet.h"
#include "chat/session.h"
#include "chat/vocabulary.h"

namespace chat {

class Hub {
 public:
  // Both must outlive the hub. `key` is shared by all who share the lobby.
  Hub(Outlet& outlet, Random& random, const HashKey& key)
      : outlet_(outlet), random_(random), key_(key) {}
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  // Somebody is connected: says hello. `online` is how many people their lobby has, them included.
  void open(Session& session, std::uint32_t online, std::uint64_t now_ms);
  // Somebody cannot come in: says so and ends the connection. The session was not opened.
  void turn_away(Session& session);

  // A whole text message came, valid UTF-8. In front of it there is room for a header of the same
  // size (Outlet::relay). The session may be closed when this returns.
  void frame(Session& session, std::span<std::uint8_t> frame, std::uint64_t now_ms);

  // A frame came that carries no message: a control frame, a part of a message. False: one too
  // many, the session is closed.
  bool admit(Session& session, std::uint64_t now_ms);

  // The connection is gone: the partner is told, the session is out.
  void close(Session& session, std::uint64_t now_ms);
  // The worker stops: says when to come back, and ends the connection.
  void restart(Session& session, std::uint64_t now_ms);

  // When `due` is to be called at the latest; `never` if time changes nothing.
  static constexpr std::uint64_t never = UINT64_MAX;
  static std::uint64_t deadline_ms(const Session& session);
  // Does what the time demands, if anything; early calls are harmless. The session may be closed
  // when this returns.
  void due(Session& session, std::uint64_t now_ms);

  std::size_t people() const { return people_; }
  std::size_t waiting() const { return lobby_.waiting(); }
  std::size_t chats() const { return chats_; }

 private:
  struct Event;  // a frame on its way through its verb's handler, in verbs.cpp

  void meet(Wish& seeker, Wish& partner, std::uint64_t now_ms);
  void introduce(const Wish& to, const Wish& stranger, Chat& chat);
  void give_up(Wish& seeker, std::uint64_t now_ms);
  void look_again(Wish& wish, std::uint64_t now_ms);
  void rest(Session& session, std::uint64_t now_ms);
  void leave_chat(const Talking& talking, std::uint64_t now_ms);
  void end(Session& session, Ending why, std::uint64_t now_ms);
  void send(Session& to, const ServerFrame& frame);
  std::uint64_t retry_ms(const Session& session);

  Outlet& outlet_;
  Random& random_;
  const HashKey key_;
  Lobby lobby_;
  std::size_t people_ = 0;
  std::size_t chats_ = 0;
};

}  // namespace chat
