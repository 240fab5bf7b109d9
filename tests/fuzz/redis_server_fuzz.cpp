// Whatever a server says that should be Redis, over real sockets: to those who greet it, who ask
// it, and who listen to it.
//
//   input: how to begin (1: bit 0 as a Redis that answers rightly and has a ticket to judge, bit 1
//   with a password, bit 2 as a Sentinel), then for each thing it says: to whom (1: even to who
//   asks, odd to who listens; from F0 on time passes instead), and a text that ends with NUL. In a
//   text a byte FE stands for a sealed ticket, FF for a sealed letter, FD for a greeting to
//   oneself, each as a string of Redis.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "chat/pack.h"
#include "fuzz.h"
#include "manual_loop.h"
#include "share/cluster.h"
#include "share/redis_keys.h"
#include "share/redis_scripts.h"
#include "share/seal.h"
#include "tickets.h"

namespace {

constexpr chat::MemberId self{1, 2};
constexpr chat::MemberId other{3, 4};
constexpr std::string_view letter = "a letter";

constexpr share::Keys keys{{1}, {2}, {3}, {4}, {5}, {6}};

chat::Ticket ticket_of(chat::TicketId id, chat::MemberId owner) {
  chat::Ticket ticket;
  ticket.id = id;
  ticket.owner = owner;
  ticket.person.id = id;
  ticket.stage = chat::Stage::anyone;
  ticket.patience_ms = 5000;
  return ticket;
}
const chat::Ticket own_ticket = ticket_of(0x55, self);
const chat::Ticket other_ticket = ticket_of(0x77, other);

std::string redis_string(fuzz::Input bytes) {
  return "$" + std::to_string(bytes.size()) + "\r\n" + std::string(fuzz::text_of(bytes)) + "\r\n";
}

std::string sealed(const share::Key& key, chat::MemberId by, fuzz::Input plain, fuzz::Input about) {
  share::Seal seal(key, by);
  fuzz::Bytes out(plain.size() + share::seal_bytes);
  fuzz::must(seal.seal(plain, about, out), "it is sealed");
  return redis_string(out);
}

std::string sealed_ticket() {
  std::array<std::uint8_t, chat::ticket_bytes_max> bytes;
  const std::size_t size = chat::write_ticket(other_ticket, 0, bytes);
  std::array<std::uint8_t, 8> about;
  chat::Packer(about).put(other_ticket.id);
  return sealed(keys.tickets, other, std::span(bytes).first(size), about);
}

std::string sealed_letter(chat::MemberId by, std::string_view text) {
  const share::RedisName channel = share::redis_mail_channel(self);
  return sealed(keys.mail, by, fuzz::bytes_of(text), fuzz::bytes_of(channel.view()));
}

// Listens on a socket in the folder it runs in, as long as the process lives.
class Server {
 public:
  Server() : path_("redis-" + std::to_string(getpid()) + ".socket") {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof(address.sun_path) - 1);
    fd_ = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    fuzz::must(bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0 &&
                   listen(fd_, 8) == 0,
               "a socket listens");
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() {
    close(fd_);
    unlink(path_.c_str());
  }

  const char* path() const { return path_.c_str(); }
  int accept() const { return accept4(fd_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC); }

 private:
  std::string path_;
  int fd_;
};

const Server& server() {
  static const Server one;
  return one;
}

// What the cluster tells: only of what was asked, and of letters as they were sealed.
class Hearer final : public share::Receiver, public chat::Random {
 public:
  bool joined = false;

