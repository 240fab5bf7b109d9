#include "bench/handshake.h"

#include <charconv>
#include <string>
#include <string_view>

#include "bench/fail.h"

namespace bench {

namespace {

std::string_view expect(Client& client, std::string_view verb) {
  const std::string_view message = client.await();
  if (!message.starts_with(verb)) {
    fail("expected \"%.*s\", got \"%.*s\"", static_cast<int>(verb.size()), verb.data(),
         static_cast<int>(message.size()), message.data());
  }
  return message;
}

void find(Client& client) {
  std::string frame;
  Client::append_frame(frame, "find\n");
  client.send(frame);
}

}  // namespace

void greet(Client& client) {
  expect(client, "hello ");
}

void match(Client& one, Client& other) {
  find(one);
  expect(one, "waiting");
  find(other);
  expect(other, "matched ");
  expect(one, "matched ");
}

unsigned online(Client& client) {
  constexpr std::string_view key = " online=";
  const std::string_view hello = expect(client, "hello ");
  const std::size_t at = hello.find(key);
  unsigned people = 0;
  if (at == hello.npos ||
      std::from_chars(hello.begin() + at + key.size(), hello.end(), people).ec != std::errc()) {
    fail("a hello without online: %.*s", static_cast<int>(hello.size()), hello.data());
  }
  return people;
}

}  // namespace bench
