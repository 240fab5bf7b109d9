// The domain of one worker: everybody who is connected to it, their lobbies and chats. Events and
// the time go in, effects come out through the outlet and the ports to other workers; there is no
// I/O, no clock and no randomness inside.
//
// Invariants:
//   1. A session is idle, or it seeks, or it has a seat in exactly one chat.
//   2. A wish waits in the lobby, or asks for somebody of another member; never both.
//   3. A chat has a session of its own in each seat that somebody sits in here, each Talking in it.
//   4. A chat is known while one of its seats is kept here: somebody sits there, or is waited for.
//   5. A chat in which somebody is missing or enters is in missing_, and so is one that asks.
//   6. A frame is relayed to members of the sender's chat only.
//   7. Nothing is allocated on a message's way.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "chat/ending.h"
#include "chat/letter.h"
#include "chat/list.h"
#include "chat/lobby.h"
#include "chat/memory.h"
#include "chat/outlet.h"
#include "chat/peer.h"
#include "chat/session.h"
#include "chat/shared.h"
#include "chat/table.h"
#include "chat/token.h"
#include "chat/vocabulary.h"
#include "chat/wish.h"

namespace chat {

// Who shares their people with the hub. Without any of it the hub's people meet each other alone.
struct Surroundings {
  MemberId self;
  Mail* mail = nullptr;                           // there when a lobby is
  std::array<SharedLobby*, reaches> lobbies{};    // null: none of that reach
  std::array<Rendezvous*, reaches> rendezvous{};  // the same
  TokenSeal* seal = nullptr;                      // null: no seat can be taken again
};

class Hub {
 public:
  // They must outlive the hub. `key` is shared by all who share a lobby.
  Hub(Outlet& outlet, Random& random, const HashKey& key, const Surroundings& surroundings = {})
      : outlet_(outlet), random_(random), key_(key), around_(surroundings) {}
  ~Hub();
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  // ---- people ----

  // Somebody is connected: says hello. `online` is how many people their lobby has, them included.
  void open(Session& session, std::uint32_t online, std::uint64_t now_ms);
  // Somebody cannot come in: says so and ends the connection. The session was not opened.
  void turn_away(Session& session);

  // A whole text message came, valid UTF-8. The frame_room bytes in front of it may be written
  // over. The session may be closed when this returns.
  void frame(Session& session, std::span<std::uint8_t> frame, std::uint64_t now_ms);

  // A frame came that carries no message: a control frame, a part of a message. False: one too
  // many, the session is closed.
  bool admit(Session& session, std::uint64_t now_ms);

  // The connection is gone, the session is out. Their seat is kept for a while, unless they left.
  void close(Session& session, Departure how, std::uint64_t now_ms);
  // The worker stops: says when to come back, and ends the connection.
  void restart(Session& session, std::uint64_t now_ms);

  // When `due` is to be called at the latest; `never` if time changes nothing.
  static constexpr std::uint64_t never = UINT64_MAX;
  static std::uint64_t deadline_ms(const Session& session);
  // Does what the time demands, if anything; early calls are harmless. The session may be closed
  // when this returns.
  void due(Session& session, std::uint64_t now_ms);

  // ---- other members: what the ports bring (shared.h) ----

  // A shared lobby has somebody who fits the ticket `own`. `other` is valid during the call.
  void offered(Reach reach, TicketId own, const Ticket& other, std::uint64_t now_ms);
  // What became of taking the two tickets out.
  void taken(Reach reach, TicketId own, Taken what, std::uint64_t now_ms);
  // Another member keeps a seat of a chat whose seat this one keeps too.
  void kept(const Keeper& keeper, std::uint64_t now_ms);
  // A letter came. The frame_room - relay_header_bytes bytes in front of it may be written over.
  void letter(MemberId from, std::span<std::uint8_t> letter, std::uint64_t now_ms);
  // That member has ended.
  void gone(MemberId member, std::uint64_t now_ms);
  // Nobody got a letter to that member.
  void unreached(MemberId member, std::uint64_t now_ms);
  // Other hosts cannot be reached; can be reached (again). At first they cannot.
  void cut(std::uint64_t now_ms);
  void mended(std::uint64_t now_ms);

