// Somebody's page: a client that speaks docs/protocol.md as it should.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "chat/chat.h"
#include "sim/dice.h"

namespace chat {
enum class Ending : std::uint8_t;
}

namespace sim {

class Line;
class World;

class Page {
 public:
  Page(World& world, unsigned person, std::uint64_t seed)
      : world_(world), dice_(seed), person_(person) {}
  Page(const Page&) = delete;
  Page& operator=(const Page&) = delete;

  // ---- what the person does ----

  void find();
  void say();
  void type();
  void leave();
  void block();
  void turn(bool away);
  // The connection is gone; the server notices after so long.
  void drop(std::uint64_t noticed_ms);
  void reload();
  void close();
  // This page becomes the second one with the token of `first`, which is forgotten.
  void copy(Page& first);
  // This page tries, once, a token that `victim` has used before.
  void replay(const Page& victim, unsigned tries);

  // ---- what comes ----

  void hears(Line& line, const std::string& frame);
  void closed(Line& line, chat::Ending why);
  void dropped(Line& line);

  // ---- what is to be seen ----

  bool is_closed() const { return is_closed_; }
  bool is_seeking() const { return wants_stranger_; }
  bool is_talking() const { return chat_ != 0; }
  bool has_seat() const { return is_seated_; }
  // Has asked for its seat, and not heard.
  bool is_entering() const { return chat_ != 0 && is_ready_ && !is_seated_; }
  bool is_thief() const { return is_thief_; }
  bool has_token() const { return token_.size() > 1; }
  bool has_used_token() const { return !used_token_.empty(); }
  bool is_alone() const { return is_alone_; }
  // Nothing is on its way that the partner has not confirmed.
  bool is_settled() const { return outbox_.empty() && skipped_ <= confirmed_; }
  chat::ChatId chat() const { return chat_; }
  chat::Seat seat() const { return seat_; }
  Line* line() const { return line_; }
  unsigned person() const { return person_; }
  std::uint64_t lobby() const;

 private:
  struct Said {
    chat::Number number;
    std::string text;
  };

  void connect();
  void connect_later(std::uint64_t ms);
  std::uint64_t pause_ms();
  // Whoever sat there is waited for: so long at the least.
  void lose_line();
  void lose_line(std::uint64_t kept_ms);
  void tell_turned();
  void drop_for_good();
  void steals(std::string_view verb, const std::string& frame);
  void tell(std::string frame);
  void sit_down(std::string_view token, bool newly);
  void end_chat();
  void forget_chat();
  void over(const std::string& how);
  void show(chat::Number number, std::string_view text);
  void confirm(chat::Number number);
  void confirm_soon();
  void skip(chat::Number number);
  void say_again();
  void say_again_later();
  void say_one(const Said& said);
  void refresh();
  void ask();

  World& world_;
  Dice dice_;
  Line* line_ = nullptr;
  Page* first_ = nullptr;  // the tab that had the chat before
  const unsigned person_;
  unsigned connecting_ = 0;  // the last attempt; those before it are given up
  bool is_ready_ = false;    // the server has said hello
  bool is_closed_ = false;   // for good
  bool is_away_ = false;
  std::optional<std::uint64_t> told_away_ms_;  // when, on this connection
  bool is_thief_ = false;
  unsigned tries_ = 0;     // of a thief, that are left
  unsigned unproven_ = 0;  // takings of the seat since the last one that is proven
  bool wants_stranger_ = false;

  // In a chat:
  bool is_seated_ = false;  // `matched` or `resumed` was heard on this line
  bool is_alone_ = false;   // `lost` was
  bool confirms_ = false;   // a `got` is to be said
  chat::Seat seat_ = 0;
  chat::ChatId chat_ = 0;
  std::string token_;
  std::string token_before_;  // that takes the seat until something is heard behind `token_`
  std::string used_token_;    // that takes nothing any more
  chat::Number said_ = 0;
  chat::Number confirmed_ = 0;  // of what this one said
  chat::Number skipped_ = 0;
  chat::Number heard_ = 0;
  std::deque<Said> outbox_;
  unsigned timer_ = 0;  // of saying again
  std::uint64_t again_ms_ = 0;
};

}  // namespace sim
