#include "sim/line.h"

#include <utility>

#include "sim/page.h"
#include "sim/world.h"

namespace sim {

Line::Line(World& world, Worker& worker, Page& page, std::uint64_t delay_ms, chat::Tag tag)
    : Session(world.plan().settings, page.lobby(), tag),
      world_(world),
      worker_(worker),
      page_(page),
      delay_ms_(delay_ms) {
  world_.clock().in(delay_ms_, [this] { worker_.open(*this); });
}

void Line::says(std::string frame) {
  world_.clock().in(delay_ms_, [this, frame = std::move(frame)] {
    if (world_.clock().now_ms() <= cut_ms_) worker_.frame(*this, frame);
  });
}

void Line::ends(chat::Departure how, std::uint64_t noticed_ms) {
  has_page_ = false;
  const bool is_said = how != chat::Departure::dropped;
  const std::uint64_t left_ms = is_said ? delay_ms_ : world_.dice().below(delay_ms_ + 1);
  // A `resume` on its way is lost: it could overtake the one on the next line, and would win.
  cut_ms_ = world_.clock().now_ms() + (page_.has_seat() ? left_ms : 0);
  world_.clock().in(std::max(noticed_ms, delay_ms_), [this, how] { worker_.close(*this, how); });
}

void Line::hears(std::string frame) {
  if (!has_page_) return;
  world_.clock().in(delay_ms_, [this, frame = std::move(frame)] {
    if (has_page_) page_.hears(*this, frame);
  });
}

void Line::closed(chat::Ending why) {
  world_.clock().in(delay_ms_, [this, why] {
    if (std::exchange(has_page_, false)) page_.closed(*this, why);
  });
}

void Line::broken() {
  is_inside = false;
  world_.clock().in(delay_ms_ + world_.dice().below(200), [this] {
    if (std::exchange(has_page_, false)) page_.dropped(*this);
  });
}

}  // namespace sim
