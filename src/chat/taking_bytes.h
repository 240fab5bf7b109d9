// A taking of a seat as bytes, in letters and tokens.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "chat/pack.h"
#include "chat/taking.h"

namespace chat {

inline constexpr std::size_t taking_bytes = 8 * (1 + line_max + 2) + 1;

inline void put(Packer& out, const Taking& taking) {
  out.put(taking.stamp);
  for (const Stamp before : taking.line) out.put(before);
  out.put(taking.proven).put(taking.first);
  out.put(std::uint8_t{taking.takes_again});
}

// Nothing when it is none.
inline std::optional<Taking> take_taking(Unpacker& in) {
  Taking taking;
  taking.stamp = in.take<Stamp>();
  for (Stamp& before : taking.line) before = in.take<Stamp>();
  taking.proven = in.take<Stamp>();
  taking.first = in.take<Stamp>();
  const auto flag = in.take<std::uint8_t>();
  taking.takes_again = flag == 1;
  taking.is_right = false;
  const bool in_order = std::is_sorted(taking.line.rbegin(), taking.line.rend()) &&
                        taking.line.front() <= taking.stamp;
  if (!in.ok() || !in_order || taking.proven > taking.stamp || flag > 1) return {};
  return taking;
}

}  // namespace chat
