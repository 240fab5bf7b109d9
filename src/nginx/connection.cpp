#include "nginx/connection.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "chat/vocabulary.h"
#include "nginx/bounds.h"
#include "nginx/worker.h"

namespace nginx {

Connection::Connection(ngx_connection_t* c, const Location& location, std::size_t message_max,
                       std::size_t pending_max)
    : c_(c),
      location_(location),
      pending_max_(pending_max),
      decoder_(message_max),
      liveness_(ngx_current_msec) {}

void Connection::start(std::span<std::uint8_t> early) {
  c_->data = this;
  c_->read->handler = on_read_event;
  c_->write->handler = on_write_event;
  c_->idle = 1;  // nginx tells idle connections when the worker is to stop
  if (!early.empty()) decode(early);
  if (c_->close) {
    on_nginx_close();
  } else {
    read();
  }
  settle();
}

// ---- nginx's events ----

void Connection::on_read_event(ngx_event_t* event) noexcept {
  auto* c = static_cast<ngx_connection_t*>(event->data);
  auto& self = *static_cast<Connection*>(c->data);
  if (c->close) {
    self.on_nginx_close();
  } else if (event->timedout) {
    event->timedout = 0;
    self.on_time();
  } else {
    self.read();
  }
  self.settle();
}

void Connection::on_write_event(ngx_event_t* event) noexcept {
  auto* c = static_cast<ngx_connection_t*>(event->data);
  auto& self = *static_cast<Connection*>(c->data);
  self.flush();
  self.settle();
}

// The worker stops: it asks once, and when worker_shutdown_timeout is over it does not ask.
void Connection::on_nginx_close() {
  c_->close = 0;
  if (c_->error) {
    state_ = State::gone;
  } else if (state_ == State::open) {
    on_shutdown();
  }
}

// ---- reading ----

void Connection::read() {
  for (unsigned reads = 0; state_ != State::gone && c_->read->ready; ++reads) {
    if (!pending_.empty() && !reads_while_pending()) break;
    if (reads == reads_in_a_row) {
      ngx_post_event(c_->read, &ngx_posted_next_events);
      break;
    }
    const std::span<std::uint8_t> buffer = Worker::self().read_buffer();
    const ssize_t size = c_->recv(c_, buffer.data(), buffer.size());
    if (size == NGX_AGAIN) break;
    if (size <= 0) {
      state_ = State::gone;
      return;
    }
    const std::span<std::uint8_t> input = buffer.first(static_cast<std::size_t>(size));
    decode(input);
    OPENSSL_cleanse(input.data(), input.size());
  }
  if (state_ != State::gone && ngx_handle_read_event(c_->read, 0) != NGX_OK) state_ = State::gone;
}

void Connection::decode(std::span<std::uint8_t> input) {
  Burst& burst = Worker::self().burst();
  burst.begin(input);
  while (state_ != State::gone) {
    const ws::Event event = decoder_.next(input);
    if (event.kind == ws::Event::Kind::none) break;
    handle(event);
    liveness_.heard(ngx_current_msec, decoder_.in_message());
  }
  burst.end();
  liveness_.heard(ngx_current_msec, decoder_.in_message());
}

void Connection::handle(const ws::Event& event) {
  const bool open = state_ == State::open;
  switch (event.kind) {
    case ws::Event::Kind::data:
      if (open) on_data(event);
      return;
    case ws::Event::Kind::ping:
      if (open && on_control()) write(ws::control_frame(ws::Opcode::pong, event.bytes).bytes());
      return;
    case ws::Event::Kind::close:
      peer_closed_ = true;
      return close(event.code);
    case ws::Event::Kind::fault:
      broken_ = true;
      return close(event.code, event.reason);
    case ws::Event::Kind::pong:
      if (open) on_control();
      return;
    case ws::Event::Kind::none:
      return;
  }
}

// ---- writing ----

void Connection::write(std::span<const std::uint8_t> frames) {
  Worker::self().burst().flush();
  if (state_ != State::open || slow_) return;
  if (!pending_.empty() && pending_.size() + frames.size() > pending_max_) {
    slow_ = true;
    ngx_post_event(c_->write, &ngx_posted_events);
    return;
  }
  put(frames);
}

void Connection::write_text(std::string_view text) {
  std::array<std::uint8_t, ws::server_header_bytes_max + chat::server_frame_bytes_max> buffer;
  std::uint8_t* payload = buffer.data() + ws::server_header_bytes_max;
  std::memcpy(payload, text.data(), text.size());
  const std::uint8_t* frame = ws::write_header_before(payload, text.size(), ws::Opcode::text);
  write({frame, payload + text.size()});
}

// To the socket what it takes, the rest to pending: half a frame must be followed by its other
// half.
void Connection::put(std::span<const std::uint8_t> frames) {
  if (pending_.empty()) {
    frames = frames.subspan(send(frames));
    if (frames.empty() || state_ == State::gone) return;
    taken_at_ms_ = ngx_current_msec;
  }
  if (!pending_.append(frames) || ngx_handle_write_event(c_->write, 0) != NGX_OK) {
    return give_up();
  }
  arm();
}

// Sends what the socket takes, and returns how much that was. OpenSSL takes a call's bytes as a
// whole or not at all, so they go in pieces, or nothing could be forgotten before everything is
// out.
std::size_t Connection::send(std::span<const std::uint8_t> bytes) {
  std::size_t taken = 0;
  while (taken < bytes.size()) {
    const std::size_t piece = std::min(bytes.size() - taken, send_bytes);
    // nginx's send does not write to what it sends.
    const ssize_t sent = c_->send(c_, const_cast<u_char*>(bytes.data() + taken), piece);
    if (sent == NGX_AGAIN) break;
    if (sent <= 0) {
      give_up();
      break;
    }
    taken += static_cast<std::size_t>(sent);
  }
  return taken;
}

void Connection::flush() {
  if (state_ == State::gone || pending_.empty()) return;
  const std::size_t taken = send(pending_.span());
  pending_.drop_front(taken);
  if (taken > 0) taken_at_ms_ = ngx_current_msec;
  if (state_ == State::gone) return;
  if (ngx_handle_write_event(c_->write, 0) != NGX_OK) state_ = State::gone;
  if (pending_.empty() && !reads_while_pending()) read();
}

// ---- the time ----

std::uint64_t Connection::next_deadline_ms() const {
  if (state_ == State::closing) return closing_until_ms_;
  const std::uint64_t own_ms = std::min(liveness_.deadline_ms(location_.times), deadline_ms());
  return pending_.empty() ? own_ms : std::min(own_ms, taken_at_ms_ + unread_ms);
}

// A timer that goes off too early costs one look, so it is only ever moved to an earlier time.
// (nginx leaves a timer where it is for less than 300 ms.)
void Connection::arm() {
  if (state_ == State::gone) return;
  const std::uint64_t deadline_ms = next_deadline_ms();
  if (c_->read->timer_set && c_->read->timer.key <= deadline_ms) return;
  const std::uint64_t now_ms = ngx_current_msec;
  ngx_add_timer(c_->read, deadline_ms > now_ms ? deadline_ms - now_ms : 0);
}

void Connection::on_time() {
  const std::uint64_t now_ms = ngx_current_msec;
  if (state_ == State::closing) {
    if (now_ms < closing_until_ms_) return;
    c_->timedout = 1;
    state_ = State::gone;
    return;
  }
  if (!pending_.empty() && now_ms >= taken_at_ms_ + unread_ms) {
    return close(ws::CloseCode::too_slow);
  }
  switch (liveness_.due(now_ms, location_.times)) {
    case ws::Liveness::Due::nothing:
      break;
    case ws::Liveness::Due::ping:
      write(ws::control_frame(ws::Opcode::ping, {}).bytes());
      break;
    case ws::Liveness::Due::dead:
      c_->timedout = 1;
      state_ = State::gone;
      return;
    case ws::Liveness::Due::stalled:
      return close(ws::CloseCode::policy, "the message did not end in time");
  }
  if (state_ == State::open && now_ms >= deadline_ms()) on_due();
}

// ---- the end ----

void Connection::close(ws::CloseCode code, std::string_view reason) {
  if (state_ != State::open) return;
  closed_with_ = code;
  Worker::self().burst().flush();
  leave();
  put(ws::close_frame(code, reason).bytes());
  if (state_ == State::gone) return;
  state_ = State::closing;
  closing_until_ms_ = ngx_current_msec + closing_ms;
}

void Connection::leave() {
  if (left_) return;
  left_ = true;
  on_end();
}

// From wherever the failure was met: the end itself comes in our own event.
void Connection::give_up() {
  state_ = State::gone;
  ngx_post_event(c_->write, &ngx_posted_events);
}

// The last thing in each event of ours: destroys, or sees to the next event.
void Connection::settle() {
  if (slow_) {
    slow_ = false;
    close(ws::CloseCode::too_slow);
  }
  if (state_ == State::closing && pending_.empty()) {
    if (peer_closed_) {
      state_ = State::gone;
    } else if (broken_ && !half_closed_) {
      half_close();
    }
  }
  if (state_ == State::gone) {
    leave();
    return destroy();
  }
  arm();
}

// Our end goes first, so that the peer sees the Close and then the end; what it still sends is read
// away, or a reset would overtake the Close.
void Connection::half_close() {
  half_closed_ = true;
  if (c_->ssl != nullptr) {
    SSL_shutdown(c_->ssl->connection);  // close_notify, if the socket takes it
    ERR_clear_error();
  }
  ngx_shutdown_socket(c_->fd, NGX_WRITE_SHUTDOWN);
}

void Connection::destroy() {
  on_gone();
  pending_.clear();
  Worker::self().ended();
  ngx_http_close_connection(c_);  // with its pool, where this lies
}

}  // namespace nginx
