// The address of Redis: what was read lies where it should, has its bounds, and is read again from
// what it says.
//
//   input: the address
#include "share/redis_url.h"

#include <algorithm>

#include "fuzz.h"

namespace {

using share::RedisUrl;

struct Read {
  explicit Read(std::string_view address)
      : text(address.begin(), address.end()),
        decoded(address.size()),
        wrong(parse_redis_url({text.data(), text.size()}, decoded, url)) {}
  Read(const Read&) = delete;
  Read& operator=(const Read&) = delete;

  const std::vector<char> text;
  std::vector<char> decoded;
  RedisUrl url;
  const char* wrong;
};

void check_bounds(const RedisUrl& url) {
  if (url.kind == RedisUrl::Kind::unix_socket) {
    return fuzz::must(url.path.starts_with('/') && url.path.size() <= 107, "a path has its bound");
  }
  fuzz::must(url.hosts_size >= 1 && url.hosts_size <= url.hosts.size(), "hosts have their bound");
  fuzz::must(url.kind == RedisUrl::Kind::sentinel || url.hosts_size == 1, "Redis has one host");
  fuzz::must((url.kind == RedisUrl::Kind::sentinel) == !url.master.empty(),
             "Sentinels have a master");
  for (const RedisUrl::Host& host : std::span(url.hosts).first(url.hosts_size)) {
    fuzz::must(!host.name.empty() && host.port != 0, "a host has a name and a port");
  }
  fuzz::must(url.db <= share::redis_db_max, "a database has its bound");
  fuzz::must(url.login.user.empty() || !url.login.password.empty(), "a user has a password");
}

std::string escaped(std::string_view text) {
  std::string all;
  for (const char c : text) {
    char escape[4];
    std::snprintf(escape, sizeof(escape), "%%%02x", static_cast<unsigned char>(c));
    all += escape;
  }
  return all;
}

std::string address_of(const RedisUrl& url) {
  if (url.kind == RedisUrl::Kind::unix_socket) return "unix:" + std::string(url.path);
  constexpr const char* schemes[] = {"redis://", "rediss://", "", "sentinel://"};
  std::string text = schemes[static_cast<std::size_t>(url.kind)];
  if (!url.login.password.empty()) {
    text += escaped(url.login.user) + ":" + escaped(url.login.password) + "@";
  }
  for (std::size_t i = 0; i < url.hosts_size; ++i) {
    const RedisUrl::Host& host = url.hosts[i];
    const std::string name(host.name);
    if (i > 0) text += ",";
    text += (host.ipv6 ? "[" + name + "]" : name) + ":" + std::to_string(host.port);
  }
  if (!url.master.empty()) text += "/" + std::string(url.master);
  if (url.has_db) text += "/" + std::to_string(url.db);
  return text;
}

void must_be_same(const RedisUrl& a, const RedisUrl& b) {
  fuzz::must(address_of(a) == address_of(b), "it is read again as it was");
  fuzz::must(a.login.user == b.login.user && a.login.password == b.login.password,
             "a login is read again as it was");
}

}  // namespace

void fuzz::run(Input input) {
  const Read read(text_of(input));
  if (read.wrong != nullptr) return must(*read.wrong != '\0', "a mistake has its words");
  check_bounds(read.url);
  const Read again(address_of(read.url));
  must(again.wrong == nullptr, "what was read can be written");
  must_be_same(read.url, again.url);
}
