// What one worker shares with the workers of other hosts, through Redis: their lobby, rendezvous
// and mail. It is there while both connections are, that for commands and that for what others
// write.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "chat/outlet.h"
#include "chat/shared.h"
#include "share/loop.h"
#include "share/receiver.h"
#include "share/redis_connection.h"
#include "share/redis_library.h"
#include "share/redis_lobby.h"
#include "share/redis_mail.h"
#include "share/redis_rendezvous.h"
#include "share/redis_settings.h"
#include "share/secret.h"

namespace share {

class Cluster final : private RedisConnection::Owner, private RedisLibrary::Owner {
 public:
  // All must outlive it. Of a host's workers one `speaks`: it tells the operator what is the same
  // for all.
  Cluster(const RedisSettings& settings, const Keys& keys, chat::MemberId self, bool speaks,
          Loop& loop, chat::Random& random, Receiver& receiver);
  // Not to be destroyed from within a call of the receiver.
  ~Cluster();
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  // Begins to connect; Receiver::mended tells when. False: it cannot even begin, and the log says
  // why.
  bool start();

  chat::SharedLobby& lobby() { return lobby_; }
  chat::Rendezvous& rendezvous() { return rendezvous_; }
  chat::Mail& mail() { return mail_; }

 private:
  class Asking;

  void on_ready(RedisConnection& connection) override;
  void on_away(RedisConnection& connection, std::string_view why) override;
  void on_refused(RedisConnection& connection, std::string_view why) override;
  void on_published(std::span<std::uint8_t> payload) override;

  void on_scripts() override;

  void listen_if_ready();
  void join();
  static void on_beat(void* self);
  void beat();

  void ask_for_disk(const char* parameter);
  void learn_disk(const char* parameter, const redisReply* reply);
  void say(Loop::Severity severity, std::string_view what, std::string_view why = {});

  const RedisSettings& settings_;
  const bool speaks_;
  Loop& loop_;
  Receiver& receiver_;
  ssl_ctx_st* tls_ = nullptr;
  const char* no_tls_ = nullptr;  // why there is none, although it is asked for
  RedisConnection commands_;
  RedisLibrary library_;
  RedisLobby lobby_;
  RedisRendezvous rendezvous_;
  RedisMail mail_;
  RedisConnection letters_;
  Loop::Alarm* beat_ = nullptr;
  bool joined_ = false;     // the receiver was told mended() last, not cut()
  bool away_said_ = false;  // the log says that Redis is away
  bool heard_self_ = true;  // since the last beat
  bool disk_said_ = false;
};

}  // namespace share
