#include "share/redis_url.h"

#include <charconv>

namespace share {

namespace {

using View = std::string_view;

// Cuts off what stands in front of `separator`; all of it if there is none.
View cut(View& text, char separator) {
  const std::size_t at = text.find(separator);
  const View head = text.substr(0, at);
  text = at == View::npos ? View() : text.substr(at + 1);
  return head;
}

int value_of(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

// Decodes into the front of `room`, which it shortens. False: half an escape.
bool decode(View text, std::span<char>& room, View& out) {
  std::size_t size = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      const int high = i + 2 < text.size() ? value_of(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? value_of(text[i + 2]) : -1;
      if (high < 0 || low < 0) return false;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    room[size++] = c;
  }
  out = View(room.data(), size);
  room = room.subspan(size);
  return true;
}

const char* parse_login(View text, std::span<char> room, RedisLogin& login) {
  const std::size_t colon = text.find(':');
  if (colon == View::npos) return "a password is missing before \"@\" (user:password@)";
  if (!decode(text.substr(0, colon), room, login.user) ||
      !decode(text.substr(colon + 1), room, login.password)) {
    return "\"%\" without two hexadecimal digits behind it";
  }
  return login.password.empty() ? "the password is empty" : nullptr;
}

const char* parse_host(View text, std::uint16_t usual_port, RedisUrl::Host& host) {
  host.ipv6 = text.starts_with('[');
  View port;
  bool has_port = false;
  if (host.ipv6) {
    const std::size_t end = text.find(']');
    if (end == View::npos) return "\"]\" is missing";
    host.name = text.substr(1, end - 1);
    port = text.substr(end + 1);
    has_port = !port.empty();
    if (has_port && port[0] != ':') return "something else than a port behind \"]\"";
    if (has_port) port.remove_prefix(1);
  } else {
    const std::size_t colon = text.find(':');
    host.name = text.substr(0, colon);
    has_port = colon != View::npos;
    if (has_port) port = text.substr(colon + 1);
  }
  if (host.name.empty()) return "the host is missing";
  std::uint32_t number = usual_port;
  if (has_port && (!parse_redis_number(port, 65535, number) || number == 0)) {
    return "the port is not a number between 1 and 65535";
  }
  host.port = static_cast<std::uint16_t>(number);
  return nullptr;
}

const char* parse_hosts(View text, RedisUrl& url) {
  const bool sentinel = url.kind == RedisUrl::Kind::sentinel;
  const std::uint16_t port = sentinel ? sentinel_port : redis_port;
  for (;;) {
    if (url.hosts_size == url.hosts.size()) return "too many hosts";
    const bool more = sentinel && text.find(',') != View::npos;
    const View one = sentinel ? cut(text, ',') : text;
    if (const char* wrong = parse_host(one, port, url.hosts[url.hosts_size])) return wrong;
    ++url.hosts_size;
    if (!more) return nullptr;
  }
}

const char* parse_db(View text, RedisUrl& url) {
  if (text.empty()) return nullptr;
  url.has_db = true;
  if (parse_redis_number(text, redis_db_max, url.db)) return nullptr;
  return "the database is not a number";
}

const char* parse_unix(View path, RedisUrl& url) {
  constexpr std::size_t path_max = 107;  // of sockaddr_un, without its NUL
  url.kind = RedisUrl::Kind::unix_socket;
  url.path = path;
  if (!path.starts_with('/')) return "the path of the socket does not begin with \"/\"";
  return path.size() > path_max ? "the path of the socket is too long" : nullptr;
}

bool take_scheme(View& text, RedisUrl::Kind& kind) {
  using Kind = RedisUrl::Kind;
  struct Scheme {
    View name;
    Kind kind;
  };
  constexpr std::array<Scheme, 3> schemes{
      {{"redis://", Kind::tcp}, {"rediss://", Kind::tls}, {"sentinel://", Kind::sentinel}}};
  for (const Scheme& scheme : schemes) {
    if (!text.starts_with(scheme.name)) continue;
    text.remove_prefix(scheme.name.size());
    kind = scheme.kind;
    return true;
  }
  return false;
}

}  // namespace

bool parse_redis_number(View text, std::uint32_t most, std::uint32_t& number) {
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  return parsed.ec == std::errc() && parsed.ptr == end && number <= most;
}

const char* parse_redis_url(View text, std::span<char> decoded, RedisUrl& url) {
  if (text.starts_with("unix:")) return parse_unix(text.substr(5), url);
  if (!take_scheme(text, url.kind)) {
    return "it begins with none of \"redis://\", \"rediss://\", \"unix:\" and \"sentinel://\"";
  }
  const std::size_t at = text.rfind('@');
  if (at != View::npos) {
    if (const char* wrong = parse_login(text.substr(0, at), decoded, url.login)) return wrong;
    text.remove_prefix(at + 1);
  }
  if (const char* wrong = parse_hosts(cut(text, '/'), url)) return wrong;
  if (url.kind != RedisUrl::Kind::sentinel) return parse_db(text, url);
  url.master = cut(text, '/');
  if (url.master.empty()) return "the master's name is missing (sentinel://host:port/name)";
  return parse_db(text, url);
}

}  // namespace share
