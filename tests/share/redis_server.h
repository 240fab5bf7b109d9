// A real Redis for a test: on a Unix socket in a folder of its own. It ends with the test, whatever
// becomes of it.
#pragma once

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "share/redis_settings.h"
#include "unit.h"

class RedisServer {
 public:
  RedisServer() {
    char folder[] = "/tmp/chat-redis-XXXXXX";
    assert_non_null(mkdtemp(folder));
    folder_ = folder;
    socket_ = folder_ + "/redis.sock";
    pid_ = fork();
    assert_true(pid_ != -1);
    if (pid_ == 0) run();
  }
  ~RedisServer() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    std::filesystem::remove_all(folder_);
  }
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  // It may take a moment until it can be reached. They refer to the server.
  share::RedisSettings settings() const {
    share::RedisSettings settings;
    settings.addresses[0] = {socket_.c_str(), 0};
    settings.addresses_size = 1;
    settings.command_ms = 20'000;  // this machine may be busy
    return settings;
  }

 private:
  void run() const {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int silence = open("/dev/null", O_WRONLY);
    dup2(silence, STDOUT_FILENO);
    execlp("redis-server", "redis-server", "--port", "0", "--unixsocket", socket_.c_str(), "--save",
           "", "--appendonly", "no", "--dir", folder_.c_str(), nullptr);
    _exit(127);
  }

  std::string folder_, socket_;
  pid_t pid_ = -1;
};
