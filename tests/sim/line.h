// A connection between a page and a worker: frames take a while, in order, until it is gone.
#pragma once

#include <cstdint>
#include <string>

#include "chat/ending.h"
#include "chat/session.h"

namespace sim {

class Page;
class World;
class Worker;

class Line : public chat::Session {
 public:
  Line(World& world, Worker& worker, Page& page, std::uint64_t delay_ms, chat::Tag tag);

  // ---- the page's end ----

  void says(std::string frame);
  // The page hears nothing any more; the worker is told after so long, and what was said before
  // then arrives.
  void ends(chat::Departure how, std::uint64_t noticed_ms);
  bool has_page() const { return has_page_; }
  Page& page() const { return page_; }

  // ---- the worker's end ----

  void hears(std::string frame);
  // The worker has closed it.
  void closed(chat::Ending why);
  // The worker is dead, or has gone.
  void broken();

  Worker& worker() const { return worker_; }
  std::uint64_t delay_ms() const { return delay_ms_; }
  bool is_inside = false;  // the hub has it
  std::uint64_t due_ms = UINT64_MAX;

 private:
  World& world_;
  Worker& worker_;
  Page& page_;
  const std::uint64_t delay_ms_;
  bool has_page_ = true;
  std::uint64_t cut_ms_ = UINT64_MAX;  // what arrives at the worker later is lost
};

}  // namespace sim
