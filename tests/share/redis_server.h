// A real Redis for a test: on a Unix socket in a folder of its own, without a disk; it ends with
// the test. REDIS_BINARY says which, if not the one of the system.
#pragma once

#include <hiredis/hiredis.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "share/redis_settings.h"
#include "unit.h"

class RedisServer {
 public:
  // `more` are arguments of redis-server.
  explicit RedisServer(const std::vector<std::string>& more = {}) {
    char folder[] = "/tmp/chat-redis-XXXXXX";
    assert_non_null(mkdtemp(folder));
    folder_ = folder;
    socket_ = folder_ + "/redis.sock";
    start(more);
    while ((line_ = redisConnectUnix(socket_.c_str()))->err != 0) {
      redisFree(line_);
      assert_int_equal(waitpid(pid_, nullptr, WNOHANG), 0);  // it has not ended
      const timespec pause{0, 2'000'000};
      nanosleep(&pause, nullptr);
    }
  }
  ~RedisServer() {
    redisFree(line_);
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    unlink(socket_.c_str());
    rmdir(folder_.c_str());
  }
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  share::RedisSettings settings() const {
    share::RedisSettings settings;
    settings.addresses[0] = {socket_.c_str(), 0};
    settings.addresses_size = 1;
    settings.connect_ms = settings.command_ms = 20'000;
    return settings;
  }

  // The answer as a number, or as the number of its elements; a status, a nil or an error is 0.
  long long count(const std::vector<std::string>& words) {
    redisReply* reply = ask(words);
    long long number = 0;
    if (reply->type == REDIS_REPLY_INTEGER) number = reply->integer;
    if (reply->type == REDIS_REPLY_ARRAY) number = static_cast<long long>(reply->elements);
    freeReplyObject(reply);
    return number;
  }
  // The answer as text, the elements of an array one after the other.
  std::vector<std::string> texts(const std::vector<std::string>& words) {
    redisReply* reply = ask(words);
    std::vector<std::string> texts;
    if (reply->str != nullptr) texts.emplace_back(reply->str, reply->len);
    for (std::size_t i = 0; reply->type == REDIS_REPLY_ARRAY && i < reply->elements; ++i) {
      const redisReply* one = reply->element[i];
      texts.push_back(one->str == nullptr ? std::string() : std::string(one->str, one->len));
    }
    freeReplyObject(reply);
    return texts;
  }

 private:
  void start(const std::vector<std::string>& more) {
    const char* named = getenv("REDIS_BINARY");
    std::vector<std::string> words{named == nullptr ? "redis-server" : named,
                                   "--port",
                                   "0",
                                   "--unixsocket",
                                   socket_,
                                   "--save",
                                   "",
                                   "--appendonly",
                                   "no",
                                   "--dir",
                                   folder_,
                                   "--logfile",
                                   "/dev/null"};
    words.insert(words.end(), more.begin(), more.end());
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const pid_t parent = getpid();
    pid_ = fork();
    assert_true(pid_ != -1);
    if (pid_ != 0) return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // a failed test does not come to the destructor
    if (getppid() != parent) _exit(1);
    execvp(arguments[0], arguments.data());
    _exit(127);
  }

  redisReply* ask(const std::vector<std::string>& words) {
    std::vector<const char*> texts;
    std::vector<std::size_t> sizes;
    for (const std::string& word : words) {
      texts.push_back(word.data());
      sizes.push_back(word.size());
    }
    auto* reply = static_cast<redisReply*>(
        redisCommandArgv(line_, static_cast<int>(words.size()), texts.data(), sizes.data()));
    assert_non_null(reply);
    return reply;
  }

  std::string folder_, socket_;
  pid_t pid_ = -1;
  redisContext* line_ = nullptr;
};
