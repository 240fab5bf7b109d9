#include "sim/trace.h"

#include <cstdio>

namespace sim {

bool Trace::is_on = false;

void Trace::line(std::uint64_t now_ms, const std::string& text) {
  std::printf("%10.3f %s\n", static_cast<double>(now_ms - 1'000'000) / 1000.0, text.c_str());
}

}  // namespace sim
