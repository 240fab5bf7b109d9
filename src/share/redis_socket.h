// A non-blocking socket to a server: TCP or Unix, with TLS if asked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "share/redis_settings.h"

struct ssl_ctx_st;
struct ssl_st;

namespace share {

// A context for connections with TLS 1.2 and 1.3 that trusts `settings.ca`, or what the system
// trusts. Null, and `why` says why.
ssl_ctx_st* make_redis_tls(const RedisSettings& settings, const char*& why);
void free_redis_tls(ssl_ctx_st* tls);

class RedisSocket {
 public:
  RedisSocket() = default;
  ~RedisSocket() { close(); }
  RedisSocket(const RedisSocket&) = delete;
  RedisSocket& operator=(const RedisSocket&) = delete;

  // Begins to connect. False: reason() says why. `tls` null: plain. REQUIRES: it is closed.
  bool open(const RedisAddress& address, ssl_ctx_st* tls, const RedisSettings& settings);
  void close();
  bool is_open() const { return fd_ >= 0; }
  int fd() const { return fd_; }

  enum class Outcome : std::uint8_t {
    done,
    again,  // when the socket is ready for it
    failed  // reason() says why
  };
  // Goes on to connect, and with TLS to shake hands.
  Outcome connect();
  // Reads up to all of `into`; `size` says how much.
  Outcome read(std::span<std::uint8_t> into, std::size_t& size);
  // Writes some of `bytes`; `size` says how much.
  Outcome write(std::span<const std::uint8_t> bytes, std::size_t& size);

  // What it waits for when it is to go on. With TLS reading may have to wait until something can be
  // written, and the other way round; without it connecting and writing wait for the latter, and
  // reading for the former.
  bool connect_wants_write() const { return connect_wants_write_; }
  bool read_wants_write() const { return read_wants_write_; }
  bool write_wants_read() const { return write_wants_read_; }
  // A short text, valid until the next call.
  const char* reason() const { return reason_; }

 private:
  bool begin_tls(ssl_ctx_st* tls, const RedisSettings& settings, const RedisAddress& address);
  Outcome plain_outcome(long result, std::size_t& size);
  Outcome tls_outcome(int result, bool& wants_write, bool& wants_read);
  Outcome fail(const char* reason);

  int fd_ = -1;
  ssl_st* ssl_ = nullptr;
  bool connected_ = false;
  bool connect_wants_write_ = true;
  bool read_wants_write_ = false;
  bool write_wants_read_ = false;
  const char* reason_ = "";
};

}  // namespace share
