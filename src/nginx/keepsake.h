// The random keys of a zone. They outlive the zone's memory: a binary upgrade (USR2) and a change
// of a zone's size begin with an empty zone, and whoever comes back to it with a token is to be
// known.
#pragma once

#include <cstdint>
#include <string_view>

#include "chat/interest.h"
#include "share/secret.h"

namespace nginx {

// Plain data.
struct Keepsake {
  chat::HashKey words;  // topics, lobbies, addresses
  share::Key tokens;    // seals tokens
  std::uint64_t host;   // of this host, as one of all hosts
};

// Those that this process, or the one whose binary it took over from, has for the zone of that
// name; or new ones. They lie in a sealed memfd (memfd_create(2)) that stays open over execve(2),
// so they are in no file, in no environment, and gone with the last process. Where that cannot be,
// each zone has new ones. False: there is no randomness.
bool keep_or_make(std::string_view zone, Keepsake& keepsake);

}  // namespace nginx
