#include "share/cluster.h"

#include <array>
#include <charconv>
#include <cstdlib>
#include <new>

namespace share {

// What Redis is configured to.
class Cluster::Asking final : public RedisQuestion {
 public:
  static Asking* make(Cluster& cluster, const char* parameter) {
    void* memory = std::malloc(sizeof(Asking));
    return memory == nullptr ? nullptr : new (memory) Asking(cluster, parameter);
  }
  void destroy() { std::free(this); }

  void answered(const redisReply* reply) override {
    if (reply != nullptr) cluster_.learn_disk(parameter_, reply);
    destroy();
  }
  bool may_be_refused() const override { return true; }

 private:
  Asking(Cluster& cluster, const char* parameter) : cluster_(cluster), parameter_(parameter) {}

  Cluster& cluster_;
  const char* const parameter_;
};

Cluster::Cluster(const RedisSettings& settings, const Keys& keys, chat::MemberId self, bool speaks,
                 Loop& loop, chat::Random& random, Receiver& receiver)
    : settings_(settings),
      speaks_(speaks),
      loop_(loop),
      receiver_(receiver),
      tls_(settings.tls ? make_redis_tls(settings, no_tls_) : nullptr),
      commands_(settings, tls_, {}, loop, random, *this),
      library_(commands_, *this),
      lobby_(keys, self, commands_, library_, loop, receiver),
      rendezvous_(keys, self, commands_, library_, receiver),
      mail_(keys, self, commands_, receiver),
      letters_(settings, tls_, mail_.channel(), loop, random, *this) {}

Cluster::~Cluster() {
  commands_.stop();  // while those who asked are there
  if (beat_ != nullptr) loop_.destroy(*beat_);
  free_redis_tls(tls_);
}

bool Cluster::start() {
  if (no_tls_ != nullptr) {
    loop_.log(Loop::Severity::error, "there is no TLS to Redis");
    loop_.log(Loop::Severity::error, no_tls_);
    return false;
  }
  beat_ = loop_.make_alarm(on_beat, this);
  if (beat_ != nullptr && commands_.start() && letters_.start()) return true;
  loop_.log(Loop::Severity::error, "out of memory: other hosts cannot be reached");
  return false;
}

// ---- there, and away ----

void Cluster::on_ready(RedisConnection& connection) {
  if (&connection == &commands_) {
    library_.load();
    if (speaks_ && !disk_said_) {
      ask_for_disk("save");
      ask_for_disk("appendonly");
    }
  }
  listen_if_ready();
}

void Cluster::on_scripts() {
  if (joined_) return receiver_.mended();
  listen_if_ready();
}

// The way is there when a word to oneself has come back on it.
void Cluster::listen_if_ready() {
  if (joined_ || !commands_.is_ready() || !letters_.is_ready() || !library_.is_loaded()) return;
  heard_self_ = true;
  beat();
}

void Cluster::join() {
  joined_ = true;
  if (away_said_) say(Loop::Severity::notice, "is there again");
  away_said_ = false;
  receiver_.mended();
}

void Cluster::on_refused(RedisConnection&, std::string_view why) {
  say(Loop::Severity::error, "refuses what it is asked", why);
}

void Cluster::on_away(RedisConnection& connection, std::string_view why) {
  if (&connection == &commands_) library_.forget();
  if (!away_said_) say(Loop::Severity::warning, "is away", why);
  away_said_ = true;
  loop_.stop(*beat_);
  if (!joined_) return;
  joined_ = false;
  receiver_.cut();
}

// ---- what others write ----

void Cluster::on_published(std::span<std::uint8_t> payload) {
  if (!mail_.published(payload)) return;
  heard_self_ = true;
  if (!joined_ && commands_.is_ready() && library_.is_loaded()) join();
}

void Cluster::on_beat(void* self) {
  static_cast<Cluster*>(self)->beat();
}

// A connection that is broken in the middle says nothing; so everybody listens for themself.
void Cluster::beat() {
  if (!heard_self_) return letters_.reset("what is published does not arrive");
  heard_self_ = false;
  mail_.greet_self();
  loop_.set(*beat_, redis_beat_ms);
}

// ---- what the operator is told ----

void Cluster::ask_for_disk(const char* parameter) {
  Asking* asking = Asking::make(*this, parameter);
  const std::array<std::string_view, 3> words{"CONFIG", "GET", parameter};
  if (asking != nullptr && !commands_.ask(*asking, words)) asking->destroy();
}

void Cluster::learn_disk(const char* parameter, const redisReply* reply) {
  disk_said_ = true;
  if (is_array(reply, 2) && is_a(reply->element[1], REDIS_REPLY_STRING)) {
    const std::string_view value = text_of(reply->element[1]);
    if (value.empty() || value == "no") return;
    return say(Loop::Severity::warning, "writes to disk, sealed as it is", parameter);
  }
  say(Loop::Severity::notice, "does not say whether it writes to disk", parameter);
}

// "redis 127.0.0.1:6379 is away: Connection refused"
void Cluster::say(Loop::Severity severity, std::string_view what, std::string_view why) {
  std::array<char, 400> text;
  std::size_t size = 0;
  const auto put = [&](std::string_view part) {
    size += part.copy(text.data() + size, text.size() - size);
  };
  put("redis ");
  put(commands_.host());
  if (commands_.port() != 0) {
    std::array<char, 8> port;
    const char* end = std::to_chars(port.begin(), port.end(), commands_.port()).ptr;
    put(":");
    put({port.data(), static_cast<std::size_t>(end - port.data())});
  }
  put(" ");
  put(what);
  if (!why.empty()) put(": ");
  put(why);
  loop_.log(severity, {text.data(), size});
}

}  // namespace share
