// A link to another member: cuts letters into packets (unix_packets.h), and keeps what its socket
// does not take, whole letters up to unix_pending_bytes_max.
//
// Once closed it stays for a while as a doubt whether that member lives (unix_mail.cpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "chat/list.h"
#include "chat/member.h"
#include "share/loop.h"
#include "share/unix_links.h"

namespace share {

class UnixOutlet final : public Watcher, public chat::Link {
 public:
  UnixOutlet(chat::MemberId to, Loop& loop, UnixLinks& links)
      : to(to), loop_(loop), links_(links) {}
  ~UnixOutlet() { close(); }
  UnixOutlet(const UnixOutlet&) = delete;
  UnixOutlet& operator=(const UnixOutlet&) = delete;

  // Says hello on a connected socket, which it owns from now on. False: it cannot, and is closed.
  bool open(int fd, chat::MemberId self);
  bool is_open() const { return fd_ != -1; }
  void close();
  bool is_doubt() const { return prev != nullptr; }  // it stands in the list of them

  // Now, later, or lost. False: the link is broken. REQUIRES: it is open.
  bool send(std::span<const std::uint8_t> letter);

  void on_readable() override;
  void on_writable() override;

  const chat::MemberId to;
  UnixOutlet* next_by_member = nullptr;
  // Of a doubt: whether a letter was lost, and how often somebody was found at its name.
  bool lost_letter = false;
  unsigned probes = 0;

 private:
  struct Held;
  enum class Wrote : std::uint8_t { all, some, broken };

  Wrote write(std::span<const std::uint8_t> letter, std::size_t& written, unsigned packets) const;
  bool keep(std::span<const std::uint8_t> letter, std::size_t written);
  void drop_first();
  bool flush();

  Loop& loop_;
  UnixLinks& links_;
  int fd_ = -1;
  Loop::Watch* watch_ = nullptr;
  Held* first_ = nullptr;
  Held* last_ = nullptr;
  std::size_t pending_ = 0;  // bytes of the letters that are held
};

struct UnixOutletByMember {
  using Key = chat::MemberId;
  static const Key& key(const UnixOutlet& outlet) { return outlet.to; }
  static UnixOutlet*& next(UnixOutlet& outlet) { return outlet.next_by_member; }
  static std::uint64_t hash(const Key& key) { return key.worker; }  // random
};

}  // namespace share