  void offered(chat::Reach, chat::TicketId own, const chat::Ticket& ticket) override {
    fuzz::must(own == own_ticket.id && ticket.id == other_ticket.id, "a ticket is offered to ours");
    fuzz::must(ticket.owner == other && ticket.since_ms <= 2'000'000, "it is as it was sealed");
  }
  void taken(chat::Reach, chat::TicketId own, chat::Taken what) override {
    fuzz::must(own == own_ticket.id && what <= chat::Taken::own_gone, "our own ticket is taken");
  }
  void letter(chat::MemberId from, std::span<std::uint8_t> bytes) override {
    fuzz::must(from == other && fuzz::text_of(bytes) == ::letter, "a letter is as it was sealed");
    std::fill_n(bytes.data() - share::letter_room, share::letter_room + bytes.size(), 0xee);
  }
  void gone(chat::MemberId) override { fuzz::must(false, "Redis cannot know who has ended"); }
  void unreached(chat::MemberId member) override {
    fuzz::must(member == other, "who is not reached was written to");
  }
  void kept(const chat::Keeper&) override { fuzz::must(false, "nobody has asked for a seat"); }
  void cut() override {
    fuzz::must(joined, "it is cut once");
    joined = false;
  }
  void mended() override { joined = true; }
  std::uint64_t next() override { return 1; }
};

share::RedisSettings settings_of(std::uint8_t how) {
  share::RedisSettings settings;
  settings.addresses[0] = {server().path(), 0};
  settings.addresses_size = 1;
  if ((how & 2) != 0) settings.login = {"user", "password"};
  if ((how & 4) != 0) settings.master = "master";
  return settings;
}

// A cluster, and the far ends of its two connections.
class Scene {
 public:
  explicit Scene(std::uint8_t how)
      : settings_(settings_of(how)),
        cluster_(settings_, keys, self, true, loop_, hearer_, hearer_) {
    fuzz::must(cluster_.start(), "it starts");
    turn();
    if ((how & 1) == 0 || (how & 6) != 0) return;
    say(1, "*3\r\n$9\r\nsubscribe\r\n$1\r\nx\r\n:1\r\n");
    say(0, "*1\r\n$6\r\nmaster\r\n+PONG\r\n");
    for (std::size_t loaded = 0; loaded < share::redis_scripts; ++loaded) say(0, "$1\r\nx\r\n");
    say(0, "*0\r\n*0\r\n:1\r\n");
    say(1, "*3\r\n$7\r\nmessage\r\n$1\r\nx\r\n" + sealed_letter(self, ""));
    fuzz::must(hearer_.joined, "who is answered rightly joins");
    cluster_.lobby().post(own_ticket);
    cluster_.lobby().take(own_ticket, other_ticket);
    cluster_.mail().send(other, fuzz::bytes_of(letter));
    turn();
  }
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;
  ~Scene() {
    for (const int fd : far_) hang_up(fd);
  }

  void say(std::size_t whom, std::string_view text) {
    const int fd = far_[whom];
    if (fd >= 0) send(fd, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    turn();
  }
  void pass(std::uint64_t ms) {
    loop_.clock_ms += ms;
    turn();
  }

 private:
  // Until all that is said is heard.
  void turn() {
    for (int turns = 0; turns < 3; ++turns) {
      loop_.turn();
      for (int& fd : far_) {
        if (fd < 0) fd = server().accept();
        if (fd >= 0) listen(fd);
      }
    }
  }
  static void listen(int& fd) {
    std::array<char, 16 * 1024> heard;
    const auto size = recv(fd, heard.data(), heard.size(), 0);
    if (size > 0 || (size < 0 && errno == EAGAIN)) return;
    hang_up(fd);
    fd = -1;
  }
  static void hang_up(int fd) {
    if (fd >= 0) close(fd);
  }

  Hearer hearer_;
  fuzz::ManualLoop loop_;
  share::RedisSettings settings_;
  std::array<int, 2> far_{-1, -1};
  share::Cluster cluster_;
};

std::string spelled_out(fuzz::Input text) {
  static const std::string ticket = sealed_ticket();
  static const std::string from_other = sealed_letter(other, letter);
  static const std::string from_self = sealed_letter(self, "");
  std::string all;
  for (const std::uint8_t byte : text) {
    if (byte == 0xfe) {
      all += ticket;
    } else if (byte == 0xff) {
      all += from_other;
    } else if (byte == 0xfd) {
      all += from_self;
    } else {
      all += static_cast<char>(byte);
    }
  }
  return all;
}

}  // namespace

void fuzz::run(Input input) {
  Source source(input);
  Scene scene(source.byte());
  while (!source.empty()) {
    const std::uint8_t whom = source.byte();
    if (whom >= 0xf0) {
      scene.pass(100u * (whom - 0xefu));
    } else {
      scene.say(whom % 2, spelled_out(source.until('\0')));
    }
  }
}
