// The opening handshake: who is let in, and why not.
#include "ws/handshake.h"

#include "unit.h"

namespace {

using ws::Request;

constexpr std::string_view absent;

constexpr Request good{
    .method = "GET",
    .http_version = 1001,
    .host = "chat.example",
    .upgrade = "websocket",
    .connection = "Upgrade",
    .key = "dGhlIHNhbXBsZSBub25jZQ==",
    .version = "13",
    .protocols = "chat.v1",
};

// The good request with one field exchanged.
template <typename Value>
Request with(Value Request::*field, Value value) {
  Request request = good;
  request.*field = value;
  return request;
}

// 0: not refused.
unsigned status_of(const Request& request, std::string_view protocol = "chat.v1") {
  const auto refusal = ws::refuse(request, protocol);
  if (!refusal) return 0;
  assert_true(refusal->reason.size() >= 5 && refusal->reason.size() <= 120);
  for (const char c : refusal->reason) assert_in_range(c, 0x20, 0x7e);
  return refusal->status;
}

struct Case {
  std::string_view Request::*field;
  std::string_view value;
  unsigned status;
};

constexpr Case cases[] = {
    {&Request::method, "POST", 405},
    {&Request::method, "HEAD", 405},
    {&Request::method, "get", 405},
    {&Request::method, "", 405},

    {&Request::upgrade, "WebSocket", 0},
    {&Request::upgrade, "h2c, WEBSOCKET", 0},
    {&Request::upgrade, "websocket ,h2c", 0},
    {&Request::upgrade, ",\t websocket\t,,", 0},
    {&Request::upgrade, absent, 426},
    {&Request::upgrade, "", 426},
    {&Request::upgrade, "h2c", 426},
    {&Request::upgrade, "websockets", 426},
    {&Request::upgrade, "xwebsocket", 426},
    {&Request::upgrade, "web socket", 426},
    {&Request::upgrade, "websocket/13", 426},

    {&Request::connection, "upgrade", 0},
    {&Request::connection, "keep-alive, UPGRADE", 0},
    {&Request::connection, "Upgrade,HTTP2-Settings", 0},
    {&Request::connection, absent, 400},
    {&Request::connection, "keep-alive", 400},
    {&Request::connection, "close, no-upgrade", 400},

    {&Request::version, absent, 426},
    {&Request::version, "", 426},
    {&Request::version, "8", 426},
    {&Request::version, "013", 426},
    {&Request::version, "131", 426},
    {&Request::version, "13, 13", 426},
    {&Request::version, "13, 8", 426},

    {&Request::key, "AAAAAAAAAAAAAAAAAAAAAA==", 0},
    {&Request::key, "+/z9+/z9+/z9+/z9+/z9+w==", 0},
    {&Request::key, absent, 400},
    {&Request::key, "", 400},
    {&Request::key, "==", 400},
    {&Request::key, "dGhlIHNhbXBsZSBub25jZQ", 400},
    {&Request::key, "dGhlIHNhbXBsZSBub25jZQ=", 400},
    {&Request::key, "dGhlIHNhbXBsZSBub25jZQ===", 400},
    {&Request::key, "dGhlIHNhbXBsZSBub25jZWU=", 400},
    {&Request::key, "dGhlIHNhbXBsZSBub25jZWVl", 400},
    {&Request::key, "dGhlIHNhbXBsZSBub25j====", 400},
    {&Request::key, "dGhlIHNhbXBs=SBub25jZQ==", 400},
    {&Request::key, "dGhlIHNhbXBsZSBub25j-_==", 400},
    {&Request::key, "dGhlIHNhbXBsZSBub25jZ\x80==", 400},
    {&Request::key, " GhlIHNhbXBsZSBub25jZQ==", 400},
    {&Request::key, "dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ==", 400},

    {&Request::host, absent, 400},
    {&Request::host, "", 400},
    {&Request::host, "[::1]:8443", 0},

    {&Request::protocols, "soap, chat.v1, chat.v2", 0},
    {&Request::protocols, "soap,chat.v1", 0},
    {&Request::protocols, "soap ,\tchat.v1\t", 0},
    {&Request::protocols, absent, 400},
    {&Request::protocols, "", 400},
    {&Request::protocols, ",", 400},
    {&Request::protocols, "CHAT.V1", 400},
    {&Request::protocols, "chat.v10", 400},
    {&Request::protocols, "xchat.v1", 400},
    {&Request::protocols, "chat.v1.1", 400},
    {&Request::protocols, "chat.v2", 400},
    {&Request::protocols, "soap chat.v1", 400},
    {&Request::protocols, "chat.v1;q=1", 400},
};

void test_good(void**) {
  assert_int_equal(status_of(good), 0);
}

void test_one_field_at_a_time(void**) {
  for (const Case& each : cases) {
    const unsigned status = status_of(with(each.field, each.value));
    if (status != each.status) {
      fail_msg("row %td, '%.*s': %u", &each - cases, static_cast<int>(each.value.size()),
               each.value.data(), status);
    }
  }
}

void test_http_versions(void**) {
  for (const unsigned version : {0u, 9u, 1000u, 1002u, 2000u, 3000u}) {
    assert_int_equal(status_of(with(&Request::http_version, version)), 400);
  }
}

void test_where_no_protocol_is_asked_any_offer_is_good(void**) {
  for (const std::string_view offer : {absent, std::string_view("soap")}) {
    assert_int_equal(status_of(with(&Request::protocols, offer), ""), 0);
  }
}

// A request that is nothing of what it should be hears of the first thing.
void test_what_is_said_first(void**) {
  Request request;
  assert_int_equal(status_of(request), 405);
  request.method = "GET";
  assert_int_equal(status_of(request), 400);
  request.http_version = 1001;
  assert_int_equal(status_of(request), 426);
  request.upgrade = "websocket";
  assert_int_equal(status_of(request), 400);
  request.connection = "upgrade";
  assert_int_equal(status_of(request), 426);
}

void expect_accept(std::string_view key, std::string_view want) {
  const ws::AcceptKey accept = ws::accept_key(key);
  assert_int_equal(accept.size(), want.size());
  assert_memory_equal(accept.data(), want.data(), want.size());
}

void test_accept_key(void**) {
  expect_accept("dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");  // RFC 6455, 1.3
  expect_accept("x3JJHMbDL1EzLkh9GBhXDw==", "HSmrc0sMlYUkAGmm5OPpG2HaGWk=");
}

struct OriginCase {
  std::string_view origin;
  std::string_view host;
  bool same;
};

constexpr OriginCase origins[] = {
    {"https://chat.example", "chat.example", true},
    {"http://chat.example", "chat.example", true},
    {"HTTPS://CHAT.example", "chat.EXAMPLE", true},
    {"https://chat.example:8443", "chat.example:8443", true},
    {"https://chat.example:443", "chat.example", true},
    {"https://chat.example", "chat.example:443", true},
    {"http://chat.example:80", "chat.example", true},
    {"http://chat.example", "chat.example:80", true},
    {"https://chat.example", "chat.example:", true},
    {"https://127.0.0.1:8443", "127.0.0.1:8443", true},
    {"https://[::1]", "[::1]", true},
    {"https://[::1]:8443", "[::1]:8443", true},
    {"https://[2001:DB8::a]", "[2001:db8::A]:443", true},
    {"https://xn--bcher-kva.example", "xn--bcher-kva.example", true},

    {"https://evil.example", "chat.example", false},
    {"https://chat.example.evil", "chat.example", false},
    {"https://evil-chat.example", "chat.example", false},
    {"https://a.chat.example", "chat.example", false},
    {"https://chat.exampl", "chat.example", false},
    {"https://chat.example:8443", "chat.example", false},
    {"https://chat.example", "chat.example:8443", false},
    {"https://chat.example:8443", "chat.example:8444", false},
    {"https://chat.example:80", "chat.example", false},
    {"http://chat.example:443", "chat.example", false},
    {"https://chat.example", "chat.example:80", false},
    {"https://[::1]", "[::2]", false},
    {"https://[::1]", "[::1]:1", false},

    {"", "chat.example", false},
    {"null", "chat.example", false},
    {"null", "null", false},
    {"chat.example", "chat.example", false},
    {"//chat.example", "chat.example", false},
    {"https:chat.example", "chat.example", false},
    {"https:/chat.example", "chat.example", false},
    {"https://", "", false},
    {"https://", "chat.example", false},
    {"https://chat.example", "", false},
    {"https://:443", ":443", false},
    {"ftp://chat.example", "chat.example", false},
    {"wss://chat.example", "chat.example", false},
    {"file://", "chat.example", false},
    {"https://chat.example/", "chat.example", false},
    {"https://chat.example/", "chat.example/", false},
    {"https://chat.example?", "chat.example?", false},
    {"https://chat.example#", "chat.example#", false},
    {"https://me@chat.example", "chat.example", false},
    {"https://me@chat.example", "me@chat.example", false},
    {"https://chat.example:443@evil.example", "chat.example", false},
    {"https://chat.example, https://evil.example", "chat.example", false},
    {"https://chat.example https://evil.example", "chat.example", false},
    {" https://chat.example", "chat.example", false},
    {"https://chat.example ", "chat.example ", false},
    {"https://chat\\example", "chat\\example", false},
    {"https://b\xc3\xbc"
     "cher",
     "b\xc3\xbc"
     "cher",
     false},
    {"https://chat.example:x", "chat.example:x", false},
    {"https://chat.example:-1", "chat.example:-1", false},
    {"https://chat.example:443:443", "chat.example", false},
    {"https://chat.example:65536", "chat.example:65536", false},
    {"https://chat.example:4294967739", "chat.example", false},            // 2^32 + 443
    {"https://chat.example:18446744073709552059", "chat.example", false},  // 2^64 + 443
    {"https://::1", "::1", false},
    {"https://[]", "[]", false},
    {"https://[", "[", false},
    {"https://[::1", "[::1", false},
    {"https://[::1]x", "[::1]x", false},
    {"https://[::1]443", "[::1]", false},
    {"https://[[::1]]", "[[::1]]", false},
};

void test_origins(void**) {
  for (const OriginCase& each : origins) {
    if (ws::same_origin(each.origin, each.host) != each.same) {
      fail_msg("row %td: %.*s", &each - origins, static_cast<int>(each.origin.size()),
               each.origin.data());
    }
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_good),
      cmocka_unit_test(test_one_field_at_a_time),
      cmocka_unit_test(test_http_versions),
      cmocka_unit_test(test_where_no_protocol_is_asked_any_offer_is_good),
      cmocka_unit_test(test_what_is_said_first),
      cmocka_unit_test(test_accept_key),
      cmocka_unit_test(test_origins),
  };
  return cmocka_run_group_tests_name("ws/handshake", tests, nullptr, nullptr);
}
