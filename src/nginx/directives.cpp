#include "nginx/directives.h"

#include <algorithm>
#include <iterator>

#include "nginx/bounds.h"
#include "nginx/cluster_directives.h"
#include "nginx/main.h"
#include "nginx/request.h"
#include "nginx/upgrade.h"
#include "nginx/zone.h"
#include "nginx/zone_use.h"

namespace nginx {

namespace {

char* const failed = static_cast<char*>(NGX_CONF_ERROR);

ngx_str_t* arguments(ngx_conf_t* cf) {
  return static_cast<ngx_str_t*>(cf->args->elts);
}

// Logs "WHAT in "DIRECTIVE ARGUMENT" in FILE:LINE".
char* fail(ngx_conf_t* cf, const char* what, const ngx_str_t& argument) {
  ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "%s in \"%V %V\"", what, arguments(cf), &argument);
  return failed;
}

template <typename Field>
Field& field(void* conf, ngx_command_t* command) {
  return *reinterpret_cast<Field*>(static_cast<char*>(conf) + command->offset);
}

// ---- values ----

char* set_time(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept {
  char* rc = ngx_conf_set_msec_slot(cf, command, conf);
  if (rc != NGX_CONF_OK) return rc;
  if (field<ngx_msec_t>(conf, command) == 0) {
    return fail(cf, "a time of 0", arguments(cf)[1]);
  }
  return NGX_CONF_OK;
}

char* set_window(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept {
  char* rc = set_time(cf, command, conf);
  if (rc == NGX_CONF_OK && field<ngx_msec_t>(conf, command) > window_most_ms) {
    return fail(cf, "more than 24h", arguments(cf)[1]);
  }
  return rc;
}

struct SizeBounds {
  std::size_t least, most;
};
constexpr SizeBounds message_bounds{message_bytes_least, message_bytes_most};
constexpr SizeBounds pending_bounds{pending_bytes_least, pending_bytes_most};

char* set_size(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept {
  ngx_command_t slot = *command;
  slot.post = nullptr;  // ours; nginx would take it for a handler of its own
  char* rc = ngx_conf_set_size_slot(cf, &slot, conf);
  if (rc != NGX_CONF_OK) return rc;
  const auto& bounds = *static_cast<const SizeBounds*>(command->post);
  const std::size_t size = field<std::size_t>(conf, command);
  if (size < bounds.least || size > bounds.most) {
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V %V\" is not between %uz and %uz bytes",
                       arguments(cf), arguments(cf) + 1, bounds.least, bounds.most);
    return failed;
  }
  return NGX_CONF_OK;
}

char* set_number(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept {
  char* rc = ngx_conf_set_num_slot(cf, command, conf);
  if (rc != NGX_CONF_OK) return rc;
  if (field<ngx_int_t>(conf, command) > NGX_MAX_INT32_VALUE) {
    return fail(cf, "a number too large", arguments(cf)[1]);
  }
  return NGX_CONF_OK;
}

// "5r/s burst=20", "30r/m burst=10"; without a burst nothing but the rate is allowed at once.
char* set_rate(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept {
  auto*& rate = field<chat::Rate*>(conf, command);
  if (rate != NGX_CONF_UNSET_PTR) return const_cast<char*>("is duplicate");
  rate = static_cast<chat::Rate*>(ngx_palloc(cf->pool, sizeof(chat::Rate)));
  if (rate == nullptr) return failed;

  const ngx_str_t& value = arguments(cf)[1];
  const std::string_view text = view(value);
  const bool a_second = text.ends_with("r/s");
  if (!a_second && !text.ends_with("r/m")) return fail(cf, "neither \"r/s\" nor \"r/m\"", value);
  const ngx_int_t count = ngx_atoi(value.data, value.len - 3);
  if (count < 1 || count > static_cast<ngx_int_t>(chat::rate_max)) {
    return fail(cf, "a rate not between 1 and 1000000", value);
  }

  ngx_int_t burst = 1;
  if (cf->args->nelts == 3) {
    const ngx_str_t& option = arguments(cf)[2];
    constexpr std::string_view name = "burst=";
    if (!view(option).starts_with(name)) return fail(cf, "unknown option", option);
    burst = ngx_atoi(option.data + name.size(), option.len - name.size());
    if (burst < 1 || burst > static_cast<ngx_int_t>(chat::rate_max)) {
      return fail(cf, "a burst not between 1 and 1000000", option);
    }
  }
  *rate = {static_cast<std::uint32_t>(count), a_second ? 1000u : 60000u,
           static_cast<std::uint32_t>(burst)};
  return NGX_CONF_OK;
}

// An origin as a browser sends it: scheme, host, perhaps a port, and nothing behind (RFC 6454
// section 6.2).
bool is_origin(std::string_view text) {
  std::string_view host;
  if (text.starts_with("https://")) host = text.substr(8);
  if (text.starts_with("http://")) host = text.substr(7);
  if (host.empty() || host.find_first_of("/?#@*\\ ") != std::string_view::npos) return false;
  const std::size_t bracket = host.rfind(']');  // of an IPv6 address, which has colons of its own
  const std::size_t colon = host.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon == std::string_view::npos) return true;
  const std::string_view port = host.substr(colon + 1);
  const ngx_int_t number =
      ngx_atoi(reinterpret_cast<u_char*>(const_cast<char*>(port.data())), port.size());
  // A browser leaves a scheme's own port out, so an origin that has it would never match.
  const ngx_int_t usual = text.starts_with("https://") ? 443 : 80;
  return colon > 0 && number >= 1 && number <= 65535 && number != usual;
}

char* add_origins(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept {
  auto*& origins = field<ngx_array_t*>(conf, command);
  if (origins == NGX_CONF_UNSET_PTR) {
    origins = ngx_array_create(cf->pool, cf->args->nelts - 1, sizeof(ngx_str_t));
    if (origins == nullptr) return failed;
  }
  for (ngx_uint_t i = 1; i < cf->args->nelts; ++i) {
    const ngx_str_t& value = arguments(cf)[i];
    if (!is_origin(view(value))) {
      return fail(cf, "not an origin as browsers send it (https://www.example.org)", value);
    }
    auto* origin = static_cast<ngx_str_t*>(ngx_array_push(origins));
    if (origin == nullptr) return failed;
    *origin = value;
  }
  return NGX_CONF_OK;
}

char* set_lobby(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept {
  if (arguments(cf)[1].len == 0) return fail(cf, "an empty name", arguments(cf)[1]);
  return ngx_http_set_complex_value_slot(cf, command, conf);
}

// ---- what a location is ----

char* take_location(ngx_conf_t* cf) {
  auto* core = static_cast<ngx_http_core_loc_conf_t*>(
      ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module));
  if (core->handler != nullptr) {
    return const_cast<char*>("stands in a location that has another purpose already");
  }
  core->handler = handle_upgrade;
  return NGX_CONF_OK;
}

char* set_chat(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
  auto& location = *static_cast<Location*>(conf);
  if (location.zone != NGX_CONF_UNSET_PTR) return const_cast<char*>("is duplicate");
  if (location.echo != NGX_CONF_UNSET)
    return const_cast<char*>("cannot stand beside \"chat_echo\"");
  ngx_str_t& name = arguments(cf)[1];
  if (name.len == 0) return fail(cf, "an empty name", name);

  // A zone may be declared behind its use, so whether there is one is known at the end; the line is
  // known here.
  location.zone = ngx_shared_memory_add(cf, &name, 0, &ngx_http_chat_module);
  if (location.zone == nullptr) return failed;
  auto* use = static_cast<ZoneUse*>(ngx_array_push(&main_of(cf).uses));
  if (use == nullptr) return failed;
  *use = {location.zone, line_of(cf)};
  return take_location(cf);
}

char* set_echo(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
  auto& location = *static_cast<Location*>(conf);
  if (location.echo != NGX_CONF_UNSET) return const_cast<char*>("is duplicate");
  if (location.zone != NGX_CONF_UNSET_PTR) return const_cast<char*>("cannot stand beside \"chat\"");
  location.echo = 1;
  if (cf->args->nelts == 2) {
    ngx_str_t& value = arguments(cf)[1];
    const ssize_t size = ngx_parse_size(&value);
    if (size < 1 || size > static_cast<ssize_t>(echo_bytes_most)) {
      return fail(cf, "not a size between 1 and 1g", value);
    }
    location.echo_max = static_cast<std::size_t>(size);
  }
  return take_location(cf);
}

constexpr ngx_uint_t anywhere = NGX_HTTP_MAIN_CONF | NGX_HTTP_SRV_CONF | NGX_HTTP_LOC_CONF;

constexpr ngx_command_t setting(ngx_str_t name, ngx_uint_t arguments,
                                char* (*set)(ngx_conf_t*, ngx_command_t*, void*), ngx_uint_t offset,
                                const void* post = nullptr) {
  return {name,   anywhere | arguments,   set, NGX_HTTP_LOC_CONF_OFFSET,
          offset, const_cast<void*>(post)};
}

}  // namespace

ngx_command_t directives[] = {
    {ngx_string("chat_zone"), NGX_HTTP_MAIN_CONF | NGX_CONF_TAKE1, chat_zone, 0, 0, nullptr},
    {ngx_string("chat_secret"), NGX_HTTP_MAIN_CONF | NGX_CONF_TAKE1, chat_secret, 0, 0, nullptr},
    {ngx_string("chat_redis"), NGX_HTTP_MAIN_CONF | NGX_CONF_2MORE, chat_redis, 0, 0, nullptr},
    {ngx_string("chat"), NGX_HTTP_LOC_CONF | NGX_CONF_TAKE1, set_chat, NGX_HTTP_LOC_CONF_OFFSET, 0,
     nullptr},
    {ngx_string("chat_echo"), NGX_HTTP_LOC_CONF | NGX_CONF_NOARGS | NGX_CONF_TAKE1, set_echo,
     NGX_HTTP_LOC_CONF_OFFSET, 0, nullptr},
    setting(ngx_string("chat_lobby"), NGX_CONF_TAKE1, set_lobby, offsetof(Location, lobby)),
    setting(ngx_string("chat_patience"), NGX_CONF_TAKE1, set_time, offsetof(Location, patience_ms)),
    setting(ngx_string("chat_idle"), NGX_CONF_TAKE1, set_time, offsetof(Location, idle_ms)),
    setting(ngx_string("chat_window"), NGX_CONF_TAKE1, set_window, offsetof(Location, window_ms)),
    setting(ngx_string("chat_drain"), NGX_CONF_TAKE1, set_time, offsetof(Location, drain_ms)),
    setting(ngx_string("chat_ping"), NGX_CONF_TAKE1, set_time, offsetof(Location, ping_ms)),
    setting(ngx_string("chat_message_max"), NGX_CONF_TAKE1, set_size,
            offsetof(Location, message_max), &message_bounds),
    setting(ngx_string("chat_pending"), NGX_CONF_TAKE1, set_size, offsetof(Location, pending_max),
            &pending_bounds),
    setting(ngx_string("chat_message_rate"), NGX_CONF_TAKE12, set_rate,
            offsetof(Location, message_rate)),
    setting(ngx_string("chat_find_rate"), NGX_CONF_TAKE12, set_rate, offsetof(Location, find_rate)),
    setting(ngx_string("chat_sessions"), NGX_CONF_TAKE1, set_number,
            offsetof(Location, sessions_max)),
    setting(ngx_string("chat_sessions_per_address"), NGX_CONF_TAKE1, set_number,
            offsetof(Location, address_max)),
    setting(ngx_string("chat_origin"), NGX_CONF_1MORE, add_origins, offsetof(Location, origins)),
    ngx_null_command,
};

// ---- inheritance ----

void* create_main(ngx_conf_t* cf) noexcept {
  constexpr ngx_uint_t usual = 4;
  auto* main = static_cast<Main*>(ngx_pcalloc(cf->pool, sizeof(Main)));
  if (main == nullptr || ngx_array_init(&main->uses, cf->pool, usual, sizeof(ZoneUse)) != NGX_OK ||
      ngx_array_init(&main->clusters, cf->pool, usual, sizeof(ClusterUse)) != NGX_OK) {
    return nullptr;
  }
  return main;
}

void* create_location(ngx_conf_t* cf) noexcept {
  void* memory = ngx_pcalloc(cf->pool, sizeof(Location));
  if (memory == nullptr) return nullptr;
  auto* location = new (memory) Location{};
  location->zone = static_cast<ngx_shm_zone_t*>(NGX_CONF_UNSET_PTR);
  location->echo = NGX_CONF_UNSET;
  location->echo_max = NGX_CONF_UNSET_SIZE;
  location->patience_ms = NGX_CONF_UNSET_MSEC;
  location->idle_ms = NGX_CONF_UNSET_MSEC;
  location->window_ms = NGX_CONF_UNSET_MSEC;
  location->drain_ms = NGX_CONF_UNSET_MSEC;
  location->ping_ms = NGX_CONF_UNSET_MSEC;
  location->message_max = NGX_CONF_UNSET_SIZE;
  location->pending_max = NGX_CONF_UNSET_SIZE;
  location->message_rate = static_cast<chat::Rate*>(NGX_CONF_UNSET_PTR);
  location->find_rate = static_cast<chat::Rate*>(NGX_CONF_UNSET_PTR);
  location->sessions_max = NGX_CONF_UNSET;
  location->address_max = NGX_CONF_UNSET;
  location->origins = static_cast<ngx_array_t*>(NGX_CONF_UNSET_PTR);
  return location;
}

namespace {

// The defaults are those of the domain (settings.h) where it has one.
void inherit(const Location& parent, Location& location) {
  static chat::Rate message_rate = chat::Settings().message_rate;
  static chat::Rate find_rate = chat::Settings().find_rate;
  const chat::Settings defaults;
  if (location.lobby == nullptr) location.lobby = parent.lobby;
  ngx_conf_merge_msec_value(location.patience_ms, parent.patience_ms, defaults.patience_ms);
  ngx_conf_merge_msec_value(location.idle_ms, parent.idle_ms, defaults.idle_ms);
  ngx_conf_merge_msec_value(location.window_ms, parent.window_ms, defaults.window_ms);
  ngx_conf_merge_msec_value(location.drain_ms, parent.drain_ms, defaults.drain_ms);
  ngx_conf_merge_msec_value(location.ping_ms, parent.ping_ms, 30000);
  ngx_conf_merge_size_value(location.message_max, parent.message_max, defaults.message_bytes_max);
  ngx_conf_merge_size_value(location.pending_max, parent.pending_max, 64 * 1024);
  ngx_conf_merge_ptr_value(location.message_rate, parent.message_rate, &message_rate);
  ngx_conf_merge_ptr_value(location.find_rate, parent.find_rate, &find_rate);
  ngx_conf_merge_value(location.sessions_max, parent.sessions_max, 0);
  ngx_conf_merge_value(location.address_max, parent.address_max, 20);
  ngx_conf_merge_ptr_value(location.origins, parent.origins, nullptr);
}

}  // namespace

char* merge_location(ngx_conf_t* cf, void* parent, void* child) noexcept {
  auto& location = *static_cast<Location*>(child);
  inherit(*static_cast<Location*>(parent), location);
  auto* core = static_cast<ngx_http_core_loc_conf_t*>(
      ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module));
  // What a location is, is inherited as its handler is: by the blocks of `if` and `limit_except` in
  // it, not by the locations in it.
  if (core->noname) {
    const auto& outer = *static_cast<Location*>(parent);
    location.zone = outer.zone;
    location.echo = outer.echo;
    location.echo_max = outer.echo_max;
  }
  if (location.zone == NGX_CONF_UNSET_PTR) location.zone = nullptr;
  ngx_conf_init_value(location.echo, 0);
  ngx_conf_init_size_value(location.echo_max, 16 * 1024 * 1024);
  const bool ours = location.zone != nullptr || location.echo;
  if (ours && !core->noname && core->handler != handle_upgrade) {
    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "location \"%V\" has a chat and another purpose beside", &core->name);
    return failed;
  }

  location.settings.message_bytes_max = location.message_max;
  location.settings.message_rate = *location.message_rate;
  location.settings.find_rate = *location.find_rate;
  location.settings.patience_ms = location.patience_ms;
  location.settings.idle_ms = location.idle_ms;
  location.settings.window_ms = location.window_ms;
  location.settings.drain_ms = location.drain_ms;
  location.times = {location.ping_ms, answer_ms, location.echo ? UINT64_MAX : message_ms};

  location.log = core->error_log != nullptr ? core->error_log : &cf->cycle->new_log;
  return NGX_CONF_OK;
}

}  // namespace nginx
