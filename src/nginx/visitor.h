// A connection of somebody who chats: joins what nginx brings with the session of the domain.
#pragma once

#include <cstdint>

#include "chat/ending.h"
#include "chat/hub.h"
#include "chat/session.h"
#include "nginx/connection.h"
#include "nginx/location.h"
#include "share/bytes.h"

namespace nginx {

class House;

class Visitor final : public Connection, public chat::Session {
 public:
  // Hashes of the address and of the lobby's name, keyed with the zone's key.
  struct Place {
    std::uint64_t address;
    std::uint64_t lobby;
  };

  Visitor(ngx_connection_t* c, const Location& location, House& house, const Place& place);
  // Lets them in, or turns them away, and starts the connection.
  void start(std::span<std::uint8_t> early);

  static Visitor& of(chat::Session& session) { return static_cast<Visitor&>(session); }
  // The hub has let the session go: ends the connection.
  void dismissed(chat::Ending why);
  using Connection::arm;

 private:
  void on_data(const ws::Event& event) override;
  bool on_control() override;
  void on_shutdown() override;
  void on_end() override;
  void on_gone() override;
  std::uint64_t deadline_ms() const override;
  void on_due() override;
  chat::Departure departure() const;

  bool enter(std::uint32_t& online);
  void take(std::span<std::uint8_t> message);

  House& house_;
  const Place place_;
  share::Bytes message_;                           // the parts of a message that has not ended
  bool counted_ = false;                           // in the zone
  bool inside_ = false;                            // in the hub
  std::uint64_t sent_away_ms_ = chat::Hub::never;  // when this worker, which stops, lets them go
};

}  // namespace nginx