  // Whether there are chats with other members, or in which somebody is missing: then `beat` is to
  // be called every beat_ms.
  bool has_beats() { return peers_.size() > 0 || !missing_.empty(); }
  void beat(std::uint64_t now_ms);

  std::size_t people() const { return people_; }
  std::size_t waiting() const { return lobby_.waiting(); }
  std::size_t chats() const { return chats_.size(); }

 private:
  struct Event;     // a frame on its way through its verb's handler, in verbs.cpp
  struct Incoming;  // a letter on its way through its kind's handler, in incoming.h
  struct Heard;     // a frame of somebody who sits elsewhere, in letters.cpp

  struct WishById {
    using Key = TicketId;
    static const Key& key(const Wish& wish) { return wish.ticket.id; }
    static Wish*& next(Wish& wish) { return wish.next_wish; }
    static std::uint64_t hash(const Key& key) { return key; }
  };
  struct ChatById {
    using Key = ChatId;
    static Key key(const Chat& chat) { return chat.id(); }
    static Chat*& next(Chat& chat) { return chat.next_by_id; }
    static std::uint64_t hash(const Key& key) { return key; }
  };
  struct PeerById {
    using Key = MemberId;
    static const Key& key(const Peer& peer) { return peer.id; }
    static Peer*& next(Peer& peer) { return peer.next; }
    static std::uint64_t hash(const Key& key) { return key.host ^ key.worker; }
  };

  // A chat that is over, and the takings of its seats that this is known of.
  struct Ended {
    ChatId chat = 0;
    std::array<Stamp, seats_max> stamps{};
  };

  // seeking.cpp
  void seek(Session& session, const Find& find, std::uint64_t now_ms);
  void look_again(Wish& wish, std::uint64_t now_ms);
  void give_up_asking(Wish& wish, std::uint64_t now_ms);
  bool is_asked_for(ChatId chat);
  void seek_again(Wish& wish, std::uint64_t now_ms);
  bool meet_here(Wish& wish, std::uint64_t now_ms);
  void meet(Wish& seeker, Wish& partner, std::uint64_t now_ms);
  void introduce(Wish& to, const Ticket& stranger, Chat& chat, Seat seat);
  void settle(Wish& wish);
  void give_up(Wish& wish, std::uint64_t now_ms);
  void post(Wish& wish, Reach reach, std::uint64_t now_ms);
  void post_soon(Wish& wish, std::uint64_t now_ms);
  void withdraw(Wish& wish, Reach reach);
  void offered_here(Reach reach, Wish& wish, const Ticket& other, std::uint64_t now_ms);
  SharedLobby* lobby(Reach reach) const { return around_.lobbies[static_cast<std::size_t>(reach)]; }
  bool reaches(Reach reach) const;

  // chats.cpp
  Chat* begin(ChatId id, std::uint64_t window_ms);
  bool attach(Chat& chat, MemberId to, std::uint64_t now_ms);
  void detach(Chat& chat);
  void forget(Chat& chat);
  void note(const Ended& ended);
  void note_end(ChatId id);
  void note_lapse(const Chat& chat);
  void part(Chat& chat, std::uint64_t now_ms);
  void leave_chat(const Talking& talking, std::uint64_t now_ms);
  bool has_ended(ChatId id, Seat seat = 0, Stamp stamp = 0) const;
  void relay(Chat& chat, Seat from, std::span<std::uint8_t> frame);
  void relay_away(Chat& chat, Seat from, std::span<std::uint8_t> frame);
  void say_got(Chat& chat, Seat from, Number number);

