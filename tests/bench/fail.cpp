#include "bench/fail.h"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>

namespace bench {

void fail(const char* format, ...) {
  va_list values;
  va_start(values, format);
  std::vfprintf(stderr, format, values);
  va_end(values);
  std::fputc('\n', stderr);
  std::exit(EXIT_FAILURE);
}

}  // namespace bench
