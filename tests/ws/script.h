// What a decoder said, fed in every way, as a text in which the pieces of a message are joined
// again: however the bytes were cut, the script is the same.
//
//   text(Hel[ping x]lo)binary()[pong][close 1000 bye][fault 1002]
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "unit.h"
#include "wire.h"
#include "ws/decoder.h"

namespace script {

struct Script {
  char data[wire::bytes_max];
  std::size_t size = 0;
  std::size_t message_at = 0;
  std::size_t fed = 0;       // bytes that the decoder was given
  std::size_t fault_at = 0;  // the same at a fault
  bool open = false;
  bool over = false;

  void clear() {
    size = message_at = fed = fault_at = 0;
    open = over = false;
  }
  std::string_view view() const { return {data, size}; }

  void add(std::string_view text) {
    if (text.empty()) return;
    std::memcpy(data + size, text.data(), text.size());
    size += text.size();
  }
  void add(std::span<const std::uint8_t> bytes) {
    add(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  }
  void add_number(unsigned number) {
    char digits[16];
    add({digits, static_cast<std::size_t>(std::snprintf(digits, sizeof(digits), "%u", number))});
  }

  void begin(bool binary) {
    message_at = size;
    add(binary ? "binary(" : "text(");
    open = true;
  }
  void end() {
    add(")");
    open = false;
  }
  void control(std::string_view name, std::string_view payload) {
    add("[");
    add(name);
    if (!payload.empty()) add(" ");
    add(payload);
    add("]");
  }

  void on_data(const ws::Event& event) {
    if (event.first == open) add("<first is wrong>");
    if (event.first) begin(event.binary);
    add(event.bytes);
    if (event.last) end();
  }
  void on_end(std::string_view name, const ws::Event& event) {
    // How much of a text is handed on before it turns out to be none depends on the pieces.
    if (event.code == ws::CloseCode::not_utf8 && open) size = message_at;
    add("[");
    add(name);
    if (event.code != ws::CloseCode::none) {
      add(" ");
      add_number(static_cast<unsigned>(event.code));
    }
    if (!event.bytes.empty()) add(" ");
    add(event.bytes);
    add("]");
    open = false;
    over = true;
  }
  void on(const ws::Event& event) {
    const std::string_view payload(reinterpret_cast<const char*>(event.bytes.data()),
                                   event.bytes.size());
    if (over) add("<more>");
    switch (event.kind) {
      case ws::Event::Kind::none:
        return;
      case ws::Event::Kind::data:
        return on_data(event);
      case ws::Event::Kind::ping:
        return control("ping", payload);
      case ws::Event::Kind::pong:
        return control("pong", payload);
      case ws::Event::Kind::close:
        return on_end("close", event);
      case ws::Event::Kind::fault:
        fault_at = fed;
        if (event.reason.empty()) add("<no reason>");
        return on_end("fault", event);
    }
  }
};

// Gives the decoder one piece, in memory of just that size, so that a sanitizer sees a step over
// its end.
inline void feed(ws::Decoder& decoder, const std::uint8_t* bytes, std::size_t size, Script& to) {
  auto* piece = static_cast<std::uint8_t*>(std::malloc(size + (size == 0)));
  if (size > 0) std::memcpy(piece, bytes, size);
  std::span<std::uint8_t> input(piece, size);
  to.fed += size;
  for (;;) {
    const ws::Event event = decoder.next(input);
    if (event.kind == ws::Event::Kind::none) break;
    if (event.kind == ws::Event::Kind::data &&
        (event.bytes.data() < piece || event.bytes.data() + event.bytes.size() != input.data())) {
      to.add("<not in the input>");
    }
    to.on(event);
  }
  if (!input.empty()) to.add("<input is left>");
  std::free(piece);
}

// ---- feeding the same bytes in every way ----

inline constexpr std::size_t message_max = 1000;

inline wire::Wire client;
inline Script said;
inline Script wanted;

inline void fail_unless_said(std::string_view want, const char* name, const char* how,
                             std::size_t where) {
  if (said.view() == want) return;
  constexpr std::size_t shown = 300;
  fail_msg("%s, fed %s %zu: %.*s, not %.*s", name, how, where,
           static_cast<int>(std::min(said.size, shown)), said.data,
           static_cast<int>(std::min(want.size(), shown)), want.data());
}

// Up to here every cut is tried; of what is longer, those near the ends and some between.
inline constexpr std::size_t cuts_max = 1200;

inline std::size_t next_cut(std::size_t cut) {
  constexpr std::size_t near_end = 300;
  const std::size_t end = client.size - std::min(client.size, near_end);
  const bool each = client.size <= cuts_max || cut < near_end || cut >= end;
  return each ? cut + 1 : std::min(cut + 997, end);
}

// What is in `client` must give the script `want`.
inline void expect(const char* name, std::string_view want, std::size_t max = message_max) {
  said.clear();
  ws::Decoder whole(max);
  feed(whole, client.data, client.size, said);
  fail_unless_said(want, name, "whole", 0);
  assert_int_equal(whole.in_message(), said.open);

  for (std::size_t cut = 0; cut <= client.size; cut = next_cut(cut)) {
    said.clear();
    ws::Decoder decoder(max);
    feed(decoder, client.data, cut, said);
    feed(decoder, client.data + cut, client.size - cut, said);
    fail_unless_said(want, name, "in two, cut at", cut);
  }

  said.clear();
  ws::Decoder bytewise(max);
  for (std::size_t i = 0; i < client.size; ++i) feed(bytewise, client.data + i, 1, said);
  fail_unless_said(want, name, "byte by byte", 0);
}

}  // namespace script
