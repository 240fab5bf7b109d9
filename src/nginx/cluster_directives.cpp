#include "nginx/cluster_directives.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <new>
#include <span>
#include <string_view>

#include "nginx/main.h"
#include "nginx/zone.h"
#include "share/redis_url.h"
#include "share/secret.h"

namespace nginx {

namespace {

char* const failed = static_cast<char*>(NGX_CONF_ERROR);

std::span<ngx_str_t> arguments(ngx_conf_t* cf) {
  return {static_cast<ngx_str_t*>(cf->args->elts), cf->args->nelts};
}

std::string_view view(const ngx_str_t& text) {
  return {reinterpret_cast<const char*>(text.data), text.len};
}

ngx_str_t text(std::string_view view) {
  return {view.size(), reinterpret_cast<u_char*>(const_cast<char*>(view.data()))};
}

// ---- the secret ----

char* refuse_secret(ngx_conf_t* cf, ngx_err_t error, const char* what, const ngx_str_t& file) {
  ngx_conf_log_error(NGX_LOG_EMERG, cf, error,
                     "%s: \"chat_secret %V\"; \"openssl rand -out %V 32\" makes one", what, &file,
                     &file);
  return failed;
}

// Reads a file of at most `into`. Negative: it cannot be read.
ssize_t read_file(int fd, std::span<std::uint8_t> into) {
  std::size_t size = 0;
  while (size < into.size()) {
    const ssize_t read = ::read(fd, into.data() + size, into.size() - size);
    if (read < 0) return read;
    if (read == 0) break;
    size += static_cast<std::size_t>(read);
  }
  return static_cast<ssize_t>(size);
}

}  // namespace

char* chat_secret(ngx_conf_t* cf, ngx_command_t*, void*) noexcept {
  Main& main = main_of(cf);
  if (main.secret_size != 0) return const_cast<char*>("is duplicate");
  ngx_str_t file = arguments(cf)[1];
  if (file.len == 0) return refuse_secret(cf, 0, "no file is named", file);
  if (ngx_conf_full_name(cf->cycle, &file, 1) != NGX_OK) return failed;

  const int fd = open(reinterpret_cast<const char*>(file.data), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return refuse_secret(cf, ngx_errno, "the secret cannot be opened", file);
  std::array<std::uint8_t, share::secret_bytes_max + 1> bytes;
  struct stat about {};
  const bool known = fstat(fd, &about) == 0;
  const ssize_t size = read_file(fd, bytes);
  const ngx_err_t error = ngx_errno;
  close(fd);

  const char* wrong = nullptr;
  if (size < 0) wrong = "the secret cannot be read";
  if (size >= 0 && size < static_cast<ssize_t>(share::secret_bytes_min)) {
    wrong = "the secret has less than 32 bytes";
  }
  if (size > static_cast<ssize_t>(share::secret_bytes_max)) {
    wrong = "the secret has more than 4096 bytes";
  }
  if (wrong == nullptr) {
    main.secret_size = static_cast<std::size_t>(size);
    std::copy(bytes.begin(), bytes.begin() + size, main.secret.begin());
  }
  OPENSSL_cleanse(bytes.data(), bytes.size());
  if (wrong != nullptr) return refuse_secret(cf, size < 0 ? error : 0, wrong, file);
  if (known && (about.st_mode & (S_IRGRP | S_IROTH)) != 0) {
    ngx_conf_log_error(NGX_LOG_WARN, cf, 0, "others than its owner may read \"chat_secret %V\"",
                       &file);
  }
  return NGX_CONF_OK;
}

// ---- chat_redis ----

namespace {

// Names no word of the line but what is known to be none of a password: one may stand where it
// should not.
char* refuse(ngx_conf_t* cf, const char* what, std::string_view where) {
  ngx_str_t part = text(where);
  ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "%s in \"%V\" of \"chat_redis\"", what, &part);
  return failed;
}
char* refuse(ngx_conf_t* cf, const char* what) {
  ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "%s in \"chat_redis\"", what);
  return failed;
}

// With a NUL behind it, as long as the configuration. Null: out of memory.
const char* keep(ngx_conf_t* cf, std::string_view text) {
  auto* copy = static_cast<char*>(ngx_pnalloc(cf->pool, text.size() + 1));
  if (copy == nullptr) return nullptr;
  copy[text.copy(copy, text.size())] = '\0';
  return copy;
}

bool add(share::RedisSettings& settings, const char* host, std::uint16_t port) {
  if (host == nullptr || settings.addresses_size == settings.addresses.size()) return false;
  settings.addresses[settings.addresses_size++] = {host, port};
  return true;
}

// The addresses of a name, looked up now: a worker waits for nobody.
char* resolve(ngx_conf_t* cf, const share::RedisUrl::Host& host, share::RedisSettings& settings) {
  ngx_url_t url{};
  url.url.data = static_cast<u_char*>(ngx_pnalloc(cf->pool, host.name.size() + 2));
  if (url.url.data == nullptr) return failed;
  u_char* end = url.url.data;
  if (host.ipv6) *end++ = '[';
  end = ngx_cpymem(end, host.name.data(), host.name.size());
  if (host.ipv6) *end++ = ']';
  url.url.len = static_cast<std::size_t>(end - url.url.data);
  url.default_port = host.port;
  if (ngx_parse_url(cf->pool, &url) != NGX_OK) {
    return refuse(cf, url.err != nullptr ? url.err : "no address", host.name);
  }
  for (const ngx_addr_t& address : std::span(url.addrs, url.naddrs)) {
    std::array<u_char, NGX_SOCKADDR_STRLEN> name;
    const std::size_t size =
        ngx_sock_ntop(address.sockaddr, address.socklen, name.data(), name.size(), 0);
    const std::string_view numeric(reinterpret_cast<const char*>(name.data()), size);
    // Further addresses of a name would only be tried in turn.
    if (!add(settings, keep(cf, numeric), host.port)) break;
  }
  return settings.addresses_size == 0 ? refuse(cf, "no address", host.name) : NGX_CONF_OK;
}

char* read_address(ngx_conf_t* cf, std::string_view address, share::RedisSettings& settings) {
  using Kind = share::RedisUrl::Kind;
  auto* decoded = static_cast<char*>(ngx_pnalloc(cf->pool, address.size() + 1));
  if (decoded == nullptr) return failed;
  share::RedisUrl url;
  if (const char* wrong = share::parse_redis_url(address, {decoded, address.size()}, url)) {
    return refuse(cf, wrong);
  }
  settings.tls = url.kind == Kind::tls;
  settings.login = url.login;
  settings.master = url.master;
  settings.db = url.db;
  if (settings.tls) settings.server_name = url.hosts[0].name;
  if (url.kind == Kind::unix_socket) {
    return add(settings, keep(cf, url.path), 0) ? NGX_CONF_OK : failed;
  }
  for (const auto& host : std::span(url.hosts).first(url.hosts_size)) {
    if (resolve(cf, host, settings) != NGX_CONF_OK) return failed;
  }
  return NGX_CONF_OK;
}

// ---- its options ----

enum class Option : std::uint8_t {
  user,
  password,
  sentinel_user,
  sentinel_password,
  db,
  connect_timeout,
  timeout,
  ca,
};
constexpr std::array<std::string_view, 8> option_names{
    "user", "password",        "sentinel_user", "sentinel_password",
    "db",   "connect_timeout", "timeout",       "ca"};

bool read_time(std::string_view value, std::uint32_t& time_ms) {
  constexpr ngx_int_t most_ms = 60'000;
  ngx_str_t time = text(value);
  const ngx_int_t parsed = ngx_parse_time(&time, 0);
  if (parsed <= 0 || parsed > most_ms) return false;
  time_ms = static_cast<std::uint32_t>(parsed);
  return true;
}

const char* apply(ngx_conf_t* cf, Option option, std::string_view value,
                  share::RedisSettings& settings) {
  if (value.empty()) return "nothing stands behind \"=\"";
  const bool of_sentinel = option == Option::sentinel_user || option == Option::sentinel_password;
  if (of_sentinel && settings.master.empty()) return "there is no \"sentinel://\" for the option";
  switch (option) {
    case Option::user:
      settings.login.user = value;
      return nullptr;
    case Option::password:
      settings.login.password = value;
      return nullptr;
    case Option::sentinel_user:
      settings.sentinel_login.user = value;
      return nullptr;
    case Option::sentinel_password:
      settings.sentinel_login.password = value;
      return nullptr;
    case Option::db:
      return share::parse_redis_number(value, share::redis_db_max, settings.db)
                 ? nullptr
                 : "the database is not a number";
    case Option::connect_timeout:
      return read_time(value, settings.connect_ms) ? nullptr : "not a time between 1 ms and 60 s";
    case Option::timeout:
      return read_time(value, settings.command_ms) ? nullptr : "not a time between 1 ms and 60 s";
    case Option::ca: {
      ngx_str_t file = text(value);
      if (!settings.tls) return "there is no \"rediss://\" for the option";
      if (ngx_conf_full_name(cf->cycle, &file, 1) != NGX_OK) return "out of memory";
      settings.ca = reinterpret_cast<const char*>(file.data);
      return access(settings.ca, R_OK) == 0 ? nullptr : "the file cannot be read";
    }
  }
  return nullptr;
}

char* read_options(ngx_conf_t* cf, std::span<const ngx_str_t> options,
                   share::RedisSettings& settings) {
  unsigned seen = 0;
  for (const ngx_str_t& each : options) {
    const std::string_view option = view(each);
    const std::size_t equals = option.find('=');
    const std::string_view name = option.substr(0, equals);
    const auto* known = std::find(option_names.begin(), option_names.end(), name);
    if (known == option_names.end() || equals == std::string_view::npos) {
      return refuse(cf,
                    "an unknown option (there are user=, password=, sentinel_user=, "
                    "sentinel_password=, db=, connect_timeout=, timeout= and ca=)");
    }
    const auto index = static_cast<unsigned>(known - option_names.begin());
    if ((seen >> index & 1u) != 0) return refuse(cf, "an option that is there twice", name);
    seen |= 1u << index;
    const auto value = option.substr(equals + 1);
    if (const char* wrong = apply(cf, static_cast<Option>(index), value, settings)) {
      return refuse(cf, wrong, name);
    }
  }
  if (!settings.login.user.empty() && settings.login.password.empty()) {
    return refuse(cf, "no password for the option", "user");
  }
  if (!settings.sentinel_login.user.empty() && settings.sentinel_login.password.empty()) {
    return refuse(cf, "no password for the option", "sentinel_user");
  }
  return NGX_CONF_OK;
}

}  // namespace

