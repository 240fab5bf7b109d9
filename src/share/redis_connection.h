// One connection to Redis, for commands or for a subscription: closed, connecting, ready, and after
// any loss again from the start, with growing pauses. With Sentinels each time begins with asking
// one of them who the master is.
//
// hiredis' parser reads the answers; its asynchronous client is not used, as that one ends the
// process when a server answers what it should not, and has neither time-outs nor TLS everywhere.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "chat/outlet.h"
#include "share/bytes.h"
#include "share/loop.h"
#include "share/redis_bounds.h"
#include "share/redis_reader.h"
#include "share/redis_settings.h"
#include "share/redis_socket.h"

namespace share {

// A command under way.
class RedisQuestion {
 public:
  // Called once. Null: nobody knows whether it was carried out. It may be destroyed by this.
  virtual void answered(const redisReply* reply) = 0;

  // Whether somebody without that right is no news.
  virtual bool may_be_refused() const { return false; }

  RedisQuestion* next = nullptr;  // of the connection's

 protected:
  ~RedisQuestion() = default;
};

class RedisConnection final : private Watcher {
 public:
  class Owner {
   public:
    virtual void on_ready(RedisConnection& connection) = 0;
    // It is not ready: it no longer is, or did not become so. `why` is valid during the call.
    virtual void on_away(RedisConnection& connection, std::string_view why) = 0;
    // It answers a command with an error, for the first time since it became ready: somebody should
    // know. It goes on. `why` is valid during the call.
    virtual void on_refused(RedisConnection& connection, std::string_view why) = 0;
    // Something was published on the channel. It may be written over.
    virtual void on_published(std::span<std::uint8_t> payload) = 0;

   protected:
    ~Owner() = default;
  };

  // All must outlive it. `tls` null: plain. `channel`: subscribes to it, and asks nothing; empty:
  // for commands.
  RedisConnection(const RedisSettings& settings, ssl_ctx_st* tls, std::string_view channel,
                  Loop& loop, chat::Random& random, Owner& owner)
      : settings_(settings),
        tls_(tls),
        channel_(channel),
        loop_(loop),
        random_(random),
        owner_(owner) {}
  // Not to be destroyed from within a call of the owner or of a question.
  ~RedisConnection();
  RedisConnection(const RedisConnection&) = delete;
  RedisConnection& operator=(const RedisConnection&) = delete;

  // Begins. False: out of memory.
  bool start();

  // Ends it for good: whatever is under way is answered with null.
  void stop();

  bool is_ready() const { return state_ == State::ready; }
  // Whom it is connected to, or was.
  const char* host() const { return address_.host; }
  std::uint16_t port() const { return address_.port; }

  // Sends a command of these words. False: it is not ready, or too much is under way; then nothing
  // was sent, and the question is not asked.
  bool ask(RedisQuestion& question, std::span<const std::string_view> words);

  // Gives the connection up, and tries again after a pause.
  void reset(std::string_view why);

 private:
  enum class State : std::uint8_t {
    closed,      // until the alarm rings
    connecting,  // the socket, TLS, and the first words
    ready,
  };
  // The first words, in their order.
  enum class Word : std::uint8_t { auth, select, master, role, subscribe, ping };

  void on_readable() override;
  void on_writable() override;
  static void on_alarm(void* self);

  void connect();
  bool open();
  void proceed();
  void greet();
  void say(Word word, std::span<const std::string_view> words);
  void greeted(const redisReply* reply);
  std::string_view without_secrets(std::string_view text) const;
  void fail_greeting(Word word, std::string_view why);
  void learn_master(const redisReply* reply);
  void become_ready();

  void read();
  void take(redisReply* reply);
  void take_published(const redisReply* reply);
  void answer(const redisReply* reply);
  void note_refusal(std::string_view error);
  bool append(std::span<const std::string_view> words);
  void write();
  void want();
  void watch_time();
  void fail(std::string_view why);
  void doom(const char* why);
  void close();
  void lose_questions();

  const RedisSettings& settings_;
  ssl_ctx_st* const tls_;
  const std::string_view channel_;
  Loop& loop_;
  chat::Random& random_;
  Owner& owner_;

  State state_ = State::closed;
  bool connected_ = false;  // the socket, and TLS
  bool at_sentinel_ = false;
  std::size_t server_ = 0;  // of the settings' addresses
  RedisAddress address_{"", 0};
  std::array<char, 64> master_host_{};
  RedisAddress master_{"", 0};  // as a Sentinel said; port 0: not known
  std::uint64_t retry_ms_ = redis_retry_ms;
  std::uint64_t ready_ms_ = 0;  // since when it is
  bool refused_ = false;        // and the owner knows that it refused a command

  RedisSocket socket_;
  Loop::Watch* watch_ = nullptr;
  Loop::Alarm* alarm_ = nullptr;
  RedisReader reader_;
  Bytes out_;
  std::array<Word, 6> words_{};  // that are not answered yet, from words_answered_ on
  std::size_t words_size_ = 0;
  std::size_t words_answered_ = 0;
  RedisQuestion* first_ = nullptr;
  RedisQuestion* last_ = nullptr;
  std::size_t questions_ = 0;
  std::uint64_t heard_ms_ = 0;  // when Redis last answered, or was first asked
  const char* doom_ = nullptr;  // why it is about to fail
  unsigned life_ = 0;           // counts connections, to see whether a call ended one
};

}  // namespace share
