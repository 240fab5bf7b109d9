// A socket with TLS, against another end in the same process: in each state it says what it waits
// for, and whoever waits for that gets everything through.
#include "share/redis_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "unit.h"

namespace {

using share::RedisSocket;
using Outcome = RedisSocket::Outcome;

// A certificate of 127.0.0.1 that vouches for itself, in memory and in a file.
struct Certificate {
  Certificate() {
    X509_set_version(x509, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509), -60);
    X509_gmtime_adj(X509_getm_notAfter(x509), 3600);
    X509_set_pubkey(x509, key);
    X509_EXTENSION* name =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1");
    assert_int_equal(X509_add_ext(x509, name, -1), 1);
    X509_EXTENSION_free(name);
    assert_true(X509_sign(x509, key, EVP_sha256()) > 0);
    const int fd = mkstemp(path);
    FILE* file = fdopen(fd, "w");
    assert_int_equal(PEM_write_X509(file, x509), 1);
    std::fclose(file);
  }
  ~Certificate() {
    unlink(path);
    X509_free(x509);
    EVP_PKEY_free(key);
  }
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;

  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* x509 = X509_new();
  char path[32] = "/tmp/chat-certificate-XXXXXX";
};

// Listens, and speaks TLS with whoever comes, when it is told to.
class Server {
 public:
  Server() : tls_(SSL_CTX_new(TLS_server_method())) {
    assert_int_equal(SSL_CTX_use_certificate(tls_, certificate.x509), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey(tls_, certificate.key), 1);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* any = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof(address);
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    assert_int_equal(bind(listener_, any, size), 0);
    assert_int_equal(listen(listener_, 1), 0);
    assert_int_equal(getsockname(listener_, any, &size), 0);
    port = ntohs(address.sin_port);
  }
  ~Server() {
    SSL_free(ssl_);
    SSL_CTX_free(tls_);
    close(listener_);
    if (fd_ != -1) close(fd_);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Goes on with what there is to do.
  void turn() {
    if (fd_ == -1) {
      fd_ = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
      if (fd_ == -1) return;
      ssl_ = SSL_new(tls_);
      SSL_set_fd(ssl_, fd_);
      SSL_set_accept_state(ssl_);
    }
    if (SSL_do_handshake(ssl_) != 1 || !reads) return;
    std::uint8_t bytes[16 * 1024];
    for (int size = 0; (size = SSL_read(ssl_, bytes, sizeof(bytes))) > 0;) {
      heard.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    }
  }
  bool is_connected() const { return ssl_ != nullptr && SSL_is_init_finished(ssl_) == 1; }
  // Wants new keys from the other end, which has to say something for that; then says a word.
  void renews_keys_and_says(std::string_view word) {
    assert_int_equal(SSL_key_update(ssl_, SSL_KEY_UPDATE_REQUESTED), 1);
    assert_int_equal(SSL_write(ssl_, word.data(), static_cast<int>(word.size())), word.size());
  }

  const Certificate certificate;
  std::uint16_t port = 0;
  bool reads = true;
  std::string heard;

 private:
  SSL_CTX* tls_;
  int listener_ = -1, fd_ = -1;
  SSL* ssl_ = nullptr;
};

// Which of `events` has come, as poll(2) has it.
short come(const RedisSocket& socket, short events) {
  pollfd ready{socket.fd(), events, 0};
  poll(&ready, 1, 10);
  return ready.revents;
}

struct Scene {
  Scene() {
    settings.tls = true;
    settings.server_name = "127.0.0.1";
    settings.ca = server.certificate.path;
    const char* why = "";
    tls = share::make_redis_tls(settings, why);
    assert_non_null(tls);
    assert_true(socket.open({"127.0.0.1", server.port}, tls, settings));
  }
  ~Scene() {
    socket.close();
    share::free_redis_tls(tls);
  }
  // Waits for what the socket says that it waits for, and for nothing else.
  void connects() {
    for (Outcome outcome = Outcome::again; outcome != Outcome::done;) {
      server.turn();
      if (come(socket, socket.connect_wants_write() ? POLLOUT : POLLIN) == 0) continue;
      outcome = socket.connect();
      assert_true(outcome != Outcome::failed);
    }
    assert_false(socket.connect_wants_write());
    while (!server.is_connected()) server.turn();
  }
  // Until nothing more fits. Gives how much was written.
  std::size_t fills() {
    for (;;) {
      std::size_t size = 0;
      const Outcome outcome = socket.write(rest(), size);
      assert_true(outcome != Outcome::failed);
      written += size;
      if (outcome == Outcome::again) return written;
    }
  }
  void reads() {
    std::array<std::uint8_t, 100> bytes;
    std::size_t size = 0;
    const Outcome outcome = socket.read(bytes, size);
    assert_true(outcome != Outcome::failed);
    heard.append(reinterpret_cast<const char*>(bytes.data()), size);
  }
  std::span<const std::uint8_t> rest() const {
    return {reinterpret_cast<const std::uint8_t*>(text.data()) + written, text.size() - written};
  }
  // As RedisConnection does.
  void turn() {
    const bool writing =
        socket.read_wants_write() || (!rest().empty() && !socket.write_wants_read());
    const short events = come(socket, static_cast<short>(POLLIN | (writing ? POLLOUT : 0)));
    const bool can_read = (events & POLLIN) != 0, can_write = (events & POLLOUT) != 0;
    if (can_read || (can_write && socket.read_wants_write())) reads();
    if (rest().empty() || !(can_write || (can_read && socket.write_wants_read()))) return;
    std::size_t size = 0;
    assert_true(socket.write(rest(), size) != Outcome::failed);
    written += size;
  }

  Server server;
  share::RedisSettings settings;
  ssl_ctx_st* tls = nullptr;
  RedisSocket socket;
  const std::string text = std::string(8 * 1024 * 1024, 'x');
  std::size_t written = 0;
  std::string heard;
};

void test_it_shakes_hands_waiting_for_what_it_says(void**) {
  Scene s;
  assert_true(s.socket.connect_wants_write());
  s.connects();
  s.reads();
  assert_true(s.heard.empty());
  assert_false(s.socket.read_wants_write() || s.socket.write_wants_read());
}

void test_new_keys_get_through_a_full_socket(void**) {
  Scene s;
  s.connects();
  s.server.reads = false;
  s.fills();
  assert_false(s.socket.write_wants_read());
  s.server.renews_keys_and_says("hello");
  while (come(s.socket, POLLIN) == 0) {
  }
  s.reads();
  s.server.reads = true;
  while (s.heard != "hello" || s.server.heard.size() < s.text.size()) {
    s.server.turn();
    s.turn();
  }
  assert_true(s.server.heard == s.text);
  assert_false(s.socket.read_wants_write() || s.socket.write_wants_read());
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_it_shakes_hands_waiting_for_what_it_says),
      cmocka_unit_test(test_new_keys_get_through_a_full_socket),
  };
  return cmocka_run_group_tests_name("redis_socket", tests, nullptr, nullptr);
}
