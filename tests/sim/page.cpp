#include "sim/page.h"

#include <charconv>
#include <utility>

#include "chat/token.h"
#include "sim/world.h"

namespace sim {

namespace {

constexpr std::uint64_t say_again_least_ms = 5'000;
constexpr std::uint64_t say_again_most_ms = 30'000;
constexpr std::uint64_t confirm_ms = 250;
constexpr std::string_view too_early = "too early";
// With so many and one more, one is not named: behind the one that is proven is the first.
constexpr unsigned unproven_max = chat::line_max + 2;
constexpr std::uint64_t heard_ms = 1'000;  // what was said so long ago has arrived

// The number behind the verb, or behind `key=`.
chat::Number number_in(std::string_view frame, std::string_view key) {
  const std::string_view header = frame.substr(0, frame.find('\n'));
  const std::size_t at = header.find(key);
  if (at == std::string_view::npos) return 0;
  chat::Number number = 0;
  std::from_chars(header.data() + at + key.size(), header.data() + header.size(), number);
  return number;
}

std::string_view body_of(std::string_view frame) {
  const std::size_t at = frame.find('\n');
  return at == std::string_view::npos ? std::string_view{} : frame.substr(at + 1);
}

std::string_view word_of(std::string_view frame, std::size_t begin) {
  return frame.substr(begin, frame.find_first_of(" \n", begin) - begin);
}

}  // namespace

std::uint64_t Page::lobby() const {
  return 1 + person_ % world_.plan().lobbies;
}

// ---- the connection ----

// Mostly at once, or after a while, rarely too late.
std::uint64_t Page::pause_ms() {
  const std::uint64_t rolled = dice_.below(100);
  if (rolled < 60) return dice_.below(1'000);
  if (rolled < 90) return dice_.below(8'000);
  if (rolled < 98) return dice_.below(40'000);
  return dice_.below(3 * world_.plan().settings.window_ms);
}

void Page::connect() {
  if (is_closed_ || line_ != nullptr) return;
  line_ = world_.connect(*this, dice_);
  if (line_ == nullptr) connect_later(1'000 + dice_.below(2'000));
}

void Page::connect_later(std::uint64_t ms) {
  world_.clock().in(ms, [this, attempt = ++connecting_] {
    if (attempt == connecting_) connect();
  });
}

// Who has turned away, and was heard to, is waited for longer.
void Page::lose_line() {
  const std::uint64_t window_ms = world_.plan().settings.window_ms;
  const bool is_heard = told_away_ms_ && world_.clock().now_ms() > *told_away_ms_ + heard_ms &&
                        line_->worker().is_alive;
  lose_line(is_heard ? chat::away_windows * window_ms : window_ms);
}

void Page::lose_line(std::uint64_t kept_ms) {
  line_ = nullptr;
  is_ready_ = is_seated_ = is_alone_ = false;
  told_away_ms_.reset();
  if (chat_ == 0) return;
  world_.witness().absent(chat_, seat_, kept_ms);
  if (!has_token()) end_chat();
}

void Page::tell(std::string frame) {
  if (line_ != nullptr && is_ready_) line_->says(std::move(frame));
}

void Page::dropped(Line& line) {
  if (&line != line_) return;
  lose_line();
  connect_later(dice_.below(3'000));
}

void Page::drop_for_good() {
  is_closed_ = true;
  drop(0);
}

void Page::closed(Line& line, chat::Ending why) {
  if (&line != line_) return;
  lose_line();
  is_closed_ |= is_thief_;
  switch (why) {
    case chat::Ending::restart:
      return connect_later(dice_.below(500));
    case chat::Ending::replaced:
      if (chat_ != 0 && !world_.witness().meeting(chat_).is_doubled) {
        world_.witness().fail("replaced by nobody");
      }
      is_closed_ = true;
      return;
    case chat::Ending::idle:
      return;
    default:
      world_.witness().fail("closed", std::to_string(static_cast<int>(why)));
  }
}

// ---- what the person does ----

void Page::find() {
  // A second one could cross the word of a match.
  if (is_closed_ || (wants_stranger_ && line_ != nullptr)) return;
  if (chat_ != 0) {
    world_.witness().ends(chat_);
    end_chat();
  }
  wants_stranger_ = true;
  connect();
  ask();
}

void Page::ask() {
  static const char* const languages[] = {"", " lang=en", " lang=en,hi", " lang=hi"};
  static const char* const interests[] = {"", "", "\nmusic", "\ntea", "\nmusic\ntea", "\nchess"};
  tell(std::string("find") + languages[dice_.below(4)] + interests[dice_.below(6)]);
}

void Page::say() {
  if (chat_ == 0 || is_closed_) return;
  if (outbox_.size() >= 2 * chat::unacknowledged_max) return;
  ++said_;
  outbox_.push_back(
      {said_, std::to_string(chat_) + " " + std::to_string(seat_) + " " + std::to_string(said_)});
  if (!is_seated_) return;
  if (!is_alone_ || dice_.chance(200)) say_one(outbox_.back());
  if (outbox_.size() == 1) {
    again_ms_ = say_again_least_ms;
    say_again_later();
  }
}

// And tries what no page should: where all numbers are known, nobody hears what is ahead of a gap.
void Page::type() {
  if (!is_seated_) return;
  tell("typing");
  if (world_.witness().meeting(chat_).disturbed_since_ms != 0) return;
  tell("say " + std::to_string(said_ + 2) + "\n" + std::string(too_early));
}

void Page::leave() {
  if (is_closed_) return;
  if (chat_ != 0) {
    if (!is_seated_) return;  // the button is there while there is a partner to be left
    world_.witness().ends(chat_);
    end_chat();
  }
  wants_stranger_ = false;
  tell("leave");
}

// Some report the stranger first, which is refused and changes nothing.
void Page::block() {
  if (is_closed_ || wants_stranger_ || (chat_ != 0 && !is_seated_)) return;
  if (said_ % 2 == 0) tell("report harassment");
  if (chat_ != 0) world_.witness().ends(chat_);
  end_chat();
  tell("block");
}

void Page::turn(bool away) {
  is_away_ = away;
  if (is_seated_) tell_turned();
}

void Page::tell_turned() {
  tell(is_away_ ? "away" : "here");
  if (!is_away_) {
    told_away_ms_.reset();
  } else if (!told_away_ms_) {
    told_away_ms_ = world_.clock().now_ms();
  }
}

void Page::drop(std::uint64_t noticed_ms) {
  if (line_ == nullptr) return;
  line_->ends(chat::Departure::dropped, noticed_ms);
  lose_line();
  connect_later(pause_ms());
}

// What was said and not confirmed is lost.
void Page::reload() {
  if (is_closed_) return;
  if (line_ != nullptr) {
    line_->ends(chat::Departure::page_closed, 0);
    lose_line(chat::page_closed_ms);
  }
  if (chat_ != 0) {
    outbox_.clear();
    skipped_ = said_;
    world_.witness().skipped(chat_, seat_, skipped_);
  }
  is_away_ = confirms_ = false;
  connect_later(100 + dice_.below(dice_.chance(50) ? 20'000 : 3'000));
}

void Page::close() {
  if (is_closed_) return end_chat();
  if (chat_ != 0) world_.witness().ends(chat_);
  if (line_ != nullptr) {
    const bool left = dice_.chance(500);
    line_->ends(left ? chat::Departure::left : chat::Departure::page_closed, 0);
    lose_line();
  }
  end_chat();
  wants_stranger_ = false;
  is_closed_ = true;
}

// The first one goes on for the server, and nobody looks at it any more.
void Page::copy(Page& first) {
  chat_ = first.chat_;
  seat_ = first.seat_;
  token_ = first.token_;
  said_ = skipped_ = first.said_;
  confirmed_ = first.confirmed_;
  unproven_ = first.unproven_;
  heard_ = first.heard_;
  world_.witness().taken_over(chat_, seat_, *this);
  world_.witness().absent(chat_, seat_, world_.plan().settings.window_ms);
  world_.witness().skipped(chat_, seat_, skipped_);
  first.forget_chat();
  first_ = &first;
  connect_later(dice_.below(2'000));
}

// Whether it is let in where nobody knows better does not matter: nobody is there, and nobody is
// to lose their seat by it.
void Page::replay(const Page& victim, unsigned tries) {
  tries_ = tries;
  is_thief_ = true;
  used_token_ = victim.used_token_;
  connect();
}

// What it is given may be of use elsewhere, or later.
void Page::steals(std::string_view verb, const std::string& frame) {
  if (verb == "hello") return line_->says("resume " + used_token_ + " got=0");
  if (verb != "resumed" || --tries_ == 0) return drop_for_good();
  used_token_ = word_of(frame, verb.size() + 1);
  drop(0);
}

// ---- what comes ----

void Page::hears(Line& line, const std::string& frame) {
  if (&line != line_ || is_closed_) return;
  const std::string_view verb = word_of(frame, 0);
  if (is_thief_) return steals(verb, frame);
  if (verb == "hello") {
    is_ready_ = true;
    if (chat_ != 0) return tell("resume " + token_ + " got=" + std::to_string(heard_));
    if (wants_stranger_) ask();
  } else if (verb == "waiting") {
    if (wants_stranger_ || chat_ == 0) return;
    end_chat();  // it has taken a `leave` and a `find` that crossed its `matched`
    wants_stranger_ = true;
  } else if (verb == "matched") {
    if (!wants_stranger_ && chat_ == 0) return;  // a `leave` is under way
    if (chat_ != 0 && !world_.witness().meeting(chat_).ends) {
      world_.witness().fail("matched amid a chat");
    }
    end_chat();  // here too they may have crossed
    sit_down(word_of(frame, verb.size() + 1), true);
  } else if (verb == "resumed") {
    if (chat_ == 0) return;
    sit_down(word_of(frame, verb.size() + 1), false);
    is_alone_ = frame.find(" in=") != std::string::npos;
    refresh();
  } else if (verb == "refused") {
    if (frame != "refused resume stale" || chat_ == 0) return;
    // A taking does not name all that it follows.
    if (unproven_ >= unproven_max) world_.witness().ends(chat_);
    over(frame);
  } else if (chat_ == 0 || !is_seated_) {
    return;  // it crossed what this one said
  } else if (verb == "say") {
    if (const chat::Number got = number_in(frame, "got=")) confirm(got);
    show(number_in(frame, "say "), body_of(frame));
  } else if (verb == "got") {
    confirm(number_in(frame, "got "));
  } else if (verb == "skip") {
    skip(number_in(frame, "skip "));
  } else if (verb == "lost") {
    is_alone_ = true;
  } else if (verb == "back") {
    is_alone_ = false;
    refresh();
  } else if (verb == "left") {
    over(frame);
  }
}

void Page::sit_down(std::string_view token, bool newly) {
  PlainSeal::Plain plain;
  const auto read = chat::read_token(PlainSeal().open(token, plain));
  if (!read) return world_.witness().fail("no token", std::string(token));
  if (newly) {
    chat_ = read->chat;
    seat_ = read->seat;
    said_ = confirmed_ = skipped_ = heard_ = 0;
    wants_stranger_ = false;
    world_.witness().matched(chat_, seat_, *this);
    token_before_.clear();
    used_token_.clear();
  } else {
    if (!is_seated_) used_token_ = std::exchange(token_before_, token_);
    if (read->chat != chat_ || read->seat != seat_) world_.witness().fail("another's seat");
    if (!is_seated_) ++unproven_;
    world_.witness().present(chat_, seat_);
  }
  if (read->taking.is_proven()) unproven_ = 0;
  token_ = token;
  is_seated_ = true;
  is_alone_ = false;
}

// And the tab that it was copied from with it.
void Page::end_chat() {
  if (Page* first = std::exchange(first_, nullptr)) first->close();
  forget_chat();
}

void Page::forget_chat() {
  chat_ = 0;
  token_.clear();
  outbox_.clear();
  is_seated_ = is_alone_ = confirms_ = false;
  said_ = confirmed_ = skipped_ = heard_ = 0;
  ++timer_;
}

void Page::over(const std::string& how) {
  world_.witness().over(chat_, how);
  end_chat();
  if (dice_.chance(500)) find();
}

// ---- messages ----

void Page::show(chat::Number number, std::string_view text) {
  const std::string mine =
      std::to_string(chat_) + " " + std::to_string(1 - seat_) + " " + std::to_string(number);
  // The numbers may have become unknown meanwhile.
  if (text == too_early && world_.witness().meeting(chat_).disturbed_since_ms != 0) return;
  if (text != mine) return world_.witness().fail("not for this chat", std::string(text));
  if (number == heard_ + 1) {
    heard_ = number;
    world_.witness().shown(chat_, 1 - seat_, number);
  } else if (number > heard_) {
    return;
  }
  confirm_soon();
}

void Page::skip(chat::Number number) {
  heard_ = std::max(heard_, number);
  confirm_soon();
}

// Riding on a message, or by itself before long.
void Page::confirm_soon() {
  if (confirms_) return;
  confirms_ = true;
  world_.clock().in(dice_.below(confirm_ms + 1), [this, chat = chat_] {
    if (!confirms_ || chat != chat_) return;
    confirms_ = false;
    if (is_seated_) tell("got " + std::to_string(heard_));
  });
}

void Page::confirm(chat::Number number) {
  world_.witness().confirmed(chat_, seat_, number);
  if (number <= confirmed_) return;
  confirmed_ = number;
  while (!outbox_.empty() && outbox_.front().number <= number) outbox_.pop_front();
  again_ms_ = say_again_least_ms;
  say_again_later();
}

void Page::say_one(const Said& said) {
  std::string header = "say " + std::to_string(said.number);
  if (heard_ > 0 && (confirms_ || dice_.chance(300))) {
    header += " got=" + std::to_string(heard_);
    confirms_ = false;
  }
  tell(header + "\n" + said.text);
}

void Page::say_again() {
  if (skipped_ > confirmed_) tell("skip " + std::to_string(skipped_));
  for (const Said& said : outbox_) say_one(said);
}

void Page::say_again_later() {
  ++timer_;
  if (is_settled() || !is_seated_) return;
  world_.clock().in(again_ms_, [this, timer = timer_] {
    if (timer != timer_ || !is_seated_) return;
    again_ms_ = std::min(2 * again_ms_, say_again_most_ms);
    say_again();
    say_again_later();
  });
}

// The way to the partner is new.
void Page::refresh() {
  if (heard_ > 0) tell("got " + std::to_string(heard_));
  tell_turned();
  say_again();
  again_ms_ = say_again_least_ms;
  say_again_later();
}

}  // namespace sim
