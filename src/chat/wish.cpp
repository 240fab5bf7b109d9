#include "chat/wish.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

namespace chat {

namespace {

std::size_t text_size(std::span<const std::string_view> words) {
  std::size_t size = 0;
  for (std::string_view word : words) size += word.size();
  return size;
}

// Copies the words behind `text`, each topic once, and returns how many there are.
template <std::size_t N, typename TopicOf>
std::uint8_t copy_words(std::span<const std::string_view> words, std::array<Wish::Word, N>& out,
                        char*& text, TopicOf topic_of) {
  std::uint8_t size = 0;
  for (std::string_view word : words) {
    const Topic topic = topic_of(word);
    const auto known = out.begin() + size;
    if (std::any_of(out.begin(), known, [&](const auto& w) { return w.topic == topic; })) continue;
    std::memcpy(text, word.data(), word.size());
    out[size++] = {{text, word.size()}, topic};
    text += word.size();
  }
  return size;
}

bool has_topic(std::span<const Wish::Word> words, Topic topic) {
  return std::any_of(words.begin(), words.end(), [&](const auto& w) { return w.topic == topic; });
}

}  // namespace

Wish* Wish::make(const Find& find, Session& session, const Person& person, std::uint64_t lobby,
                 const HashKey& key, std::uint64_t patience_ms, std::uint64_t now_ms) {
  // Every topic and "anything", each in every language and in "all" (or "none" and "all"),
  // "present" and "starving".
  const std::size_t tongues = std::max<std::size_t>(find.languages.size, 1) + 1;
  const std::size_t entries = (find.interests.size + 1) * tongues + 2;
  const std::size_t size = sizeof(Wish) + entries * sizeof(Entry) +
                           text_size(find.interests.span()) + text_size(find.languages.span());

  void* memory = std::malloc(size);
  if (memory == nullptr) return nullptr;
  Wish* wish = new (memory) Wish;
  wish->entries_ = reinterpret_cast<Entry*>(wish + 1);
  std::uninitialized_default_construct_n(wish->entries_, entries);
  char* text = reinterpret_cast<char*>(wish->entries_ + entries);

  wish->session_ = &session;
  wish->person_ = &person;
  wish->lobby_ = lobby;
  wish->since_ms_ = now_ms;
  wish->patience_ms_ = patience_ms;
  wish->next_look_ms_ = now_ms + patience_ms;
  wish->allocated_ = size;
  wish->entries_max_ = static_cast<std::uint8_t>(entries);
  wish->interests_size_ =
      copy_words(find.interests.span(), wish->interests_, text,
                 [&](std::string_view word) { return topic_of_interest(key, word); });
  wish->languages_size_ =
      copy_words(find.languages.span(), wish->languages_, text,
                 [&](std::string_view word) { return topic_of_language(key, word); });
  wish->stage_ = wish->interests_size_ == 0 ? Stage::language : Stage::interest;
  return wish;
}

void Wish::destroy(Wish* wish) {
  assert(wish->entries_size_ == 0);
  OPENSSL_cleanse(wish, wish->allocated_);
  std::free(wish);
}

void Wish::widen(std::uint64_t now_ms) {
  const std::uint64_t patiences = (now_ms - since_ms_) / patience_ms_;
  if (patiences >= 1) stage_ = std::max(stage_, Stage::language);
  if (patiences >= 2) stage_ = Stage::anyone;
  next_look_ms_ = since_ms_ + (patiences + 1) * patience_ms_;
}

std::size_t Wish::common_with(const Wish& other) const {
  return std::count_if(interests().begin(), interests().end(),
                       [&](const Word& word) { return has_topic(other.interests(), word.topic); });
}

Interests Wish::common_interests(const Wish& other) const {
  Interests common;
  for (const Word& word : interests()) {
    if (has_topic(other.interests(), word.topic)) common.items[common.size++] = word.text;
  }
  return common;
}

std::string_view Wish::common_language(const Wish& other) const {
  for (const Word& word : languages()) {
    if (has_topic(other.languages(), word.topic)) return word.text;
  }
  return {};
}

std::span<Entry> Wish::entries() {
  return {entries_, entries_size_};
}

Entry& Wish::take_entry() {
  assert(entries_size_ < entries_max_);
  Entry& entry = entries_[entries_size_++];
  entry.wish = this;
  return entry;
}

}  // namespace chat
