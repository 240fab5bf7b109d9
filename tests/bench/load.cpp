// The load generator.
//
//   load talk port=N server=PID [path=/chat] [pairs=200] [burst=1] [seconds=2] [tls] [bare]
//
// lets pairs of clients talk and says, as a line of JSON, what the messages cost process PID.
//
//   load idle port=N [path=/chat] [tls]
//
// keeps a crowd that says nothing. It takes one command a line and answers with a line when it is
// done: `open COUNT`, `greet`, `pair`, `leave`, `online`. It ends with its input.
#include <openssl/ssl.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>

#include "bench/crowd.h"
#include "bench/fail.h"
#include "bench/talk.h"

namespace bench {

namespace {

template <typename Value>
Value number(std::string_view text, Value most) {
  Value value{};
  const auto [end, error] = std::from_chars(text.begin(), text.end(), value);
  if (error != std::errc() || end != text.end() || value < 0 || value > most) {
    fail("not a number, or out of range: %.*s", static_cast<int>(text.size()), text.data());
  }
  return value;
}

// The server's certificate was made a moment ago by nobody in particular: nothing to verify.
std::shared_ptr<SSL_CTX> tls_context() {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  if (!context) fail("no memory for TLS");
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
  return context;
}

void set(Talk& talk, std::string_view name, std::string_view value) {
  constexpr unsigned pairs_max = Client::number_end / 2;
  constexpr unsigned burst_max = 32;  // what chat.v1 lets be under way
  constexpr double seconds_max = 3600;
  if (name == "port") {
    talk.target.port = number<std::uint16_t>(value, UINT16_MAX);
  } else if (name == "path") {
    talk.target.path = value;
  } else if (name == "tls") {
    talk.target.tls = tls_context();
  } else if (name == "server") {
    talk.server = number<pid_t>(value, INT32_MAX);
  } else if (name == "bare") {
    talk.bare = true;
  } else if (name == "pairs") {
    talk.pairs = number<unsigned>(value, pairs_max);
  } else if (name == "burst") {
    talk.burst = number<unsigned>(value, burst_max);
  } else if (name == "seconds") {
    talk.seconds = number<double>(value, seconds_max);
  } else {
    fail("unknown: %.*s", static_cast<int>(name.size()), name.data());
  }
}

void report(const Cost& cost) {
  std::printf(R"({"messages": %llu, "cpu_ns": %llu, "wall_ns": %llu, "cipher": "%s"})"
              "\n",
              static_cast<unsigned long long>(cost.messages),
              static_cast<unsigned long long>(cost.cpu_ns),
              static_cast<unsigned long long>(cost.wall_ns), cost.cipher.c_str());
}

void command(Crowd& crowd, const std::string& line) {
  std::istringstream words(line);
  std::string verb;
  std::string count;
  words >> verb >> count;
  unsigned answer = 0;
  if (verb == "open") {
    crowd.open(number<unsigned>(count, Client::number_end - 1));
  } else if (verb == "greet") {
    crowd.greet();
  } else if (verb == "pair") {
    crowd.pair();
  } else if (verb == "leave") {
    crowd.leave();
  } else if (verb == "online") {
    answer = crowd.online();
  } else {
    fail("unknown: %s", line.c_str());
  }
  std::cout << verb << ' ' << answer << std::endl;
}

int main(int count, char** words) {
  const std::string_view mode = count > 1 ? words[1] : "";
  Talk talk;
  talk.target.path = "/chat";
  for (int i = 2; i < count; ++i) {
    const std::string_view word = words[i];
    const std::size_t name = std::min(word.find('='), word.size());
    set(talk, word.substr(0, name), word.substr(std::min(name + 1, word.size())));
  }
  if (mode == "talk" && talk.pairs > 0 && talk.burst > 0) {
    report(measure(talk));
  } else if (mode == "idle") {
    Crowd crowd(talk.target);
    for (std::string line; std::getline(std::cin, line);) command(crowd, line);
  } else {
    fail("load talk|idle ..., as the head of load.cpp says");
  }
  return 0;
}

}  // namespace

}  // namespace bench

int main(int count, char** words) {
  return bench::main(count, words);
}
