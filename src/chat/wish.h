// What somebody who looks for a partner wants, made from a `find`; exists while they look.
//
// One allocation holds it all: the words, their hashes, and one entry for each queue of the lobby
// it may stand in, so that waiting, widening and leaving never allocate for the wish.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "chat/interest.h"
#include "chat/list.h"
#include "chat/person.h"
#include "chat/vocabulary.h"

namespace chat {

struct Queue;
struct Session;
class Wish;

// A wish's place in one queue.
struct Entry : Link {
  Wish* wish = nullptr;
  Queue* queue = nullptr;
};

// How far somebody goes to meet another. Everybody moves on with the patience that `chat_patience`
// gives.
enum class Stage : std::uint8_t {
  interest,  // only who shares an interest and a language
  language,  // anyone who shares a language; whoever has no interests begins here
  anyone,
};
constexpr Stage next(Stage stage) {
  return static_cast<Stage>(static_cast<int>(stage) + 1);
}

class Wish {
 public:
  struct Word {
    std::string_view text;  // as written, lives in the wish
    Topic topic;
  };

  // A copy of what `find` says, looked for by `session` as `person` since `now_ms` in the lobby of
  // that key. Null: out of memory. `session` and `person` must outlive the wish.
  static Wish* make(const Find& find, Session& session, const Person& person, std::uint64_t lobby,
                    const HashKey& key, std::uint64_t patience_ms, std::uint64_t now_ms);
  // Wipes and frees. REQUIRES: it stands in no queue.
  static void destroy(Wish* wish);

  Session& session() const { return *session_; }
  const Person& person() const { return *person_; }
  std::uint64_t lobby() const { return lobby_; }
  std::span<const Word> interests() const { return {interests_.data(), interests_size_}; }
  std::span<const Word> languages() const { return {languages_.data(), languages_size_}; }

  std::uint64_t since_ms() const { return since_ms_; }
  bool patient_at(std::uint64_t now_ms) const { return now_ms < since_ms_ + patience_ms_; }
  Stage stage() const { return stage_; }
  // When to widen and look again: after each patience.
  std::uint64_t next_look_ms() const { return next_look_ms_; }
  // Moves the stage on to what `now_ms` allows, and the next look behind it.
  void widen(std::uint64_t now_ms);

  // How many interests both have.
  std::size_t common_with(const Wish& other) const;
  // Those, in this one's spelling; and the first language that both have, in this one's spelling or
  // empty.
  Interests common_interests(const Wish& other) const;
  std::string_view common_language(const Wish& other) const;

  // The entries that stand in queues, and the next free one. REQUIRES of take_entry: one is free
  // (their number is made for every queue that a wish can stand in).
  std::span<Entry> entries();
  Entry& take_entry();
  void release_entries() { entries_size_ = 0; }

 private:
  Wish() = default;

  Session* session_ = nullptr;
  const Person* person_ = nullptr;
  std::uint64_t lobby_ = 0;
  std::uint64_t since_ms_ = 0;
  std::uint64_t patience_ms_ = 0;
  std::uint64_t next_look_ms_ = 0;
  std::size_t allocated_ = 0;
  Entry* entries_ = nullptr;
  std::uint8_t entries_size_ = 0;
  std::uint8_t entries_max_ = 0;
  std::uint8_t interests_size_ = 0;
  std::uint8_t languages_size_ = 0;
  Stage stage_ = Stage::interest;
  std::array<Word, interests_max> interests_;
  std::array<Word, languages_max> languages_;
};

}  // namespace chat
