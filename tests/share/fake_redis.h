// A server that speaks Redis' protocol and answers calls of scripts with whatever a test wants, in
// the test's own loop.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "poll_loop.h"
#include "share/redis_reader.h"
#include "share/redis_settings.h"
#include "unit.h"

class FakeRedis final : private share::Watcher {
 public:
  explicit FakeRedis(PollLoop& loop) : loop_(loop) {
    char folder[] = "/tmp/chat-redis-XXXXXX";
    assert_non_null(mkdtemp(folder));
    folder_ = folder;
    socket_ = folder_ + "/redis.sock";
    fd_ = socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket_.copy(address.sun_path, sizeof(address.sun_path) - 1);
    assert_int_equal(bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    assert_int_equal(listen(fd_, 8), 0);
    watch_ = loop_.watch(fd_, *this);
    loop_.want(*watch_, true, false);
  }
  ~FakeRedis() {
    for (Client* client : clients_) delete client;
    loop_.forget(*watch_);
    close(fd_);
    std::filesystem::remove_all(folder_);
  }
  FakeRedis(const FakeRedis&) = delete;
  FakeRedis& operator=(const FakeRedis&) = delete;

  // They refer to the server.
  share::RedisSettings settings() const {
    share::RedisSettings settings;
    settings.addresses[0] = {socket_.c_str(), 0};
    settings.addresses_size = 1;
    return settings;
  }

  std::string answer = "*0\r\n";    // to every call, as it goes over the line
  std::vector<std::string> called;  // the words of the last call

 private:
  class Client final : private share::Watcher {
   public:
    Client(FakeRedis& server, int fd) : server_(server), fd_(fd) {
      assert_true(reader_.open());
      watch_ = server_.loop_.watch(fd, *this);
      server_.loop_.want(*watch_, true, false);
    }
    ~Client() {
      server_.loop_.forget(*watch_);
      close(fd_);
    }

   private:
    void on_readable() override {
      std::array<std::uint8_t, 4096> bytes;
      const ssize_t size = read(fd_, bytes.data(), bytes.size());
      if (size <= 0) {
        server_.loop_.want(*watch_, false, false);
        return;
      }
      assert_true(reader_.feed(std::span(bytes).first(static_cast<std::size_t>(size))));
      for (;;) {
        redisReply* command = nullptr;
        assert_true(reader_.next(command));
        if (command == nullptr) return;
        say(server_.answer_to(*command));
        freeReplyObject(command);
      }
    }
    void on_writable() override {}
    void say(const std::string& text) const {
      assert_int_equal(send(fd_, text.data(), text.size(), MSG_NOSIGNAL), text.size());
    }

    FakeRedis& server_;
    const int fd_;
    share::RedisReader reader_;
    share::Loop::Watch* watch_;
  };

  void on_readable() override {
    const int fd = accept(fd_, nullptr, nullptr);
    assert_true(fd != -1);
    clients_.push_back(new Client(*this, fd));
  }
  void on_writable() override {}

  std::string answer_to(const redisReply& command) {
    const std::string_view word = share::text_of(command.element[0]);
    if (word == "PING") return "+PONG\r\n";
    if (word != "EVALSHA") return "$1\r\n!\r\n";
    called.clear();
    for (std::size_t i = 0; i < command.elements; ++i) {
      called.emplace_back(share::text_of(command.element[i]));
    }
    return answer;
  }

  PollLoop& loop_;
  std::string folder_, socket_;
  int fd_;
  share::Loop::Watch* watch_;
  std::vector<Client*> clients_;
};
