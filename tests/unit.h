// cmocka for C++: its header lacks extern "C" and wants these included before it. A failed
// assertion leaves the test by longjmp, over destructors: a test keeps what it owns in plain
// values.
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

extern "C" {
#include <cmocka.h>
}
