// Bytes as letters, digits, "-" and "_": base64url without padding (RFC 4648 section 5).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace share {

constexpr std::size_t base64url_chars(std::size_t bytes) {
  return (bytes * 8 + 5) / 6;
}

// In `text`. REQUIRES: it has base64url_chars(bytes.size()).
std::string_view write_base64url(std::span<const std::uint8_t> bytes, std::span<char> text);

// In `bytes`. Total. Nothing: it is not what write_base64url makes (each sequence of bytes has one
// text alone), or more than fits.
std::optional<std::span<std::uint8_t>> read_base64url(std::string_view text,
                                                      std::span<std::uint8_t> bytes);

}  // namespace share
