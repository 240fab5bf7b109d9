#include "share/redis_lobby.h"

#include <algorithm>
#include <charconv>

#include "chat/choice.h"
#include "chat/pack.h"
#include "chat/ticket_bytes.h"
#include "share/redis_keys.h"
#include "share/redis_question.h"

namespace share {

namespace {

std::array<std::uint8_t, 8> bytes_of(chat::TicketId id) {
  std::array<std::uint8_t, 8> bytes;
  chat::Packer(bytes).put(id);
  return bytes;
}

constexpr std::size_t looking_most = chat::looking_max(chat::interests_max, chat::languages_max);
constexpr std::size_t standing_most = chat::standing_max(chat::interests_max, chat::languages_max);
constexpr std::size_t queues_most = standing_most + std::max(looking_most, standing_most);

// One call of a script: its keys, then its arguments. The texts must outlive it.
class Call {
 public:
  explicit Call(std::string_view hash) { words_[1] = hash; }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  void add_key(std::string_view key) {
    add(key);
    keys_ = Digits(++keys_size_);
    words_[2] = keys_.view();
  }
  void add(std::string_view word) { words_[size_++] = word; }
  std::span<const std::string_view> words() const { return std::span(words_).first(size_); }

 private:
  static constexpr std::size_t arguments_most = 10;
  std::array<std::string_view, 3 + 2 + queues_most + arguments_most> words_{"EVALSHA"};
  std::size_t size_ = 3;
  Digits keys_{0};
  std::size_t keys_size_ = 0;
};

// Names of queues.
class Names {
 public:
  explicit Names(const Key& key) : key_(key) {}

  void add(const chat::QueueKey& queue) { names_[size_++] = redis_queue_key(key_, queue); }
  // Every queue that it may stand in, at whatever stage it was posted last.
  void add_all_of(chat::Ticket ticket) {
    ticket.stage = chat::Stage::anyone;
    each_standing(ticket, [&](const chat::QueueKey& queue) { add(queue); });
  }
  std::size_t size() const { return size_; }
  void put(Call& call) const {
    for (const RedisName& name : std::span(names_).first(size_)) call.add_key(name.view());
  }

 private:
  const Key& key_;
  std::array<RedisName, queues_most> names_;
  std::size_t size_ = 0;
};

// Whether it still does, by what it says now: its entry may be older.
bool stands_in(const chat::Ticket& ticket, const chat::QueueKey& place) {
  bool stands = false;
  each_standing(ticket, [&](const chat::QueueKey& queue) { stands = stands || queue == place; });
  return stands;
}

}  // namespace

// ---- questions ----

class RedisLobby::Posting final : public RedisQuestion {
 public:
  Posting(RedisLobby& of, const chat::Ticket& posted) : lobby(of), ticket(posted) {}
  void answered(const redisReply* reply) override {
    if (!lobby.library_.lacks(reply)) lobby.offer(*this, reply);
    destroy(this);
  }

  RedisLobby& lobby;
  const chat::Ticket ticket;
  struct Look {
    chat::Tier tier;
    chat::QueueKey queue;
  };
  std::array<Look, looking_most> looks{};
  std::size_t looks_size = 0;
};

class RedisLobby::Taking final : public RedisQuestion {
 public:
  Taking(RedisLobby& of, chat::TicketId ticket) : lobby_(of), own_(ticket) {}
  void answered(const redisReply* reply) override {
    if (!lobby_.library_.lacks(reply) && is_a(reply, REDIS_REPLY_INTEGER)) tell(reply->integer);
    destroy(this);
  }

 private:
  void tell(long long answer) const {
    chat::Taken what = chat::Taken::own_gone;
    if (answer == redis_took_both) what = chat::Taken::both;
    if (answer == redis_other_gone) what = chat::Taken::other_gone;
    lobby_.receiver_.taken(chat::Reach::cluster, own_, what);
  }

  RedisLobby& lobby_;
  const chat::TicketId own_;
};

class RedisLobby::Withdrawing final : public RedisQuestion {
 public:
  explicit Withdrawing(RedisLobby& of) : lobby_(of) {}
  void answered(const redisReply* reply) override {
    lobby_.library_.lacks(reply);
    destroy(this);
  }

