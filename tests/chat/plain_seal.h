// A seal of tokens for tests: it hides nothing, and a token can be made by hand. It opens what
// looks like one of its own.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>

#include "chat/shared.h"

class PlainSeal final : public chat::TokenSeal {
 public:
  std::string_view seal(std::span<const std::uint8_t> plain, Text& text) override {
    static_assert(2 * chat::token_plain_bytes_max > std::tuple_size_v<Text>);
    std::size_t size = 0;
    for (std::uint8_t byte : plain) {
      text[size++] = static_cast<char>('a' + (byte >> 4));
      text[size++] = static_cast<char>('a' + (byte & 15));
    }
    return {text.data(), size};
  }
  std::span<const std::uint8_t> open(std::string_view text, Plain& plain) override {
    const auto is_digit = [](char c) { return c >= 'a' && c < 'a' + 16; };
    if (text.size() % 2 != 0 || text.size() / 2 > plain.size()) return {};
    if (!std::all_of(text.begin(), text.end(), is_digit)) return {};
    for (std::size_t i = 0; i < text.size(); i += 2) {
      plain[i / 2] = static_cast<std::uint8_t>((text[i] - 'a') << 4 | (text[i + 1] - 'a'));
    }
    return std::span<const std::uint8_t>(plain).first(text.size() / 2);
  }
  std::uint64_t wall_ms() const override { return wall; }

  std::uint64_t wall = 1'700'000'000'000;
};