char* chat_redis(ngx_conf_t* cf, ngx_command_t*, void*) noexcept {
  const auto words = arguments(cf);
  constexpr std::string_view prefix = "zone=";
  if (!view(words[1]).starts_with(prefix)) {
    return refuse(cf, "\"zone=name\" is missing");
  }
  ngx_str_t name = text(view(words[1]).substr(prefix.size()));
  if (name.len == 0) return refuse(cf, "no zone is named", view(words[1]));

  // The zone may be declared behind this: see join_clusters.
  ngx_shm_zone_t* zone = ngx_shared_memory_add(cf, &name, 0, &ngx_http_chat_module);
  if (zone == nullptr) return failed;
  ngx_array_t& uses = main_of(cf).clusters;
  for (const ClusterUse& use : std::span(static_cast<ClusterUse*>(uses.elts), uses.nelts)) {
    if (use.zone == zone) return refuse(cf, "a duplicate for that zone", view(words[1]));
  }

  void* memory = ngx_palloc(cf->pool, sizeof(Zone::Cluster));
  auto* use = static_cast<ClusterUse*>(ngx_array_push(&uses));
  if (memory == nullptr || use == nullptr) return failed;
  *use = {zone, new (memory) Zone::Cluster{}, line_of(cf)};
  if (read_address(cf, view(words[2]), use->cluster->settings) != NGX_CONF_OK) return failed;
  return read_options(cf, words.subspan(3), use->cluster->settings);
}

bool join_clusters(ngx_conf_t* cf) {
  Main& main = main_of(cf);
  const auto fail = [&](const char* what, const ClusterUse& use) {
    ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "%s for \"chat_redis zone=%V\" in %V:%ui", what,
                  &use.zone->shm.name, &use.line.file, use.line.number);
    return false;
  };
  bool joined = true;
  auto* uses = static_cast<ClusterUse*>(main.clusters.elts);
  for (const ClusterUse& use : std::span(uses, main.clusters.nelts)) {
    Zone* zone = Zone::of(use.zone);
    if (zone == nullptr) {
      joined = fail("no \"chat_zone\" of that name", use);
    } else if (main.secret_size == 0) {
      joined = fail(
          "no \"chat_secret file\" (\"openssl rand -out FILE 32\" makes one; "
          "it must be the same on all hosts)",
          use);
    } else if (!share::derive_keys({main.secret.data(), main.secret_size}, view(use.zone->shm.name),
                                   use.cluster->keys)) {
      joined = fail("no keys could be made", use);
    } else {
      zone->cluster = use.cluster;
    }
    if (!joined) break;
  }
  OPENSSL_cleanse(main.secret.data(), main.secret.size());
  return joined;
}

}  // namespace nginx
