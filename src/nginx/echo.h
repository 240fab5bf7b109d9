// A connection that says back what it hears: to check what stands in front of nginx, and for
// conformance suites.
#pragma once

#include "nginx/connection.h"

namespace nginx {

// Each part of a message goes back as it comes, as a fragment of its own, so nothing is gathered
// however long the message is. While the peer does not read, it is not read from.
class Echo final : public Connection {
 public:
  Echo(ngx_connection_t* c, const Location& location);

 private:
  void on_data(const ws::Event& event) override;
  void on_shutdown() override { close(ws::CloseCode::restart); }
  void on_end() override {}
  bool reads_while_pending() const override { return false; }
};

}  // namespace nginx
