// The people of one zone in this worker, and what joins them with those of other workers.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "chat/hub.h"
#include "nginx/loop.h"
#include "nginx/zone.h"
#include "share/cluster.h"
#include "share/receiver.h"
#include "share/token_seal.h"
#include "share/unix_mail.h"
#include "share/zone_lobby.h"
#include "share/zone_rendezvous.h"

namespace nginx {

class House final : private share::Receiver, private chat::Mail {
 public:
  // They must outlive the house.
  House(Zone& zone, chat::MemberId self, Loop& loop, chat::Outlet& outlet, chat::Random& random);
  ~House();

  // Takes a place in the zone, and joins what there is to join. What cannot be had is logged:
  // without a place nobody can come in; a worker that others cannot reach has no lobby in common
  // with them, or they would wait for its people in vain.
  void open();

  Zone& zone() { return zone_; }
  chat::Hub& hub() { return hub_; }
  // To be called behind whatever may have begun a chat with others, or left somebody missing.
  void beat_if_needed();

 private:
  // What the hub asks for.
  void send(chat::MemberId to, std::span<const std::uint8_t> letter) override;

  // What the others bring.
  void offered(chat::Reach reach, chat::TicketId own, const chat::Ticket& other) override;
  void taken(chat::Reach reach, chat::TicketId own, chat::Taken what) override;
  void kept(const chat::Keeper& keeper) override;
  void letter(chat::MemberId from, std::span<std::uint8_t> letter) override;
  void gone(chat::MemberId member) override;
  void unreached(chat::MemberId member) override;
  void cut() override;
  void mended() override;

  chat::Surroundings surroundings(chat::Random& random);
  static void on_beat(void* self) noexcept;

  Zone& zone_;
  const chat::MemberId self_;
  Loop& loop_;
  share::Loop::Alarm* const beat_;
  bool beats_ = false;
  share::UnixMail mail_;
  const bool listens_;
  share::ZoneLobby lobby_;
  share::ZoneRendezvous rendezvous_;
  share::TokenSeal tokens_;
  std::optional<share::Cluster> cluster_;  // with `chat_redis`
  chat::Hub hub_;
};

}  // namespace nginx
