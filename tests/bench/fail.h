// How the tools of the bench end when something is not as it has to be.
#pragma once

namespace bench {

// Writes one line to standard error and ends the process.
[[noreturn, gnu::format(printf, 1, 2)]] void fail(const char* format, ...);

}  // namespace bench
