// What somebody who looks for a partner wants, made from a `find`; exists while they look. It is
// their ticket with the words behind it, and how far the search has come.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "chat/interest.h"
#include "chat/letter.h"
#include "chat/shared.h"
#include "chat/standing.h"
#include "chat/vocabulary.h"

namespace chat {

struct Session;

// Somebody of another member is asked for: meanwhile the wish stands in no queue, so that nobody
// else can have it.
struct Asking {
  enum class For : std::uint8_t {
    ticket,   // asked of the shared lobby: are both still in?
    stranger  // asked of the ticket's owner: is the stranger free?
  };
  For what;
  Reach reach;
  ChatId chat;  // that shall begin
  MemberId owner;
  TicketId wanted;
  std::uint64_t until_ms;  // then it has failed
};

class Wish : public Standing {
 public:
  // What `find` says, looked for by `session` in its lobby, as a ticket of the member `owner`; the
  // words are copied. One allocation holds it all. Null: out of memory. The session must outlive
  // it.
  static Wish* make(const Find& find, Session& session, TicketId id, MemberId owner,
                    const HashKey& key, std::uint64_t now_ms);
  // Wipes and frees. REQUIRES: it stands in no queue.
  static void destroy(Wish* wish);
  // The wish that a lobby of wishes holds.
  static Wish& of(Standing& standing) { return static_cast<Wish&>(standing); }

  Session& session() const { return *session_; }

  // The interests that both have, in this one's spelling; and the first language that both have, in
  // this one's spelling or empty.
  Interests common_interests(const Ticket& other) const;
  std::string_view common_language(const Ticket& other) const;

  // When to widen and look again: after each patience.
  std::uint64_t next_look_ms() const { return next_look_ms_; }
  void looked_at(std::uint64_t now_ms);

  // When to act next, for whatever reason.
  std::uint64_t deadline_ms() const;

  // When to post the ticket in each shared lobby, and whether it may be in there.
  std::array<std::uint64_t, reaches> post_ms;
  std::array<bool, reaches> posted{};
  std::optional<Asking> asking;

  Wish* next_wish = nullptr;  // in the hub's table

 private:
  Wish(const Ticket& ticket, Session& session) : Standing(ticket), session_(&session) {}

  Session* session_;
  std::uint64_t next_look_ms_ = 0;
  std::size_t allocated_ = 0;
  std::array<std::string_view, interests_max> interests_;  // in the order of the ticket's topics
  std::array<std::string_view, languages_max> languages_;
};

}  // namespace chat
