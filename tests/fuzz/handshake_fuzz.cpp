// The opening handshake: header values as a client may write them.
//
//   input, separated by LF: protocol asked, method, host, Upgrade, Connection, key, version,
//   protocols offered, origin
#include "ws/handshake.h"

#include <algorithm>
#include <array>

#include "fuzz.h"

namespace {

char swap_case(char c) {
  if (c >= 'a' && c <= 'z') return static_cast<char>(c - 'a' + 'A');
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string swapped(std::string_view text) {
  std::string other(text);
  std::transform(other.begin(), other.end(), other.begin(), swap_case);
  return other;
}

bool is_base64(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' ||
           c == '/';
  });
}

void check_accepted(const ws::Request& request) {
  fuzz::must(request.method == "GET" && request.version == "13" && request.http_version == 1001,
             "only what may be upgraded is");
  fuzz::must(request.key.size() == 24 && !request.host.empty(), "a key has 24 characters");
  const ws::AcceptKey accept = ws::accept_key(request.key);
  const std::string_view text(accept.data(), accept.size());
  fuzz::must(is_base64(text.substr(0, 27)) && text.back() == '=', "the answer is base64");
}

// Of one request: as it is, and with the headers written in the other case and with more elements.
void check_request(const ws::Request& request, std::string_view protocol) {
  const auto refusal = ws::refuse(request, protocol);
  if (refusal) {
    const unsigned status = refusal->status;
    fuzz::must(status == 400 || status == 405 || status == 426, "a refusal has its status");
    fuzz::must(!refusal->reason.empty(), "a refusal says why");
  } else {
    check_accepted(request);
  }

  ws::Request other = request;
  const std::string upgrade = "x ,\t" + swapped(request.upgrade) + "\t";
  const std::string connection = swapped(request.connection) + ", keep-alive";
  other.upgrade = upgrade;
  other.connection = connection;
  const auto again = ws::refuse(other, protocol);
  fuzz::must(again.has_value() == refusal.has_value(), "neither case nor other elements count");
  fuzz::must(!again || again->status == refusal->status, "the same is refused for the same");
}

void check_origin(std::string_view origin, std::string_view host) {
  const bool same = ws::same_origin(origin, host);
  fuzz::must(ws::same_origin(swapped(origin), swapped(host)) == same, "case does not count");
  if (same) {
    fuzz::must(host.find_first_of("/?#@\\ ") == host.npos, "a host is no more than a host");
    // Whoever is the same as one host is not the same as another.
    fuzz::must(!ws::same_origin(origin, "x" + std::string(host)), "another host is another origin");
  }
  for (const char* scheme : {"http://", "https://"}) {
    const bool is_host = ws::same_origin(scheme + std::string(host), host);
    fuzz::must(!same || is_host, "a host is the same as itself");
  }
}

}  // namespace

void fuzz::run(Input input) {
  Source source(input);
  // Each in memory of its own.
  std::array<Bytes, 9> lines;
  for (Bytes& line : lines) line = copy_of(source.until('\n'));
  const auto text = [&](std::size_t which) { return text_of(lines[which]); };
  const ws::Request request{
      .method = text(1),
      .http_version = source.empty() ? 1001 : 1000u + source.byte(),
      .host = text(2),
      .upgrade = text(3),
      .connection = text(4),
      .key = text(5),
      .version = text(6),
      .protocols = text(7),
  };
  check_request(request, text(0));
  check_origin(text(8), request.host);
}
