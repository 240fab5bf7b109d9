#include "bench/crowd.h"

#include "bench/handshake.h"

namespace bench {

void Crowd::open(unsigned size) {
  for (unsigned number = 0; number < size; ++number) clients_.emplace_back(target_, number);
}

void Crowd::greet() {
  for (Client& client : clients_) bench::greet(client);
}

void Crowd::pair() {
  for (std::size_t i = 0; i + 1 < clients_.size(); i += 2) match(clients_[i], clients_[i + 1]);
}

void Crowd::leave() {
  clients_.clear();
}

unsigned Crowd::online() const {
  Client guest(target_, Client::number_end - 1);
  return bench::online(guest) - 1;
}

}  // namespace bench
