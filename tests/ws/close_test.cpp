// Which close codes a peer may send.
#include "ws/close.h"

#include <initializer_list>

#include "unit.h"

namespace {

bool is_allowed(unsigned code) {
  constexpr struct { unsigned from, to; } allowed[] = {{1000, 1003}, {1007, 1014}, {3000, 4999}};
  for (const auto& range : allowed) {
    if (code >= range.from && code <= range.to) return true;
  }
  return false;
}

void test_every_code(void**) {
  for (unsigned code = 0; code <= 0xffff; ++code) {
    if (ws::may_be_sent(static_cast<std::uint16_t>(code)) != is_allowed(code)) {
      fail_msg("code %u", code);
    }
  }
}

void test_what_we_send_may_be_sent(void**) {
  using ws::CloseCode;
  for (const CloseCode code :
       {CloseCode::done, CloseCode::going_away, CloseCode::protocol, CloseCode::unsupported,
        CloseCode::not_utf8, CloseCode::policy, CloseCode::too_big, CloseCode::internal,
        CloseCode::restart, CloseCode::try_later, CloseCode::replaced, CloseCode::too_slow}) {
    assert_true(ws::may_be_sent(static_cast<std::uint16_t>(code)));
  }
  assert_false(ws::may_be_sent(static_cast<std::uint16_t>(CloseCode::none)));
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_every_code),
      cmocka_unit_test(test_what_we_send_may_be_sent),
  };
  return cmocka_run_group_tests_name("ws/close", tests, nullptr, nullptr);
}
