#include "bench/client.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "bench/fail.h"

namespace bench {

namespace {

// The sample of RFC 6455 section 1.3 and its answer, which the bare relay knows by heart.
constexpr std::string_view sample_key = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr std::string_view sample_accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

// Any will do: it is the server's work that is measured, not our secrecy.
constexpr std::array<char, 4> mask = {'\x5a', '\x17', '\x3c', '\x71'};

constexpr time_t answer_s = 20;  // a server that takes longer while we wait has stalled

constexpr unsigned char text_opcode = 0x81;  // with FIN
constexpr unsigned char mask_bit = 0x80;
constexpr unsigned char length_16 = 126;  // two bytes of length follow
constexpr unsigned char length_64 = 127;

unsigned char byte(char c) {
  return static_cast<unsigned char>(c);
}

void set(int fd, int level, int option, int value) {
  if (setsockopt(fd, level, option, &value, sizeof value) != 0) {
    fail("setsockopt: %s", std::strerror(errno));
  }
}

sockaddr_in loopback(std::uint32_t host, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl((INADDR_LOOPBACK & 0xff000000U) | host);
  return address;
}

}  // namespace

Client::Client(const Target& target, unsigned number) : number_(number) {
  connect(target);
  if (target.tls) secure(target.tls.get());
  upgrade(target.path);
}

// Without a Close frame and without TLS's goodbye: this is somebody who goes out of reach.
Client::~Client() {
  SSL_free(ssl_);
  close(fd_);
}

void Client::connect(const Target& target) {
  fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd_ < 0) fail("socket %u: %s", number_, std::strerror(errno));
  set(fd_, IPPROTO_TCP, TCP_NODELAY, 1);
  set(fd_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
  const timeval patience{answer_s, 0};
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);

  const sockaddr_in own = loopback((1U << 16) + number_, 0);  // 127.1.x.y
  const sockaddr_in server = loopback(INADDR_LOOPBACK & 0xffU, target.port);
  if (bind(fd_, reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0) {
    fail("bind %u: %s", number_, std::strerror(errno));
  }
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&server), sizeof server) != 0) {
    fail("connect %u to port %u: %s", number_, target.port, std::strerror(errno));
  }
}

void Client::secure(SSL_CTX* context) {
  ssl_ = SSL_new(context);
  if (ssl_ == nullptr || SSL_set_fd(ssl_, fd_) != 1 || SSL_connect(ssl_) != 1) {
    fail("client %u: TLS: %s", number_, ERR_error_string(ERR_get_error(), nullptr));
  }
}

void Client::upgrade(const std::string& path) {
  send("GET " + path +
       " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
       "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: chat.v1\r\nSec-WebSocket-Key: " +
       std::string(sample_key) + "\r\n\r\n");
  std::size_t head = std::string_view::npos;
  while (head == std::string_view::npos) {
    fill();
    head = std::string_view(inbox_.data(), end_).find("\r\n\r\n");
  }
  const std::string_view answer(inbox_.data(), head);
  if (!answer.starts_with("HTTP/1.1 101 ") || answer.find(sample_accept) == answer.npos) {
    fail("client %u was not upgraded: %.*s", number_, static_cast<int>(head), inbox_.data());
  }
  begin_ = head + 4;
}

std::string Client::cipher() const {
  if (ssl_ == nullptr) return {};
  return std::string(SSL_get_version(ssl_)) + " " + SSL_get_cipher_name(ssl_);
}

void Client::stop_blocking() {
  if (fcntl(fd_, F_SETFL, O_NONBLOCK) != 0) fail("fcntl: %s", std::strerror(errno));
  blocking_ = false;
}

// ---- reading ----

// As recv does; -1 with EAGAIN also when TLS has no whole record yet.
std::ptrdiff_t Client::receive(char* to, std::size_t size) {
  if (ssl_ == nullptr) return recv(fd_, to, size, 0);
  ERR_clear_error();
  const int got = SSL_read(ssl_, to, static_cast<int>(size));
  if (got > 0) return got;
  if (SSL_get_error(ssl_, got) == SSL_ERROR_WANT_READ) {
    errno = EAGAIN;
    return -1;
  }
  return 0;
}

bool Client::fill() {
  std::memmove(inbox_.data(), inbox_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  const std::ptrdiff_t got = receive(inbox_.data() + end_, inbox_.size() - end_);
  if (got > 0) {
    end_ += static_cast<std::size_t>(got);
    return true;
  }
  if (got < 0 && errno == EAGAIN && !blocking_) return false;
  if (got < 0 && errno == EAGAIN) fail("client %u: no answer in %ld s", number_, answer_s);
  fail("client %u: the server has closed the connection", number_);
}

bool Client::has_more() const {
  return ssl_ != nullptr && SSL_pending(ssl_) > 0;
}

std::optional<std::string_view> Client::take() {
  char* frame = inbox_.data() + begin_;
  const std::size_t here = end_ - begin_;
  if (here < 2) return {};
  const bool masked = (byte(frame[1]) & mask_bit) != 0;
  const unsigned form = byte(frame[1]) & ~unsigned{mask_bit};
  if (byte(frame[0]) != text_opcode || form == length_64) {
    fail("client %u: a frame that begins with %02x %02x", number_, byte(frame[0]), byte(frame[1]));
  }
  std::size_t header = 2;
  std::size_t size = form;
  if (form == length_16) {
    header += 2;
    if (here < header) return {};
    size = byte(frame[2]) * 256U + byte(frame[3]);
  }
  if (masked) header += mask.size();
  if (header + size > inbox_.size()) fail("client %u: a frame of %zu bytes", number_, size);
  if (here < header + size) return {};

  char* message = frame + header;
  const char* key = message - mask.size();
  for (std::size_t i = 0; masked && i < size; ++i) {
    message[i] = static_cast<char>(message[i] ^ key[i % mask.size()]);
  }
  begin_ += header + size;
  return std::string_view(message, size);
}

std::string_view Client::await() {
  for (;;) {
    if (const auto message = take()) return *message;
    fill();
  }
}

// ---- writing ----

void Client::append_frame(std::string& frames, std::string_view message) {
  frames += static_cast<char>(text_opcode);
  frames += static_cast<char>(mask_bit | message.size());
  frames.append(mask.data(), mask.size());
  for (std::size_t i = 0; i < message.size(); ++i) {
    frames += static_cast<char>(message[i] ^ mask[i % mask.size()]);
  }
}

void Client::send(std::string_view frames) {
  const std::ptrdiff_t sent = ssl_ == nullptr
                                  ? ::send(fd_, frames.data(), frames.size(), MSG_NOSIGNAL)
                                  : SSL_write(ssl_, frames.data(), static_cast<int>(frames.size()));
  // So little is under way that a socket always has room for it.
  if (sent != static_cast<std::ptrdiff_t>(frames.size())) {
    fail("client %u: the server takes no more", number_);
  }
}

}  // namespace bench
