// Somebody who listens where Redis should, and answers whatever the test says.
#pragma once

#include <arpa/inet.h>
#include <hiredis/hiredis.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <list>
#include <string>
#include <utility>
#include <vector>

#include "share/loop.h"
#include "share/redis_settings.h"
#include "unit.h"

class FakeRedis final : private share::Watcher {
 public:
  using Words = std::vector<std::string>;

  // At a port of 127.0.0.1.
  explicit FakeRedis(share::Loop& loop) : loop_(loop) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* any = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof(address);
    fd_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd_, any, size), 0);
    assert_int_equal(getsockname(fd_, any, &size), 0);
    assert_int_equal(listen(fd_, 64), 0);
    port = ntohs(address.sin_port);
    watch_ = loop_.watch(fd_, *this);
    loop_.want(*watch_, true, false);
  }
  ~FakeRedis() {
    clients_.clear();
    loop_.forget(*watch_);
    close(fd_);
  }
  FakeRedis(const FakeRedis&) = delete;
  FakeRedis& operator=(const FakeRedis&) = delete;

  share::RedisSettings settings() const {
    share::RedisSettings settings;
    settings.addresses[0] = {"127.0.0.1", port};
    settings.addresses_size = 1;
    return settings;
  }

  // What it answers to a command, as bytes; nothing: it closes the connection.
  std::function<std::string(const Words&)> answer = usual;

  // As Redis greets and takes everything.
  static std::string usual(const Words& words) {
    if (words[0] == "PING") return "+PONG\r\n";
    if (words[0] == "ROLE") return "*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n";
    if (words[0] == "SCRIPT") return "$40\r\n" + std::string(40, 'a') + "\r\n";
    if (words[0] == "SUBSCRIBE") {
      return "*3\r\n$9\r\nsubscribe\r\n" + bulk(words[1]) + ":1\r\n";
    }
    return "+OK\r\n";
  }
  static std::string bulk(const std::string& text) {
    return "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n";
  }

  // Says something unasked: to whoever is subscribed, or to the others.
  void says(const std::string& bytes, bool to_subscribers = false) {
    for (Client& client : clients_) {
      if (client.subscribed == to_subscribers) client.says(bytes);
    }
  }
  // Publishes what a PUBLISH says.
  std::string publishes(const Words& words) {
    says("*3\r\n$7\r\nmessage\r\n" + bulk(words[1]) + bulk(words[2]), true);
    return ":1\r\n";
  }

  std::uint16_t port = 0;
  std::vector<Words> heard;
  unsigned connections = 0;  // that came in all

 private:
  class Client final : private share::Watcher {
   public:
    Client(FakeRedis& of, int fd) : of_(of), fd_(fd), watch_(of.loop_.watch(fd, *this)) {
      of_.loop_.want(*watch_, true, false);
    }
    ~Client() { end(); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    void says(const std::string& bytes) {
      out_ += bytes;
      flush();
    }
    bool subscribed = false;

   private:
    void on_readable() override {
      char bytes[16 * 1024];
      const ssize_t size = recv(fd_, bytes, sizeof(bytes), 0);
      if (size <= 0) return end();
      redisReaderFeed(reader_, bytes, static_cast<std::size_t>(size));
      void* object = nullptr;
      while (fd_ != -1 && redisReaderGetReply(reader_, &object) == REDIS_OK && object != nullptr) {
        auto* command = static_cast<redisReply*>(object);
        Words words;
        for (std::size_t i = 0; i < command->elements; ++i) {
          words.emplace_back(command->element[i]->str, command->element[i]->len);
        }
        freeReplyObject(command);
        of_.heard.push_back(words);
        if (words[0] == "SUBSCRIBE") subscribed = true;
        const std::string bytes_back = of_.answer(words);
        if (bytes_back.empty()) return end();
        says(bytes_back);
      }
    }
    void on_writable() override { flush(); }
    void flush() {
      if (fd_ == -1) return;
      const ssize_t sent = send(fd_, out_.data(), out_.size(), MSG_NOSIGNAL);
      if (sent > 0) out_.erase(0, static_cast<std::size_t>(sent));
      of_.loop_.want(*watch_, true, !out_.empty());
    }
    void end() {
      if (fd_ == -1) return;
      of_.loop_.forget(*watch_);
      close(fd_);
      redisReaderFree(reader_);
      fd_ = -1;
    }

    FakeRedis& of_;
    int fd_;
    share::Loop::Watch* watch_;
    redisReader* reader_ = redisReaderCreate();
    std::string out_;
  };

  void on_readable() override {
    const int fd = accept4(fd_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd == -1) return;
    ++connections;
    clients_.emplace_back(*this, fd);
  }
  void on_writable() override {}

  share::Loop& loop_;
  int fd_ = -1;
  share::Loop::Watch* watch_ = nullptr;
  std::list<Client> clients_;
};
