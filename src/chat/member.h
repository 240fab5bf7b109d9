// A worker process as an address for mail: random numbers, new at each start.
#pragma once

#include <compare>
#include <cstdint>

namespace chat {

struct MemberId {
  std::uint64_t host = 0;    // of the zone on that host; members of one host share memory
  std::uint64_t worker = 0;  // 0: nobody
  auto operator<=>(const MemberId&) const = default;
};

}  // namespace chat
