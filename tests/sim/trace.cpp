#include "sim/trace.h"

#include <cstdio>

#include "chat/letter.h"

namespace sim {

namespace {

const char* const kinds[] = {"",      "claim",  "accepted", "declined",  "relayed", "parted",
                             "moved", "denied", "outrun",   "elsewhere", "keeps",   "audited"};

}  // namespace

bool Trace::is_on = false;

void Trace::line(std::uint64_t now_ms, const std::string& text) {
  if (!is_on) return;
  std::printf("%10.3f %s\n", static_cast<double>(now_ms - 1'000'000) / 1000.0, text.c_str());
}

void Trace::letter(std::uint64_t now_ms, std::uint64_t worker, const char* arrow,
                   std::uint64_t other, std::span<const std::uint8_t> letter) {
  if (!is_on) return;
  std::string text =
      "worker " + std::to_string(worker) + arrow + std::to_string(other) + ": " + kinds[letter[0]];
  const auto read = chat::read_letter({letter.data(), letter.size()}, 0);
  if (const auto* relayed = read ? std::get_if<chat::Relayed>(&*read) : nullptr) {
    text += " ";
    text.append(relayed->frame.begin(), relayed->frame.end());
  }
  line(now_ms, text);
}

}  // namespace sim
