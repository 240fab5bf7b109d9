#include "chat/lobby.h"

namespace chat {

namespace {

// Topics that are no interest, and tongues that are no language: a keyed hash is one of them with a
// chance of 2^-62.
constexpr Topic anything = 1;  // who takes anyone of their language
constexpr Topic present = 2;   // everybody
constexpr Topic starving = 3;  // who takes anyone
constexpr Topic every_tongue = 1;
constexpr Topic no_tongue = 2;

// Two who met last are kept apart while one of them still may hope for somebody else.
bool parted(const Wish& a, const Wish& b, std::uint64_t now_ms) {
  const bool met =
      a.person().strangers.last() == b.person().id || b.person().strangers.last() == a.person().id;
  return met && (a.patient_at(now_ms) || b.patient_at(now_ms));
}

bool acceptable(const Wish& a, const Wish& b, std::uint64_t now_ms) {
  return a.person().id != b.person().id && !a.person().strangers.has_blocked(b.person().id) &&
         !b.person().strangers.has_blocked(a.person().id) && !parted(a, b, now_ms);
}

// Keeps the best of the candidates it is shown.
class Choice {
 public:
  Choice(const Wish& seeker, std::uint64_t now_ms) : seeker_(seeker), now_ms_(now_ms) {}

  void scan(Queue* queue) {
    if (queue == nullptr) return;
    std::size_t scanned = 0;
    for (Entry* entry = queue->entries.front(); entry != nullptr && scanned < scan_max;
         entry = queue->entries.after(*entry), ++scanned) {
      consider(*entry->wish);
    }
  }
  Wish* best() const { return best_; }

 private:
  void consider(Wish& candidate) {
    if (&candidate == best_ || !acceptable(seeker_, candidate, now_ms_)) return;
    const std::size_t common = seeker_.common_with(candidate);
    const bool same_tag = candidate.person().tag == seeker_.person().tag;
    if (best_ != nullptr && !better(candidate, common, same_tag)) return;
    best_ = &candidate;
    common_ = common;
    same_tag_ = same_tag;
  }
  bool better(const Wish& candidate, std::size_t common, bool same_tag) const {
    if (common != common_) return common > common_;
    if (same_tag != same_tag_) return !same_tag;
    return candidate.since_ms() < best_->since_ms();
  }

  const Wish& seeker_;
  const std::uint64_t now_ms_;
  Wish* best_ = nullptr;
  std::size_t common_ = 0;
  bool same_tag_ = false;
};

// Shows `choice` who waits with `topic` and can speak with the seeker.
void scan_tongues(const Queues& queues, const Wish& seeker, Topic topic, Choice& choice) {
  if (seeker.languages().empty()) {
    choice.scan(queues.find({seeker.lobby(), topic, every_tongue}));
    return;
  }
  for (const Wish::Word& language : seeker.languages()) {
    choice.scan(queues.find({seeker.lobby(), topic, language.topic}));
  }
  choice.scan(queues.find({seeker.lobby(), topic, no_tongue}));
}

}  // namespace

Wish* Lobby::look(const Wish& seeker, std::uint64_t now_ms) const {
  Choice choice(seeker, now_ms);
  for (const Wish::Word& interest : seeker.interests()) {
    scan_tongues(queues_, seeker, interest.topic, choice);
  }
  if (choice.best() == nullptr && seeker.stage() >= Stage::language) {
    scan_tongues(queues_, seeker, anything, choice);
  }
  if (choice.best() == nullptr) {
    const Topic topic = seeker.stage() == Stage::anyone ? present : starving;
    choice.scan(queues_.find({seeker.lobby(), topic, every_tongue}));
  }
  return choice.best();
}

bool Lobby::enter_queue(Wish& wish, Topic topic, Topic tongue) {
  return queues_.push({wish.lobby(), topic, tongue}, wish.take_entry());
}

// Into the queues of all tongues in which somebody may look for this topic.
bool Lobby::enter(Wish& wish, Topic topic) {
  if (!enter_queue(wish, topic, every_tongue)) return false;
  if (wish.languages().empty()) return enter_queue(wish, topic, no_tongue);
  for (const Wish::Word& language : wish.languages()) {
    if (!enter_queue(wish, topic, language.topic)) return false;
  }
  return true;
}

bool Lobby::enter_stage(Wish& wish, Stage stage) {
  switch (stage) {
    case Stage::interest:
      for (const Wish::Word& interest : wish.interests()) {
        if (!enter(wish, interest.topic)) return false;
      }
      return enter_queue(wish, present, every_tongue);
    case Stage::language:
      return enter(wish, anything);
    case Stage::anyone:
      return enter_queue(wish, starving, every_tongue);
  }
  return false;
}

void Lobby::leave_queues(Wish& wish) {
  for (Entry& entry : wish.entries()) {
    if (entry.queue != nullptr) queues_.remove(entry);
  }
  wish.release_entries();
}

bool Lobby::add(Wish& wish) {
  for (Stage stage = Stage::interest; stage <= wish.stage(); stage = next(stage)) {
    if (!enter_stage(wish, stage)) {
      leave_queues(wish);
      return false;
    }
  }
  ++waiting_;
  return true;
}

bool Lobby::widen(Wish& wish, std::uint64_t now_ms) {
  const Stage before = wish.stage();
  wish.widen(now_ms);
  for (Stage stage = next(before); stage <= wish.stage(); stage = next(stage)) {
    if (!enter_stage(wish, stage)) {
      remove(wish);
      return false;
    }
  }
  return true;
}

void Lobby::remove(Wish& wish) {
  leave_queues(wish);
  --waiting_;
}

}  // namespace chat
