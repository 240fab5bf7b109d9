// What one worker process has once: the buffer that everything is read into, the burst, randomness,
// the loop, and a house for each zone.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "chat/outlet.h"
#include "nginx/bounds.h"
#include "nginx/burst.h"
#include "nginx/loop.h"
#include "nginx/ngx.h"
#include "share/bytes.h"

namespace nginx {

class Worker final : public chat::Outlet, public chat::Random {
 public:
  // Makes the worker of this process, and a house for each zone of the configuration. False: out of
  // memory.
  static bool start(ngx_cycle_t* cycle);
  // Gives the places in the zones back, and the houses' memory if everybody has left.
  static void stop(ngx_cycle_t* cycle);
  static Worker& self();

  // Where to read into; in front of it there is room for a header. To be wiped after use.
  std::span<std::uint8_t> read_buffer() {
    return {buffer_.data() + share::Bytes::room, read_bytes};
  }
  Burst& burst() { return burst_; }

  // A connection has begun, has ended; when many have, their memory is given back to the system.
  void begun() { ++connections_; }
  void ended();

  void send(chat::Session& to, std::string_view frame) override;
  void relay(chat::Session& to, std::span<std::uint8_t> frame) override;
  void close(chat::Session& of, chat::Ending why) override;
  void reschedule(chat::Session& of) override;
  std::uint64_t next() override;

 private:
  static void trim(ngx_event_t* event) noexcept;

  std::array<std::uint8_t, share::Bytes::room + read_bytes> buffer_;
  Burst burst_;
  Loop loop_;
  std::array<std::uint64_t, 32> random_;
  std::size_t random_left_ = 0;
  std::size_t connections_ = 0;
  std::size_t ended_ = 0;  // since memory was given back
  ngx_event_t trim_{};
};

}  // namespace nginx
