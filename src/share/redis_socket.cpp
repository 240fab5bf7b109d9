#include "share/redis_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>

namespace share {

namespace {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

bool make_unix_address(const char* path, SocketAddress& out) {
  auto& address = reinterpret_cast<sockaddr_un&>(out.storage);
  const std::size_t size = std::strlen(path);
  if (size >= sizeof(address.sun_path)) return false;
  address.sun_family = AF_UNIX;
  std::copy(path, path + size + 1, address.sun_path);
  out.size = sizeof(address);
  return true;
}

bool make_address(const RedisAddress& from, SocketAddress& out) {
  if (from.port == 0) return make_unix_address(from.host, out);
  auto& v4 = reinterpret_cast<sockaddr_in&>(out.storage);
  if (inet_pton(AF_INET, from.host, &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(from.port);
    out.size = sizeof(v4);
    return true;
  }
  auto& v6 = reinterpret_cast<sockaddr_in6&>(out.storage);
  if (inet_pton(AF_INET6, from.host, &v6.sin6_addr) != 1) return false;
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(from.port);
  out.size = sizeof(v6);
  return true;
}

// OpenSSL's first word on what went wrong.
const char* tls_reason() {
  const unsigned long error = ERR_peek_error();
  const char* reason = error == 0 ? nullptr : ERR_reason_error_string(error);
  ERR_clear_error();
  return reason == nullptr ? "TLS failed" : reason;
}

}  // namespace

// ---- TLS ----

ssl_ctx_st* make_redis_tls(const RedisSettings& settings, const char*& why) {
  ERR_clear_error();
  SSL_CTX* tls = SSL_CTX_new(TLS_client_method());
  if (tls != nullptr && SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION) == 1) {
    SSL_CTX_set_verify(tls, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_options(tls, SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    const int trusts = settings.ca != nullptr ? SSL_CTX_load_verify_file(tls, settings.ca)
                                              : SSL_CTX_set_default_verify_paths(tls);
    if (trusts == 1) return tls;
  }
  why = tls_reason();
  SSL_CTX_free(tls);
  return nullptr;
}

void free_redis_tls(ssl_ctx_st* tls) {
  SSL_CTX_free(tls);
}

// The certificate must be of the name, or of the address if that is all we know.
bool RedisSocket::begin_tls(ssl_ctx_st* tls, const RedisSettings& settings,
                            const RedisAddress& address) {
  ERR_clear_error();
  ssl_ = SSL_new(tls);
  if (ssl_ == nullptr || SSL_set_fd(ssl_, fd_) != 1) return false;
  SSL_set_connect_state(ssl_);
  std::array<char, 256> name{};
  const std::size_t size = settings.server_name.copy(name.data(), name.size() - 1);
  X509_VERIFY_PARAM* verify = SSL_get0_param(ssl_);
  if (size == 0 || X509_VERIFY_PARAM_set1_ip_asc(verify, name.data()) == 1) {
    return size > 0 || X509_VERIFY_PARAM_set1_ip_asc(verify, address.host) == 1;
  }
  ERR_clear_error();  // it is no address
  return SSL_set1_host(ssl_, name.data()) == 1 && SSL_set_tlsext_host_name(ssl_, name.data()) == 1;
}

// ---- life ----

bool RedisSocket::open(const RedisAddress& address, ssl_ctx_st* tls,
                       const RedisSettings& settings) {
  connect_wants_write_ = true;
  read_wants_write_ = write_wants_read_ = false;
  connected_ = false;
  SocketAddress to;
  if (!make_address(address, to)) return fail("not an address"), false;
  fd_ = socket(to.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0) return fail(std::strerror(errno)), false;
  if (address.port != 0) {
    const int on = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  }
  if (tls != nullptr && !begin_tls(tls, settings, address)) {
    fail(tls_reason());
    close();
    return false;
  }
  // EAGAIN: the backlog of a Unix socket is full.
  if (::connect(fd_, to.get(), to.size) == 0 || errno == EINPROGRESS) return true;
  fail(std::strerror(errno));
  close();
  return false;
}

void RedisSocket::close() {
  SSL_free(ssl_);
  ssl_ = nullptr;
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

RedisSocket::Outcome RedisSocket::fail(const char* reason) {
  reason_ = reason;
  return Outcome::failed;
}

RedisSocket::Outcome RedisSocket::connect() {
  if (!connected_) {
    int error = 0;
    socklen_t size = sizeof(error);
    if (getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
    if (error != 0) return fail(std::strerror(error));
    connected_ = true;
  }
  connect_wants_write_ = false;
  if (ssl_ == nullptr) return Outcome::done;
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_);
  const long verified = SSL_get_verify_result(ssl_);
  bool wants_read = false;
  const Outcome outcome = tls_outcome(result, connect_wants_write_, wants_read);
  if (outcome == Outcome::failed && verified != X509_V_OK) {
    reason_ = X509_verify_cert_error_string(verified);
  }
  return outcome;
}

// ---- bytes ----

RedisSocket::Outcome RedisSocket::read(std::span<std::uint8_t> into, std::size_t& size) {
  size = 0;
  if (ssl_ == nullptr) return plain_outcome(recv(fd_, into.data(), into.size(), 0), size);
  ERR_clear_error();
  const int result = SSL_read_ex(ssl_, into.data(), into.size(), &size);
  bool wants_read = false;
  return tls_outcome(result, read_wants_write_, wants_read);
}

RedisSocket::Outcome RedisSocket::write(std::span<const std::uint8_t> bytes, std::size_t& size) {
  size = 0;
  if (ssl_ == nullptr) {
    return plain_outcome(send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL), size);
  }
  ERR_clear_error();
  const int result = SSL_write_ex(ssl_, bytes.data(), bytes.size(), &size);
  bool wants_write = false;
  return tls_outcome(result, wants_write, write_wants_read_);
}

RedisSocket::Outcome RedisSocket::plain_outcome(long result, std::size_t& size) {
  if (result > 0) {
    size = static_cast<std::size_t>(result);
    return Outcome::done;
  }
  if (result == 0) return fail("it closed the connection");
  if (errno == EAGAIN || errno == EINTR) return Outcome::again;
  return fail(std::strerror(errno));
}

RedisSocket::Outcome RedisSocket::tls_outcome(int result, bool& wants_write, bool& wants_read) {
  wants_write = wants_read = false;
  switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_NONE:
      return Outcome::done;
    case SSL_ERROR_WANT_READ:
      wants_read = true;
      return Outcome::again;
    case SSL_ERROR_WANT_WRITE:
      wants_write = true;
      return Outcome::again;
    case SSL_ERROR_ZERO_RETURN:
      return fail("it closed the connection");
    case SSL_ERROR_SYSCALL:
      return fail(errno != 0 ? std::strerror(errno) : "it closed the connection");
    default:
      return fail(tls_reason());
  }
}

}  // namespace share
