#include "share/redis_connection.h"

#include <algorithm>
#include <charconv>

namespace share {

namespace {

// "$5\r\nhello\r\n", "*3\r\n" (RESP2).
bool append_number(Bytes& out, char kind, std::size_t number) {
  std::array<char, 24> text;
  text[0] = kind;
  char* end = std::to_chars(text.data() + 1, text.data() + 21, number).ptr;
  *end++ = '\r';
  *end++ = '\n';
  return out.append({reinterpret_cast<const std::uint8_t*>(text.data()),
                     static_cast<std::size_t>(end - text.data())});
}

bool append_text(Bytes& out, std::string_view text) {
  return out.append({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

// Answers that say that this is not, or no longer, the server to talk with.
bool turns_away(std::string_view error) {
  for (std::string_view prefix : {"READONLY", "LOADING", "MASTERDOWN", "NOAUTH", "WRONGPASS"}) {
    if (error.starts_with(prefix)) return true;
  }
  return false;
}

}  // namespace

// ---- life ----

RedisConnection::~RedisConnection() {
  stop();
  if (alarm_ != nullptr) loop_.destroy(*alarm_);
}

void RedisConnection::stop() {
  close();
  state_ = State::closed;
  lose_questions();
}

bool RedisConnection::start() {
  alarm_ = loop_.make_alarm(on_alarm, this);
  if (alarm_ == nullptr) return false;
  loop_.set(*alarm_, 0);
  return true;
}

void RedisConnection::on_alarm(void* self) {
  auto& connection = *static_cast<RedisConnection*>(self);
  if (connection.doom_ != nullptr) return connection.fail(connection.doom_);
  switch (connection.state_) {
    case State::closed:
      return connection.connect();
    case State::connecting:
      return connection.fail("it does not answer");
    case State::ready:
      return connection.watch_time();
  }
}

void RedisConnection::connect() {
  at_sentinel_ = !settings_.master.empty() && master_.port == 0;
  const bool to_master = !settings_.master.empty() && !at_sentinel_;
  address_ = to_master ? master_ : settings_.addresses[server_ % settings_.addresses_size];
  state_ = State::connecting;
  ++life_;
  loop_.set(*alarm_, settings_.connect_ms);
  if (!socket_.open(address_, tls_, settings_)) return fail(socket_.reason());
  watch_ = loop_.watch(socket_.fd(), *this);
  if (watch_ == nullptr || !reader_.open()) return fail("out of memory or connections");
  connected_ = false;
  want();
}

// Nobody learns of a failed try twice: the owner is told, and decides what is news.
void RedisConnection::fail(std::string_view why) {
  std::array<char, 160> reason;
  const std::string_view kept(reason.data(), why.copy(reason.data(), reason.size()));
  // One that takes everybody in, and throws them out again, is not to be asked all the time.
  const bool was_ready = state_ == State::ready;
  if (was_ready && loop_.now_ms() - ready_ms_ >= redis_retry_most_ms) retry_ms_ = redis_retry_ms;
  close();
  state_ = State::closed;
  // The next server, or the next Sentinel; and a master that failed is asked for anew.
  ++server_;
  master_.port = 0;
  doom_ = nullptr;
  loop_.set(*alarm_, retry_ms_ / 2 + random_.next() % (retry_ms_ / 2 + 1));
  retry_ms_ = std::min(2 * retry_ms_, redis_retry_most_ms);
  lose_questions();
  owner_.on_away(*this, kept);
}

void RedisConnection::reset(std::string_view why) {
  if (state_ != State::closed) fail(why);
}

void RedisConnection::close() {
  ++life_;
  if (watch_ != nullptr) loop_.forget(*watch_);
  watch_ = nullptr;
  socket_.close();
  reader_.close();
  out_.clear();
  words_size_ = words_answered_ = 0;
  connected_ = false;
  if (alarm_ != nullptr) loop_.stop(*alarm_);
}

void RedisConnection::lose_questions() {
  while (first_ != nullptr) answer(nullptr);
}

// ---- the socket ----

void RedisConnection::on_readable() {
  if (!connected_) return proceed();
  const unsigned life = life_;
  read();
  if (life == life_ && socket_.write_wants_read()) write();
}

void RedisConnection::on_writable() {
  if (!connected_) return proceed();
  const unsigned life = life_;
  if (socket_.read_wants_write()) read();
  if (life == life_) write();
}

void RedisConnection::proceed() {
  switch (socket_.connect()) {
    case RedisSocket::Outcome::failed:
      return fail(socket_.reason());
    case RedisSocket::Outcome::again:
      return want();
    case RedisSocket::Outcome::done:
      connected_ = true;
      return greet();
  }
}

void RedisConnection::want() {
  const bool words = !out_.empty() && !socket_.write_wants_read();
  const bool writing =
      connected_ ? words || socket_.read_wants_write() : socket_.connect_wants_write();
  if (!loop_.want(*watch_, true, writing)) fail("the event loop refuses");
}

void RedisConnection::write() {
  while (!out_.empty()) {
    std::size_t size = 0;
    const auto outcome = socket_.write(out_.span(), size);
    if (outcome == RedisSocket::Outcome::failed) return fail(socket_.reason());
    if (outcome == RedisSocket::Outcome::again) break;
    out_.drop_front(size);
  }
  want();
}

void RedisConnection::read() {
  std::array<std::uint8_t, redis_read_bytes> buffer;
  const unsigned life = life_;
  for (unsigned reads = 0; reads < redis_reads_in_a_row; ++reads) {
    std::size_t size = 0;
    const auto outcome = socket_.read(buffer, size);
    if (outcome == RedisSocket::Outcome::failed) return fail(socket_.reason());
    if (outcome == RedisSocket::Outcome::again) break;
    if (!reader_.feed(std::span(buffer).first(size))) return fail("its answer is too large");
    for (;;) {
      redisReply* reply = nullptr;
      if (!reader_.next(reply)) return fail("it does not speak Redis' protocol");
      if (reply == nullptr) break;
      take(reply);
      freeReplyObject(reply);
      if (life != life_) return;
    }
  }
  want();
}

// ---- the first words ----

void RedisConnection::say(Word word, std::span<const std::string_view> words) {
  words_[words_size_++] = word;
  if (!append(words)) fail("out of memory");
}

void RedisConnection::greet() {
  const unsigned life = life_;
  const RedisLogin& login = at_sentinel_ ? settings_.sentinel_login : settings_.login;
  const auto speak = [&](Word word, std::initializer_list<std::string_view> words) {
    if (life == life_) say(word, {words.begin(), words.size()});
  };
  if (!login.password.empty() && login.user.empty()) speak(Word::auth, {"AUTH", login.password});
  if (!login.password.empty() && !login.user.empty()) {
    speak(Word::auth, {"AUTH", login.user, login.password});
  }
  if (at_sentinel_) {
    speak(Word::master, {"SENTINEL", "get-master-addr-by-name", settings_.master});
  } else {
    std::array<char, 12> db;
    const char* end = std::to_chars(db.begin(), db.end(), settings_.db).ptr;
    const std::string_view number(db.data(), static_cast<std::size_t>(end - db.data()));
    if (settings_.db != 0) speak(Word::select, {"SELECT", number});
    // A Sentinel may name one that is the master no more; and a replica takes letters, and no
    // tickets.
    if (!settings_.master.empty() || channel_.empty()) speak(Word::role, {"ROLE"});
    if (channel_.empty()) speak(Word::ping, {"PING"});
    if (!channel_.empty()) speak(Word::subscribe, {"SUBSCRIBE", channel_});
  }
  if (life == life_) write();
}

void RedisConnection::greeted(const redisReply* reply) {
  const Word word = words_[words_answered_++];
  if (is_a(reply, REDIS_REPLY_ERROR)) {
    // Who may not ask learns it by READONLY; but Sentinels change masters.
    if (word == Word::role && settings_.master.empty()) return;
    return fail_greeting(word, text_of(reply));
  }
  switch (word) {
    case Word::auth:
    case Word::select:
      return;
    case Word::master:
      return learn_master(reply);
    case Word::role:
      if (is_a(reply, REDIS_REPLY_ARRAY) && reply->elements > 0 &&
          text_of(reply->element[0]) == "master") {
        return;
      }
      return fail("it is not the master");
    case Word::subscribe:
      if (is_array(reply, 3) && text_of(reply->element[0]) == "subscribe") return become_ready();
      return fail("it does not subscribe");
    case Word::ping:
      if (text_of(reply) == "PONG") return become_ready();
      return fail("it does not answer a ping");
  }
}

// "it refuses AUTH: WRONGPASS invalid username-password pair or user is disabled."
void RedisConnection::fail_greeting(Word word, std::string_view why) {
  constexpr std::array<std::string_view, 6> names{"AUTH", "SELECT",    "SENTINEL",
                                                  "ROLE", "SUBSCRIBE", "PING"};
  std::array<char, 160> reason;
  std::size_t size = 0;
  for (std::string_view part :
       {std::string_view("it refuses "), names[static_cast<std::size_t>(word)],
        std::string_view(": "), without_secrets(why)}) {
    size += part.copy(reason.data() + size, reason.size() - size);
  }
  fail({reason.data(), size});
}

// A server that does not know a command says what stood in it.
std::string_view RedisConnection::without_secrets(std::string_view text) const {
  text = text.substr(0, text.find(", with args"));
  for (const RedisLogin* login : {&settings_.login, &settings_.sentinel_login}) {
    const bool has_it = !login->password.empty() && text.find(login->password) != text.npos;
    if (has_it) return "its words have the password in them";
  }
  return text;
}

// The Sentinel is left at once for the master that it names.
void RedisConnection::learn_master(const redisReply* reply) {
  if (!is_array(reply, 2)) return fail("this Sentinel does not know the master");
  const std::string_view host = text_of(reply->element[0]);
  const std::string_view port = text_of(reply->element[1]);
  std::uint16_t number = 0;
  const auto parsed = std::from_chars(port.data(), port.data() + port.size(), number);
  if (host.empty() || host.size() >= master_host_.size() || parsed.ec != std::errc() ||
      parsed.ptr != port.data() + port.size() || number == 0) {
    return fail("this Sentinel names no address");
  }
  master_host_.fill('\0');
  host.copy(master_host_.data(), host.size());
  master_ = {master_host_.data(), number};
  close();
  connect();
}

void RedisConnection::become_ready() {
  state_ = State::ready;
  ready_ms_ = loop_.now_ms();
  refused_ = false;
  loop_.stop(*alarm_);
  owner_.on_ready(*this);
}

// ---- commands ----

bool RedisConnection::append(std::span<const std::string_view> words) {
  bool fits = append_number(out_, '*', words.size());
  for (std::string_view word : words) {
    fits = fits && append_number(out_, '$', word.size()) && append_text(out_, word) &&
           append_text(out_, "\r\n");
  }
  return fits;
}

bool RedisConnection::ask(RedisQuestion& question, std::span<const std::string_view> words) {
  const bool open = state_ == State::ready && doom_ == nullptr && channel_.empty();
  if (!open || questions_ >= redis_questions_max) return false;
  std::size_t size = out_.size();
  for (std::string_view word : words) size += word.size() + 32;
  if (size > redis_pending_bytes_max) return false;

  // Written when the loop says that there is room: all that is asked in one turn leaves together.
  const bool quiet = out_.empty();
  if (!append(words) || (quiet && !loop_.want(*watch_, true, true))) {
    doom("out of memory");  // half a command is in the way
    return false;
  }
  if (questions_ == 0) {
    heard_ms_ = loop_.now_ms();
    loop_.set(*alarm_, settings_.command_ms);
  }
  question.next = nullptr;
  (last_ == nullptr ? first_ : last_->next) = &question;
  last_ = &question;
  ++questions_;
  return true;
}

// Fails, but not within the call of somebody who asks.
void RedisConnection::doom(const char* why) {
  doom_ = why;
  loop_.set(*alarm_, 0);
}

// Answers come in the order of the questions: if none came for too long, the first one is too old.
void RedisConnection::watch_time() {
  if (questions_ == 0) return;
  const std::uint64_t waited_ms = loop_.now_ms() - heard_ms_;
  if (waited_ms >= settings_.command_ms) return fail("it answers no more");
  loop_.set(*alarm_, settings_.command_ms - waited_ms);
}

void RedisConnection::take(redisReply* reply) {
  heard_ms_ = loop_.now_ms();
  if (words_answered_ < words_size_) return greeted(reply);
  if (!channel_.empty()) return take_published(reply);
  if (is_a(reply, REDIS_REPLY_ERROR)) {
    const std::string_view error = text_of(reply);
    if (first_ == nullptr || turns_away(error)) return fail(without_secrets(error));
    note_refusal(error);
  }
  if (first_ == nullptr) return fail("it answers unasked");
  answer(reply);
}

void RedisConnection::note_refusal(std::string_view error) {
  const bool expected = first_->may_be_refused() || error.starts_with("NOSCRIPT");
  if (refused_ || expected) return;
  refused_ = true;
  owner_.on_refused(*this, without_secrets(error));
}

// ["message", channel, payload]
void RedisConnection::take_published(const redisReply* reply) {
  if (!is_array(reply, 3) || text_of(reply->element[0]) != "message") {
    return fail("it says what nobody subscribed to");
  }
  redisReply* payload = reply->element[2];
  if (!is_a(payload, REDIS_REPLY_STRING)) return fail("it publishes what is no string");
  owner_.on_published({reinterpret_cast<std::uint8_t*>(payload->str), payload->len});
}

void RedisConnection::answer(const redisReply* reply) {
  RedisQuestion* question = first_;
  first_ = question->next;
  if (first_ == nullptr) last_ = nullptr;
  --questions_;
  question->answered(reply);
}

}  // namespace share
