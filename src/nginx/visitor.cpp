#include "nginx/visitor.h"

#include <algorithm>
#include <utility>

#include "nginx/house.h"
#include "nginx/worker.h"

namespace nginx {

namespace {

// The one place where the domain's reasons become close codes.
ws::CloseCode code_of(chat::Ending why) {
  switch (why) {
    case chat::Ending::idle:
      return ws::CloseCode::done;
    case chat::Ending::restart:
      return ws::CloseCode::restart;
    case chat::Ending::full:
      return ws::CloseCode::try_later;
    case chat::Ending::broken:
      return ws::CloseCode::protocol;
    case chat::Ending::too_big:
      return ws::CloseCode::too_big;
    case chat::Ending::flood:
      return ws::CloseCode::policy;
    case chat::Ending::replaced:
      return ws::CloseCode::replaced;
  }
  return ws::CloseCode::internal;
}

// A reader who has the longest message before them is not slow yet when the next one comes.
std::size_t pending_max(const Location& location) {
  const std::size_t frame = location.settings.frame_bytes_max() + ws::server_header_bytes_max;
  return std::max(location.pending_max, 2 * frame);
}

}  // namespace

Visitor::Visitor(ngx_connection_t* c, const Location& location, House& house, const Place& place)
    : Connection(c, location, location.settings.frame_bytes_max(), pending_max(location)),
      Session(location.settings, place.lobby, place.address),
      house_(house),
      place_(place) {}

void Visitor::start(std::span<std::uint8_t> early) {
  std::uint32_t online = 0;
  if (enter(online)) {
    inside_ = true;
    house_.hub().open(*this, online, ngx_current_msec);
  } else {
    house_.hub().turn_away(*this);
  }
  Connection::start(early);
}

bool Visitor::enter(std::uint32_t& online) {
  const auto sessions_max = static_cast<std::size_t>(location().sessions_max);
  if (sessions_max != 0 && house_.hub().people() >= sessions_max) return false;
  counted_ = house_.zone().enter(place_.address, place_.lobby,
                                 static_cast<std::uint32_t>(location().address_max), online);
  return counted_;
}

void Visitor::on_data(const ws::Event& event) {
  if (event.binary) return close(ws::CloseCode::unsupported, "text only");
  if (event.first && event.last) return take(event.bytes);
  if (event.fragment && !house_.hub().admit(*this, ngx_current_msec)) return;
  if (!message_.append(event.bytes)) return close(ws::CloseCode::internal, "out of memory");
  if (!event.last) return;
  // Taken out of our hands, as the hub may end us.
  share::Bytes whole;
  whole.swap(message_);
  take(whole.span());
}

// The house outlives whatever the hub may end.
void Visitor::take(std::span<std::uint8_t> message) {
  House& house = house_;
  house.hub().frame(*this, message, ngx_current_msec);
  house.beat_if_needed();
}

bool Visitor::on_control() {
  return house_.hub().admit(*this, ngx_current_msec);
}

// Who talks goes on here for a moment, each for one of their own, so that they come to the new
// workers one after another and are missed for no longer than that takes. Who waits would only be
// met by those who then have to go.
void Visitor::on_shutdown() {
  if (!std::holds_alternative<chat::Talking>(state)) {
    return house_.hub().restart(*this, ngx_current_msec);
  }
  const std::uint64_t drain_ms = location().settings.drain_ms;
  sent_away_ms_ = ngx_current_msec + Worker::self().next() % drain_ms;
}

void Visitor::dismissed(chat::Ending why) {
  inside_ = false;
  close(code_of(why));
}

void Visitor::on_end() {
  message_.clear();
  if (!std::exchange(inside_, false)) return;
  house_.hub().close(*this, departure(), ngx_current_msec);
  house_.beat_if_needed();
}

// Who has broken the rules of WebSocket is done, and so is who says so; everybody else may come
// back, also whose message stopped in the middle: the line did, as it seems.
chat::Departure Visitor::departure() const {
  switch (closed_with()) {
    case ws::CloseCode::going_away:
      return chat::Departure::page_closed;
    case ws::CloseCode::done:
    case ws::CloseCode::protocol:
    case ws::CloseCode::unsupported:
    case ws::CloseCode::not_utf8:
    case ws::CloseCode::too_big:
      return chat::Departure::left;
    default:
      return chat::Departure::dropped;
  }
}

void Visitor::on_gone() {
  if (counted_) house_.zone().leave(place_.address, place_.lobby);
}

std::uint64_t Visitor::deadline_ms() const {
  return inside_ ? std::min(sent_away_ms_, chat::Hub::deadline_ms(*this)) : chat::Hub::never;
}

void Visitor::on_due() {
  if (ngx_current_msec >= sent_away_ms_) {
    house_.hub().restart(*this, ngx_current_msec);
  } else {
    house_.hub().due(*this, ngx_current_msec);
  }
  house_.beat_if_needed();
}

}  // namespace nginx
