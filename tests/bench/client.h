// One WebSocket connection of the load generator, plain or over TLS. Whatever a server does that a
// healthy one does not (refuse, close, stall, break a frame) ends the process with a sentence: a
// figure taken from half a bench would be worth nothing.
#pragma once

#include <openssl/types.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace bench {

// Where to connect to: a port of 127.0.0.1.
struct Target {
  std::uint16_t port = 0;
  std::string path = "/";
  std::shared_ptr<SSL_CTX> tls;  // null: plain
};

class Client {
 public:
  // Connects and upgrades to chat.v1; blocks until the 101 is here. Every `number` has an address
  // of its own in 127.0.0.0/8, as two strangers have: neither the ephemeral ports nor a limit for
  // one address ends a crowd. REQUIRES: number < number_end.
  Client(const Target& target, unsigned number);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  static constexpr unsigned number_end = 1U << 16;

  int fd() const { return fd_; }
  // The TLS version and cipher in use; empty when plain.
  std::string cipher() const;

  // From here on `fill` does not wait.
  void stop_blocking();
  // Reads once what has come. False: nothing has.
  bool fill();
  // Whether OpenSSL holds bytes that the socket no longer tells of.
  bool has_more() const;
  // The next text message that is here whole; good until the next `fill`. Masked or not: the bare
  // relay passes on what a client sent, the module unmasks it. The frame needs no other than the
  // two shorter forms of length.
  std::optional<std::string_view> take();
  // The same, waits for it. REQUIRES: still blocking.
  std::string_view await();

  // Sends frames in one write.
  void send(std::string_view frames);
  // A masked text frame of `message` at the end of `frames`. REQUIRES: message.size() < 126.
  static void append_frame(std::string& frames, std::string_view message);

 private:
  static constexpr std::size_t inbox_bytes = 4096;

  void connect(const Target& target);
  void secure(SSL_CTX* context);
  void upgrade(const std::string& path);
  std::ptrdiff_t receive(char* to, std::size_t size);

  const unsigned number_;
  int fd_ = -1;
  bool blocking_ = true;
  SSL* ssl_ = nullptr;
  std::array<char, inbox_bytes> inbox_;
  std::size_t begin_ = 0;  // [begin_, end_) of the inbox is not taken yet
  std::size_t end_ = 0;
};

}  // namespace bench
