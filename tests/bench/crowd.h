// Many clients who are there and say nothing: what a connection costs that does nothing.
#pragma once

#include <cstddef>
#include <deque>

#include "bench/client.h"

namespace bench {

class Crowd {
 public:
  explicit Crowd(const Target& target) : target_(target) {}

  // Each step is done for all when it returns; they follow one another in this order.
  void open(unsigned size);  // connected and upgraded; what the server said first lies unread
  void greet();              // has read its `hello`
  void pair();               // talks with a neighbour. REQUIRES: an even number of clients
  void leave();              // gone, without a word

  // How many are online, as the server tells somebody who looks in for a moment, them not included.
  unsigned online() const;

 private:
  const Target target_;
  std::deque<Client> clients_;
};

}  // namespace bench
