// A worker's people for a test: a hub whose effects are written down, with a clock and numbers of
// its own.
#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "chat/hub.h"
#include "unit.h"

namespace scene {

inline constexpr std::uint64_t lobby = 1;
inline constexpr std::uint64_t other_lobby = 2;

class Scene;

// Somebody who is connected. What was sent to them is read back with `hears`, in order, to the end
// with `hears_nothing`.
class Guest : public chat::Session {
 public:
  Guest(Scene& scene, const chat::Settings& settings, std::uint64_t lobby_key, chat::Tag tag)
      : Session(settings, lobby_key, tag), scene_(scene) {}

  void says(std::string_view frame);
  // The connection is gone.
  void goes(chat::Departure how = chat::Departure::dropped);
  bool closed = false;
  chat::Ending ending{};
  std::string token;  // the last one that a test kept
  std::vector<std::string> heard;
  std::size_t read = 0;

 private:
  Scene& scene_;
};

class Scene : public chat::Outlet, public chat::Random {
 public:
  // `numbers` is where the numbers begin that stand for random ones.
  explicit Scene(const chat::Surroundings& surroundings = {}, std::uint64_t numbers = 0)
      : hub(*this, *this, key, surroundings), number_(numbers) {}
  ~Scene() {
    for (Guest* guest : guests_) {
      if (!guest->closed) hub.close(*guest, chat::Departure::left, now_ms);
      delete guest;
    }
  }

  Guest& comes(std::uint64_t lobby_key = lobby, chat::Tag tag = 0) {
    auto* guest = new Guest(*this, settings, lobby_key, tag == 0 ? 1000 + guests_.size() : tag);
    guests_.push_back(guest);
    hub.open(*guest, static_cast<std::uint32_t>(guests_.size()), now_ms);
    guest->read = guest->heard.size();
    return *guest;
  }

  // Lets time pass; whoever is due gets their turn, in the order in which they became due.
  void passes(std::uint64_t ms) {
    const std::uint64_t until = now_ms + ms;
    while (Guest* first = first_due()) {
      if (chat::Hub::deadline_ms(*first) > until) break;
      now_ms = std::max(now_ms, chat::Hub::deadline_ms(*first));
      hub.due(*first, now_ms);
    }
    now_ms = until;
  }
  // Whoever is due first, or null when nobody ever is.
  Guest* first_due() const {
    Guest* first = nullptr;
    for (Guest* guest : guests_) {
      if (guest->closed || chat::Hub::deadline_ms(*guest) == chat::Hub::never) continue;
      if (first == nullptr || chat::Hub::deadline_ms(*guest) < chat::Hub::deadline_ms(*first)) {
        first = guest;
      }
    }
    return first;
  }

  void send(chat::Session& to, std::string_view frame) override { hear(to, frame); }
  void relay(chat::Session& to, std::span<std::uint8_t> frame) override {
    hear(to, {reinterpret_cast<const char*>(frame.data()), frame.size()});
  }
  void close(chat::Session& of, chat::Ending why) override {
    auto& guest = static_cast<Guest&>(of);
    assert_false(guest.closed);
    guest.closed = true;
    guest.ending = why;
  }
  void reschedule(chat::Session&) override {}  // `passes` asks everybody
  std::uint64_t next() override { return ++number_; }

  std::uint64_t now_ms = 1'000'000;
  chat::HashKey key{7};
  chat::Settings settings;
  chat::Hub hub;

 private:
  static void hear(chat::Session& to, std::string_view frame) {
    auto& guest = static_cast<Guest&>(to);
    assert_false(guest.closed);
    guest.heard.emplace_back(frame);
  }
  std::vector<Guest*> guests_;
  std::uint64_t number_;
};

inline void Guest::says(std::string_view frame) {
  // Only for the call, in memory of its own size, so that a sanitizer sees who reads beyond it or
  // later.
  std::vector<std::uint8_t> bytes(chat::frame_room + frame.size());
  const auto at = std::copy(frame.begin(), frame.end(), bytes.begin() + chat::frame_room);
  assert_true(at == bytes.end());
  scene_.hub.frame(*this, std::span(bytes).subspan(chat::frame_room), scene_.now_ms);
}

inline void Guest::goes(chat::Departure how) {
  closed = true;
  scene_.hub.close(*this, how, scene_.now_ms);
}

inline void assert_hears_at(Guest& guest, std::string_view frame, const char* file, int line) {
  if (guest.read >= guest.heard.size()) {
    print_error("expected \"%.*s\", heard nothing\n", static_cast<int>(frame.size()), frame.data());
    _fail(file, line);
  }
  const std::string& heard = guest.heard[guest.read++];
  if (heard != frame) {
    print_error("expected \"%.*s\", heard \"%s\"\n", static_cast<int>(frame.size()), frame.data(),
                heard.c_str());
    _fail(file, line);
  }
}

// The token of a frame that has one, behind its verb; a frame of another verb fails.
inline std::string token_at(Guest& guest, std::string_view verb, const char* file, int line) {
  const std::string heard = guest.read < guest.heard.size() ? guest.heard[guest.read] : "";
  if (!heard.starts_with(std::string(verb) + " ")) {
    print_error("expected \"%.*s ...\", heard \"%s\"\n", static_cast<int>(verb.size()), verb.data(),
                heard.c_str());
    _fail(file, line);
  }
  ++guest.read;
  const std::size_t begin = verb.size() + 1;
  return heard.substr(begin, heard.find_first_of(" \n", begin) - begin);
}

inline void assert_silence_at(Guest& guest, const char* file, int line) {
  if (guest.read == guest.heard.size()) return;
  print_error("expected nothing, heard \"%s\"\n", guest.heard[guest.read].c_str());
  _fail(file, line);
}

#define assert_hears(guest, frame) scene::assert_hears_at(guest, frame, __FILE__, __LINE__)
#define token_of(guest, verb) scene::token_at(guest, verb, __FILE__, __LINE__)
#define assert_silence(guest) scene::assert_silence_at(guest, __FILE__, __LINE__)
#define assert_closed(guest, why)         \
  do {                                    \
    assert_true((guest).closed);          \
    assert_true((guest).ending == (why)); \
  } while (false)

}  // namespace scene
