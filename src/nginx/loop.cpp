#include "nginx/loop.h"

#include <algorithm>
#include <array>
#include <new>

#include "nginx/ngx.h"

struct share::Loop::Watch {
  ngx_connection_t* c;
  share::Watcher* watcher;
};

// The event comes first: a debug log of nginx's takes its `data` for a connection and reads there.
struct share::Loop::Alarm {
  ngx_event_t event;
  void (*ring)(void* owner);
  void* owner;
};

namespace nginx {

namespace {

// The longest text that is logged whole.
constexpr std::size_t log_bytes_max = 512;

// Either may forget the watch: nothing of it is touched after the call.
void on_read_event(ngx_event_t* event) noexcept {
  auto* c = static_cast<ngx_connection_t*>(event->data);
  if (event->active) static_cast<share::Loop::Watch*>(c->data)->watcher->on_readable();
}

void on_write_event(ngx_event_t* event) noexcept {
  auto* c = static_cast<ngx_connection_t*>(event->data);
  if (event->active) static_cast<share::Loop::Watch*>(c->data)->watcher->on_writable();
}

void on_alarm(ngx_event_t* event) noexcept {
  const auto* alarm = static_cast<share::Loop::Alarm*>(event->data);
  alarm->ring(alarm->owner);
}

// Level-triggered. False: the system refused.
bool turn(ngx_event_t* event, ngx_int_t kind, bool on) {
  if (on == (event->active != 0)) return true;
  if (on) return ngx_add_event(event, kind, NGX_LEVEL_EVENT) == NGX_OK;
  return ngx_del_event(event, kind, 0) == NGX_OK;
}

// What nginx has put off (accept_mutex) must not come after the end of the watch.
void unpost(ngx_event_t* event) {
  if (event->posted) {
    ngx_delete_posted_event(event);
  }
}

ngx_uint_t level_of(share::Loop::Severity severity) {
  switch (severity) {
    case share::Loop::Severity::info:
      return NGX_LOG_INFO;
    case share::Loop::Severity::notice:
      return NGX_LOG_NOTICE;
    case share::Loop::Severity::warning:
      return NGX_LOG_WARN;
    case share::Loop::Severity::error:
      break;
  }
  return NGX_LOG_ERR;
}

}  // namespace

// nginx reads the system's monotonic clock once for each round of events (ngx_time_update).
std::uint64_t Loop::now_ms() const {
  return ngx_current_msec;
}

// ---- descriptors ----

share::Loop::Watch* Loop::watch(int fd, share::Watcher& watcher) {
  void* memory = ngx_alloc(sizeof(Watch), ngx_cycle->log);
  if (memory == nullptr) return nullptr;
  ngx_connection_t* c = ngx_get_connection(fd, ngx_cycle->log);
  if (c == nullptr) {
    ngx_free(memory);
    return nullptr;
  }
  c->data = new (memory) Watch{c, &watcher};
  c->read->handler = on_read_event;
  c->write->handler = on_write_event;
  c->read->log = c->write->log = ngx_cycle->log;
  // As nginx marks its own descriptors that are no visitor's: a worker that ends does not complain
  // of it (ngx_worker_process_exit) and does not close it (ngx_shutdown_timer_handler).
  c->read->channel = 1;
  return static_cast<Watch*>(c->data);
}

bool Loop::want(Watch& watch, bool reading, bool writing) {
  return turn(watch.c->read, NGX_READ_EVENT, reading) &&
         turn(watch.c->write, NGX_WRITE_EVENT, writing);
}

// An event of it that waits in the same round is stale for nginx: by the descriptor, -1, and once
// the connection is another's, by the instance bit that ngx_get_connection turns.
void Loop::forget(Watch& watch) {
  ngx_connection_t* c = watch.c;
  turn(c->read, NGX_READ_EVENT, false);
  turn(c->write, NGX_WRITE_EVENT, false);
  unpost(c->read);
  unpost(c->write);
  ngx_free_connection(c);  // before fd: it finds the place in the table of files by it
  c->fd = -1;
  ngx_free(&watch);
}

// ---- alarms ----

share::Loop::Alarm* Loop::make_alarm(void (*ring)(void* owner), void* owner) {
  void* memory = ngx_alloc(sizeof(Alarm), ngx_cycle->log);
  if (memory == nullptr) return nullptr;
  auto* alarm = new (memory) Alarm{{}, ring, owner};
  alarm->event.data = alarm;
  alarm->event.handler = on_alarm;
  alarm->event.cancelable = 1;
  return alarm;
}

// Stopped first: nginx keeps a timer that is set already if the new time is near (ngx_add_timer,
// NGX_TIMER_LAZY_DELAY), and so may ring too early. Without delay it rings in the next round of
// events, after those that have come by then: so it neither runs now nor keeps them waiting.
void Loop::set(Alarm& alarm, std::uint64_t delay_ms) {
  stop(alarm);
  alarm.event.log = ngx_cycle->log;
  if (delay_ms > 0) {
    ngx_add_timer(&alarm.event, static_cast<ngx_msec_t>(delay_ms));
  } else {
    ngx_post_event(&alarm.event, &ngx_posted_next_events);
  }
}

void Loop::stop(Alarm& alarm) {
  if (alarm.event.timer_set) {
    ngx_del_timer(&alarm.event);
  }
  unpost(&alarm.event);
}

void Loop::destroy(Alarm& alarm) {
  stop(alarm);
  ngx_free(&alarm);
}

// ---- the log ----

void Loop::log(Severity severity, std::string_view text) {
  std::array<char, log_bytes_max> line;
  const std::size_t size = std::min(text.size(), line.size());
  std::transform(text.begin(), text.begin() + size, line.begin(), [](char character) {
    return static_cast<unsigned char>(character) < ' ' || character == '\x7f' ? '?' : character;
  });
  ngx_log_error(level_of(severity), ngx_cycle->log, 0, "chat: %*s", size, line.data());
}

}  // namespace nginx
