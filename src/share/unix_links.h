// What a link between two members of one host needs of the mail that it belongs to (unix_mail.h).
#pragma once

#include <cstdint>
#include <span>

#include "chat/member.h"

namespace share {

class UnixInlet;
class UnixOutlet;

class UnixLinks {
 public:
  // Where every packet is read into, with letter_room in front. Wiped by the reader.
  virtual std::span<std::uint8_t> packet_buffer() = 0;
  // Whether a link from that member may be.
  virtual bool admits(chat::MemberId from) const = 0;
  virtual void came(chat::MemberId from, std::span<std::uint8_t> letter) = 0;
  // A letter is lost for want of room; for the operator.
  virtual void lost(const char* why) = 0;
  // The link is over; the call destroys it. Only from its own events.
  virtual void ended(UnixInlet& inlet) = 0;
  virtual void ended(UnixOutlet& outlet) = 0;

 protected:
  ~UnixLinks() = default;
};

}  // namespace share
