// A WebSocket connection over an ngx_connection_t whose HTTP request is gone: reads into the
// worker's buffer, decodes, writes, keeps what the socket does not take, minds silence, closes.
//
// Lifetime: it lies in the connection's pool and goes with it. Only its own event handler destroys
// it, at the end, so whoever writes to it from elsewhere never sees it vanish.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "nginx/location.h"
#include "nginx/ngx.h"
#include "share/bytes.h"
#include "ws/close.h"
#include "ws/decoder.h"
#include "ws/encoder.h"
#include "ws/liveness.h"

namespace nginx {

class Connection {
 public:
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Takes the connection's events over and handles `early`, the bytes that came right behind the
  // request; in front of them there is room for a header.
  void start(std::span<std::uint8_t> early);

  // Sends whole frames, or keeps what the socket does not take; too much of that closes with 4001,
  // later and by itself.
  void write(std::span<const std::uint8_t> frames);
  // Sends a text message.
  void write_text(std::string_view text);
  // Sends a Close behind everything that was written, and ends the connection when the peer has
  // answered, or after a while.
  void close(ws::CloseCode code, std::string_view reason = {});

 protected:
  // A message may have `message_max` bytes; `pending_max` bytes may wait for the socket, and what
  // one read gives beside.
  Connection(ngx_connection_t* c, const Location& location, std::size_t message_max,
             std::size_t pending_max);
  ~Connection() = default;

  // A part of a message, or all of it, in the worker's buffer or in `early`.
  virtual void on_data(const ws::Event& event) = 0;
  // A ping or a pong came. False: it was one too many.
  virtual bool on_control() { return true; }
  // nginx wants this worker to stop.
  virtual void on_shutdown() = 0;
  // The connection ends, for whatever reason; called once, and nothing that is written after it is
  // sent.
  virtual void on_end() = 0;
  // The connection is gone: its socket closes now, which may be a while after on_end.
  virtual void on_gone() {}
  // A time of its own, and what to do then.
  virtual std::uint64_t deadline_ms() const { return UINT64_MAX; }
  virtual void on_due() {}
  // Whether to read on while output is pending.
  virtual bool reads_while_pending() const { return true; }

  // The code that it is closed with, by whoever was first; none: it was cut, or no code was given.
  ws::CloseCode closed_with() const { return closed_with_; }
  // Wakes up no later than at deadline_ms().
  void arm();
  const Location& location() const { return location_; }

 private:
  enum class State : std::uint8_t {
    open,
    closing,  // our Close is written; input is read only to find the peer's
    gone,     // to be destroyed
  };

  static void on_read_event(ngx_event_t* event) noexcept;
  static void on_write_event(ngx_event_t* event) noexcept;

  void read();
  void decode(std::span<std::uint8_t> input);
  void handle(const ws::Event& event);
  void put(std::span<const std::uint8_t> frames);
  std::size_t send(std::span<const std::uint8_t> bytes);
  void flush();
  void half_close();
  void on_time();
  void on_nginx_close();
  void settle();
  void leave();
  void give_up();
  void destroy();
  std::uint64_t next_deadline_ms() const;

  ngx_connection_t* c_;
  const Location& location_;
  const std::size_t pending_max_;
  ws::Decoder decoder_;
  ws::Liveness liveness_;
  share::Bytes pending_;
  std::uint64_t closing_until_ms_ = 0;
  std::uint64_t taken_at_ms_ = 0;  // when the socket last took some of pending, or pending began
  State state_ = State::open;
  ws::CloseCode closed_with_ = ws::CloseCode::none;
  bool left_ = false;         // on_end was called
  bool slow_ = false;         // pending went over its bound: close with 4001 in an event of our own
  bool peer_closed_ = false;  // the peer's Close came
  bool broken_ = false;  // the input makes no sense any more, no Close of the peer will be seen
  bool half_closed_ = false;  // nothing more can be sent
};

}  // namespace nginx
