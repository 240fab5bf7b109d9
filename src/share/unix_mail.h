// Mail between the members of one host: each listens on an abstract SOCK_SEQPACKET socket that has
// its name, and opens a link to another with the first letter to it, one for each direction.
//
// A letter is lost when its link breaks, when unix_pending_bytes_max of others wait for the same
// member, and when descriptors, memory or the loop's room run out.
//
// Who is of another user is never written to, and never heard. A member that has ended is told by
// the kernel: its links end, and nobody listens on its name any more. Then Receiver::gone comes, as
// soon as the last link in either direction has ended and what it sent is read. A member that
// closed a link and still listens is Receiver::unreached, if a letter was lost with it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "chat/list.h"
#include "chat/member.h"
#include "chat/memory.h"
#include "chat/shared.h"
#include "chat/table.h"
#include "share/loop.h"
#include "share/receiver.h"
#include "share/unix_bounds.h"
#include "share/unix_inlet.h"
#include "share/unix_links.h"
#include "share/unix_outlet.h"

namespace share {

class UnixMail final : public chat::Mail, private UnixLinks, private Watcher {
 public:
  // `loop` and `receiver` must outlive it. Not to be destroyed from within a call of `receiver`.
  UnixMail(chat::MemberId self, Loop& loop, Receiver& receiver)
      : self_(self), loop_(loop), receiver_(receiver) {}
  // What is under way is lost; the other members learn that this one is gone.
  ~UnixMail();
  UnixMail(const UnixMail&) = delete;
  UnixMail& operator=(const UnixMail&) = delete;

  // Listens. False: the system or the loop has no room; then nothing may be sent.
  bool open();

  // May be called from within Receiver's calls. REQUIRES: `to` is of this host.
  void send(chat::MemberId to, std::span<const std::uint8_t> letter) override;

 private:
  // UnixLinks
  std::span<std::uint8_t> packet_buffer() override {
    return std::span(buffer_).subspan(letter_room);
  }
  bool admits(chat::MemberId from) const override;
  void came(chat::MemberId from, std::span<std::uint8_t> letter) override;
  void lost(const char* why) override;
  void ended(UnixInlet& inlet) override;
  void ended(UnixOutlet& outlet) override;

  // Watcher of the socket that listens
  void on_readable() override;
  void on_writable() override {}

  void welcome(int fd);
  void hear_newcomers();
  static void on_accept_again(void* self);

  UnixOutlet* connect(chat::MemberId to);
  UnixOutlet* add_outlet(chat::MemberId to);
  void remove(UnixOutlet& outlet);
  void remove(UnixInlet& inlet);
  bool has_inlet_from(chat::MemberId member) const;

  void doubt(UnixOutlet& outlet);
  static void on_probe(void* self);
  void probe(UnixOutlet& outlet);

  const chat::MemberId self_;
  Loop& loop_;
  Receiver& receiver_;
  int listener_ = -1;
  Loop::Watch* watch_ = nullptr;
  Loop::Alarm* accept_again_ = nullptr;
  Loop::Alarm* probe_ = nullptr;

  chat::Heap heap_;
  chat::TableState<UnixOutlet> outlets_state_;
  chat::Table<UnixOutlet, UnixOutletByMember> outlets_{outlets_state_, heap_};
  chat::List<UnixOutlet> doubts_;                  // those that are not open
  std::array<UnixInlet*, unix_links_max> inlets_;  // without order
  std::size_t inlets_size_ = 0;
  std::size_t doubts_size_ = 0;
  bool complained_ = false;

  std::array<std::uint8_t, letter_room + piece_header_bytes + piece_bytes_max> buffer_;
};

}  // namespace share