  // missing.cpp
  static std::uint64_t missing_until_ms(const Chat& chat, const Member& member);
  static std::uint64_t missing_until_ms(Chat& chat, Seat seat);
  void vacate(const Talking& talking, Departure how, std::uint64_t now_ms);
  void miss(Chat& chat, std::uint64_t now_ms);
  bool can_mind(const Chat& chat) const;
  void mind(Chat& chat, std::uint64_t now_ms);
  void mind_no_more(Chat& chat);
  void tell(Chat& chat, std::uint64_t now_ms);
  void welcome_back(Chat& chat, Seat seat);
  static bool awaits_word(Chat& chat, std::uint64_t now_ms);
  void look_for(Chat& chat, std::uint64_t now_ms);
  void see_to(Chat& chat, std::uint64_t now_ms);

  // returning.cpp
  std::string_view make_token(const Session& session, TokenSeal::Text& text);
  std::optional<Token> open_token(const Session& session, std::string_view text);
  bool resume(Session& session, const Token& token, Number got, std::uint64_t now_ms);
  Taking next_taking(const Taking& last, const Token& token) const;
  void sit(Session& session, Chat& chat, const Token& token, Number got, std::uint64_t now_ms);
  void tell_kin(Chat& chat, const Token& token, std::uint64_t now_ms);
  void take_here(Session& session, Chat& chat, const Token& token, Number got,
                 std::uint64_t now_ms);
  bool take_unknown(Session& session, const Token& token, Number got, std::uint64_t now_ms);
  void enter(Chat& chat, Seat seat, std::uint64_t now_ms);
  void enter_all(Chat& chat, std::uint64_t now_ms);
  void spend_token(Chat& chat, Seat seat, std::uint64_t now_ms);
  void replace(Member& member, std::uint64_t now_ms);
  void lose_seat(Chat& chat, Seat seat, std::uint64_t now_ms);
  bool hand_over(Chat& chat, const Kept& kept, MemberId to, std::uint64_t now_ms);
  static Stamp right_other(const Chat& chat, Seat seat);
  static Kept kept_here(const Chat& chat, Seat seat, std::uint64_t now_ms);
  void say_kept(const Chat& chat, Seat seat, MemberId to, std::uint64_t now_ms);
  void say_moved(const Chat& chat, Seat seat, MemberId to, std::uint64_t now_ms);
  void say_all(Chat& chat, MemberId to, std::uint64_t now_ms);
  void ask_around(Chat& chat);

  // peers.cpp
  void heard(Peer& peer, std::uint64_t now_ms);
  void lose(Peer& peer, std::uint64_t now_ms);
  void disown(Chat& chat, std::uint64_t now_ms);
  void audit(Peer& peer, std::uint64_t now_ms);
  void fail_asking(MemberId owner, std::uint64_t now_ms);
  bool is_cut_from(MemberId member) const;
  void write_to(MemberId to, const Letter& letter, std::uint64_t now_ms);

  // hub.cpp
  void rest(Session& session, std::uint64_t now_ms);
  void end(Session& session, Ending why, std::uint64_t now_ms);
  void send(Session& to, const ServerFrame& frame);
  std::uint64_t random_id();

  Outlet& outlet_;
  Random& random_;
  const HashKey key_;
  const Surroundings around_;
  Heap heap_;
  LobbyState lobby_state_;
  Lobby lobby_{lobby_state_, heap_};
  TableState<Wish> wishes_state_;
  Table<Wish, WishById> wishes_{wishes_state_, heap_};  // of everybody who seeks
  TableState<Chat> chats_state_;
  Table<Chat, ChatById> chats_{chats_state_, heap_};
  List<Missing> missing_;
  std::size_t missing_size_ = 0;
  TableState<Peer> peers_state_;
  Table<Peer, PeerById> peers_{peers_state_, heap_};
  std::size_t people_ = 0;
  bool is_cut_ = lobby(Reach::cluster) != nullptr;  // from other hosts
  std::array<Ended, ended_max> ended_{};            // the last ones, in a ring
  std::size_t ended_next_ = 0;
};

}  // namespace chat