 private:
  RedisLobby& lobby_;
};

// ---- the lobby ----

RedisLobby::RedisLobby(const Keys& keys, chat::MemberId self, RedisConnection& commands,
                       RedisLibrary& library, Loop& loop, Receiver& receiver)
    : queues_(keys.queues),
      seal_(keys.tickets, self),
      commands_(commands),
      library_(library),
      loop_(loop),
      receiver_(receiver) {}

void RedisLobby::post(const chat::Ticket& ticket) {
  if (!commands_.is_ready()) return;
  auto* posting = make_question<Posting>(*this, ticket);
  if (posting == nullptr) return;

  std::array<std::uint8_t, chat::ticket_bytes_max> plain;
  const std::size_t size = chat::write_ticket(ticket, loop_.now_ms(), plain);
  std::array<std::uint8_t, chat::ticket_bytes_max + seal_bytes> sealed;
  if (!seal_.seal(std::span(plain).first(size), bytes_of(ticket.id), sealed)) {
    return destroy(posting);
  }

  Names queues(queues_);
  each_standing(ticket, [&](const chat::QueueKey& queue) { queues.add(queue); });
  const Digits standing(queues.size());
  each_looking(ticket, [&](chat::Tier tier, const chat::QueueKey& queue) {
    posting->looks[posting->looks_size++] = {tier, queue};
    queues.add(queue);
  });

  const std::size_t of_each = std::clamp<std::size_t>(redis_candidates_max / posting->looks_size, 1,
                                                      redis_candidates_of_queue_max);
  const RedisName key = redis_ticket_key(ticket.id);
  const RedisName id = redis_ticket_id(ticket.id);
  const Digits waited(loop_.now_ms() - std::min(loop_.now_ms(), ticket.since_ms));
  const Digits ticket_ttl(redis_ticket_ttl_ms);
  const Digits queue_ttl(redis_queue_ttl_ms);
  const Digits give(of_each);
  const Digits scan(of_each * redis_scan_factor);
  const Digits sweep(redis_sweep_max);

  Call call(library_.hash(RedisScript::post));
  call.add_key(key.view());
  queues.put(call);
  for (std::string_view word :
       {id.view(),
        std::string_view(reinterpret_cast<const char*>(sealed.data()), size + seal_bytes),
        waited.view(), ticket_ttl.view(), queue_ttl.view(), standing.view(), give.view(),
        scan.view(), sweep.view(), redis_ticket_prefix}) {
    call.add(word);
  }
  ask(commands_, posting, call.words());
}

// Opens what Redis gave, and tells of the one that fits best.
void RedisLobby::offer(const Posting& posting, const redisReply* reply) {
  if (!is_a(reply, REDIS_REPLY_ARRAY)) return;
  const std::uint64_t now_ms = loop_.now_ms();
  std::array<chat::Ticket, 2> kept;  // the best so far, and the next
  chat::Choice choice(posting.ticket, now_ms);
  std::size_t next = 0;
  for (std::size_t i = 0; i < std::min(reply->elements, redis_candidates_max); ++i) {
    const redisReply* given = reply->element[i];
    if (!is_array(given, 4) || !is_a(given->element[0], REDIS_REPLY_INTEGER)) continue;
    const auto queue = static_cast<std::uint64_t>(given->element[0]->integer);
    if (queue < 1 || queue > posting.looks_size) continue;
    const auto& [tier, place] = posting.looks[queue - 1];
    const auto ticket = open(*given);
    if (!ticket || ticket->id == posting.ticket.id || !stands_in(*ticket, place)) continue;
    kept[next] = *ticket;
    if (choice.consider(tier, kept[next])) next ^= 1;
  }
  if (choice.best() != nullptr) {
    receiver_.offered(chat::Reach::cluster, posting.ticket.id, *choice.best());
  }
}

// A ticket as the script gives it. The time that somebody has waited is Redis': the clocks of hosts
// differ.
std::optional<chat::Ticket> RedisLobby::open(const redisReply& given) {
  const std::string_view id_text = text_of(given.element[2]);
  const std::string_view sealed = text_of(given.element[3]);
  chat::TicketId id = 0;
  std::from_chars(id_text.data(), id_text.data() + id_text.size(), id, 16);
  if (!is_a(given.element[1], REDIS_REPLY_INTEGER) ||
      sealed.size() > chat::ticket_bytes_max + seal_bytes) {
    return {};
  }
  std::array<std::uint8_t, chat::ticket_bytes_max> plain;
  const std::span bytes(reinterpret_cast<const std::uint8_t*>(sealed.data()), sealed.size());
  const auto opened = seal_.open(bytes, bytes_of(id), plain);
  if (!opened) return {};
  const std::uint64_t now_ms = loop_.now_ms();
  auto ticket = chat::read_ticket(opened->plain, now_ms);
  if (!ticket || ticket->id != id || ticket->owner != opened->by) return {};
  const auto waited_ms = static_cast<std::uint64_t>(std::max(given.element[1]->integer, 0LL));
  ticket->since_ms = now_ms - std::min(now_ms, waited_ms);
  return ticket;
}

void RedisLobby::take(const chat::Ticket& own, const chat::Ticket& other) {
  if (!commands_.is_ready()) return;
  const RedisName own_key = redis_ticket_key(own.id);
  const RedisName other_key = redis_ticket_key(other.id);
  const RedisName own_id = redis_ticket_id(own.id);
  const RedisName other_id = redis_ticket_id(other.id);
  Names queues(queues_);
  queues.add_all_of(own);
  const Digits of_own(queues.size());
  queues.add_all_of(other);

  Call call(library_.hash(RedisScript::take));
  call.add_key(own_key.view());
  call.add_key(other_key.view());
  queues.put(call);
  for (std::string_view word : {own_id.view(), other_id.view(), of_own.view()}) call.add(word);
  ask(commands_, make_question<Taking>(*this, own.id), call.words());
}

void RedisLobby::withdraw(const chat::Ticket& ticket) {
  if (!commands_.is_ready()) return;
  const RedisName key = redis_ticket_key(ticket.id);
  const RedisName id = redis_ticket_id(ticket.id);
  Names queues(queues_);
  queues.add_all_of(ticket);

  Call call(library_.hash(RedisScript::withdraw));
  call.add_key(key.view());
  queues.put(call);
  call.add(id.view());
  ask(commands_, make_question<Withdrawing>(*this), call.words());
}

}  // namespace share
