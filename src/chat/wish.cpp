#include "chat/wish.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <cstring>
#include <new>

#include "chat/session.h"

namespace chat {

namespace {

std::size_t text_size(std::span<const std::string_view> words) {
  std::size_t size = 0;
  for (std::string_view word : words) size += word.size();
  return size;
}

// The topics of words, each once, and the words that gave them in the same order.
template <std::size_t N, typename TopicOf>
Views<N> add_topics(const Views<N>& words, Topics<N>& topics, TopicOf topic_of) {
  Views<N> kept;
  for (std::string_view word : words.span()) {
    const Topic topic = topic_of(word);
    if (topics.has(topic)) continue;
    topics.items[topics.size++] = topic;
    kept.items[kept.size++] = word;
  }
  return kept;
}

template <std::size_t N>
void copy_words(const Views<N>& words, std::array<std::string_view, N>& out, char*& text) {
  for (std::size_t i = 0; i < words.size; ++i) {
    const std::string_view word = words.items[i];
    std::memcpy(text, word.data(), word.size());
    out[i] = {text, word.size()};
    text += word.size();
  }
}

}  // namespace

Wish* Wish::make(const Find& find, Session& session, TicketId id, MemberId owner,
                 const HashKey& key, std::uint64_t now_ms) {
  Ticket ticket;
  ticket.id = id;
  ticket.owner = owner;
  ticket.lobby = session.lobby;
  ticket.person = session.person;
  ticket.since_ms = now_ms;
  ticket.patience_ms = session.settings->patience_ms;
  const auto interests = add_topics(find.interests, ticket.interests, [&](std::string_view word) {
    return topic_of_interest(key, word);
  });
  const auto languages = add_topics(find.languages, ticket.languages, [&](std::string_view word) {
    return topic_of_language(key, word);
  });
  ticket.stage = interests.size == 0 ? Stage::language : Stage::interest;

  const std::size_t entries = entries_for(ticket);
  const std::size_t size = sizeof(Wish) + entries * sizeof(Entry) + text_size(interests.span()) +
                           text_size(languages.span());
  void* memory = std::malloc(size);
  if (memory == nullptr) return nullptr;
  Wish* wish = new (memory) Wish(ticket, session);
  wish->give(reinterpret_cast<Entry*>(wish + 1), entries);
  char* text = reinterpret_cast<char*>(wish->entries + entries);
  copy_words(interests, wish->interests_, text);
  copy_words(languages, wish->languages_, text);
  wish->allocated_ = size;
  wish->next_look_ms_ = now_ms + ticket.patience_ms;
  wish->post_ms.fill(UINT64_MAX);
  return wish;
}

void Wish::destroy(Wish* wish) {
  assert(wish->entries_size == 0);
  OPENSSL_cleanse(wish, wish->allocated_);
  std::free(wish);
}

void Wish::looked_at(std::uint64_t now_ms) {
  const std::uint64_t patiences = (now_ms - ticket.since_ms) / ticket.patience_ms;
  next_look_ms_ = ticket.since_ms + (patiences + 1) * ticket.patience_ms;
}

std::uint64_t Wish::deadline_ms() const {
  if (asking) return asking->until_ms;
  return std::min(next_look_ms_, *std::min_element(post_ms.begin(), post_ms.end()));
}

Interests Wish::common_interests(const Ticket& other) const {
  Interests common;
  for (std::size_t i = 0; i < ticket.interests.size; ++i) {
    if (!other.interests.has(ticket.interests.items[i])) continue;
    common.items[common.size++] = interests_[i];
  }
  return common;
}

std::string_view Wish::common_language(const Ticket& other) const {
  for (std::size_t i = 0; i < ticket.languages.size; ++i) {
    if (other.languages.has(ticket.languages.items[i])) return languages_[i];
  }
  return {};
}

}  // namespace chat
