#include "nginx/echo.h"

#include "nginx/bounds.h"

namespace nginx {

// Nothing is read while something is pending, so what one read gives is all that can be.
Echo::Echo(ngx_connection_t* c, const Location& location)
    : Connection(c, location, location.echo_max, SIZE_MAX) {}

// In front of each part there is room: its frame's header, longer by the mask, or that of the read
// buffer.
void Echo::on_data(const ws::Event& event) {
  const ws::Opcode opcode = !event.first   ? ws::Opcode::continuation
                            : event.binary ? ws::Opcode::binary
                                           : ws::Opcode::text;
  const std::uint8_t* frame =
      ws::write_header_before(event.bytes.data(), event.bytes.size(), opcode, event.last);
  write({frame, event.bytes.data() + event.bytes.size()});
}

}  // namespace nginx
