#include "share/unix_mail.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <string_view>

#include "share/unix_socket.h"

namespace share {

using unix_socket::Accepted;
using unix_socket::Connected;

UnixMail::~UnixMail() {
  while (inlets_size_ > 0) remove(*inlets_[inlets_size_ - 1]);
  outlets_.each([this](UnixOutlet& outlet) { remove(outlet); });
  if (watch_ != nullptr) loop_.forget(*watch_);
  if (accept_again_ != nullptr) loop_.destroy(*accept_again_);
  if (probe_ != nullptr) loop_.destroy(*probe_);
  if (listener_ != -1) unix_socket::close_socket(listener_);
}

bool UnixMail::open() {
  accept_again_ = loop_.make_alarm(on_accept_again, this);
  probe_ = loop_.make_alarm(on_probe, this);
  if (accept_again_ == nullptr || probe_ == nullptr) return false;
  listener_ = unix_socket::listen_as(self_);
  if (listener_ == -1) return false;
  watch_ = loop_.watch(listener_, *this);
  return watch_ != nullptr && loop_.want(*watch_, true, false);
}

void UnixMail::send(chat::MemberId to, std::span<const std::uint8_t> letter) {
  if (letter.empty() || letter.size() > chat::letter_bytes_max || to == self_) return;
  UnixOutlet* outlet = outlets_.find(to);
  if (outlet == nullptr) outlet = connect(to);
  if (outlet == nullptr) return;
  if (!outlet->is_open()) {
    outlet->lost_letter = true;
  } else if (!outlet->send(letter)) {
    ended(*outlet);
  }
}

// ---- links from other members ----

void UnixMail::on_readable() {
  for (unsigned accepts = 0; accepts < accepts_in_a_row; ++accepts) {
    int fd = -1;
    switch (unix_socket::accept_from(listener_, fd)) {
      case Accepted::yes:
        welcome(fd);
        break;
      case Accepted::refused:
        break;
      case Accepted::none:
        return;
      case Accepted::full:
        // They wait in the system; asking on at once would turn in circles.
        lost("no descriptor is left");
        loop_.want(*watch_, false, false);
        loop_.set(*accept_again_, accept_pause_ms);
        return;
    }
  }
}

void UnixMail::on_accept_again(void* self) {
  auto& mail = *static_cast<UnixMail*>(self);
  if (!mail.loop_.want(*mail.watch_, true, false)) {
    mail.loop_.set(*mail.accept_again_, accept_pause_ms);
  }
}

void UnixMail::welcome(int fd) {
  void* memory = inlets_size_ < unix_links_max ? std::malloc(sizeof(UnixInlet)) : nullptr;
  if (memory == nullptr) {
    lost("too many workers, or out of memory");
    return unix_socket::close_socket(fd);
  }
  auto* inlet = new (memory) UnixInlet(fd, loop_, *this);
  inlets_[inlets_size_++] = inlet;
  if (inlet->start()) return;
  lost("the event loop has no room (worker_connections)");
  remove(*inlet);
}

// Whoever is about to be called gone may have sent letters that nobody has looked at yet.
void UnixMail::hear_newcomers() {
  on_readable();
  for (std::size_t i = inlets_size_; i > 0; --i) {
    if (!inlets_[i - 1]->hear_hello()) remove(*inlets_[i - 1]);
  }
}

bool UnixMail::admits(chat::MemberId from) const {
  return from.host == self_.host && from != self_;
}

void UnixMail::came(chat::MemberId from, std::span<std::uint8_t> letter) {
  receiver_.letter(from, letter);
}

// While another link to that member or from it is there, its end is to be awaited.
void UnixMail::ended(UnixInlet& inlet) {
  const chat::MemberId from = inlet.from();
  remove(inlet);
  if (from.worker == 0 || has_inlet_from(from) || outlets_.find(from) != nullptr) return;
  if (UnixOutlet* outlet = add_outlet(from)) doubt(*outlet);
}

void UnixMail::remove(UnixInlet& inlet) {
  --inlets_size_;
  *std::find(inlets_.begin(), inlets_.begin() + inlets_size_, &inlet) = inlets_[inlets_size_];
  inlet.~UnixInlet();
  std::free(&inlet);
}

bool UnixMail::has_inlet_from(chat::MemberId member) const {
  return std::any_of(inlets_.begin(), inlets_.begin() + inlets_size_,
                     [&](const UnixInlet* inlet) { return inlet->from() == member; });
}

// ---- links to other members ----

// Null: the letter is lost. One that is not open: the member seems to have ended.
UnixOutlet* UnixMail::connect(chat::MemberId to) {
  int fd = -1;
  const Connected connected = unix_socket::connect_to(to, fd);
  if (connected == Connected::failed) {
    lost("no link to another worker could be opened");
    return nullptr;
  }
  UnixOutlet* outlet = add_outlet(to);
  if (outlet == nullptr) {
    lost("too many workers, or out of memory");
    if (connected == Connected::yes) unix_socket::close_socket(fd);
    return nullptr;
  }
  if (connected == Connected::nobody) {
    doubt(*outlet);
  } else if (!outlet->open(fd, self_)) {
    lost("no link to another worker could be opened");
    remove(*outlet);
    return nullptr;
  }
  return outlet;
}

// Null: there is no room for one more.
UnixOutlet* UnixMail::add_outlet(chat::MemberId to) {
  if (outlets_.size() >= unix_links_max) return nullptr;
  void* memory = std::malloc(sizeof(UnixOutlet));
  if (memory == nullptr) return nullptr;
  auto* outlet = new (memory) UnixOutlet(to, loop_, *this);
  if (outlets_.insert(*outlet)) return outlet;
  outlet->~UnixOutlet();
  std::free(outlet);
  return nullptr;
}

void UnixMail::remove(UnixOutlet& outlet) {
  if (outlet.is_doubt()) {
    chat::List<UnixOutlet>::remove(outlet);
    --doubts_size_;
  }
  outlets_.remove(outlet);
  outlet.~UnixOutlet();
  std::free(&outlet);
}

void UnixMail::ended(UnixOutlet& outlet) {
  outlet.close();
  outlet.lost_letter = true;
  doubt(outlet);
}

// ---- who has ended ----

// Whether that member lives is found out from the loop.
void UnixMail::doubt(UnixOutlet& outlet) {
  doubts_.push_back(outlet);
  ++doubts_size_;
  loop_.set(*probe_, 0);
}

// Each doubt once; what the receiver sends meanwhile may add some at the end.
void UnixMail::on_probe(void* self) {
  auto& mail = *static_cast<UnixMail*>(self);
  mail.hear_newcomers();
  std::size_t doubts = mail.doubts_size_;
  for (UnixOutlet* each = mail.doubts_.front(); each != nullptr && doubts > 0; --doubts) {
    UnixOutlet* next = mail.doubts_.after(*each);
    mail.probe(*each);
    each = next;
  }
  if (!mail.doubts_.empty()) mail.loop_.set(*mail.probe_, probe_ms);
}

void UnixMail::probe(UnixOutlet& outlet) {
  const chat::MemberId member = outlet.to;
  // The end of the link from it will tell, when all that came has been read.
  if (has_inlet_from(member)) return remove(outlet);
  int fd = -1;
  const Connected connected = unix_socket::connect_to(member, fd);
  if (connected == Connected::nobody) {
    remove(outlet);
    return receiver_.gone(member);
  }
  if (connected == Connected::yes) unix_socket::close_socket(fd);
  if (++outlet.probes < probes_max) return;
  const bool lost_letter = outlet.lost_letter;
  remove(outlet);
  if (lost_letter) receiver_.unreached(member);
}

// ---- for the operator ----

// Once: what is short now is short for every letter.
void UnixMail::lost(const char* why) {
  if (complained_) return;
  complained_ = true;
  std::array<char, 160> text;
  const int size = std::snprintf(text.data(), text.size(),
                                 "mail between workers is lost: %s (this is said once)", why);
  loop_.log(Loop::Severity::error, {text.data(), static_cast<std::size_t>(size)});
}

}  // namespace share
