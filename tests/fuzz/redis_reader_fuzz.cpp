// Redis' answers: however the bytes are cut they are the same answers, within their bounds, and
// what was read is read again from what it says.
//
//   input: size of the pieces (1), the answers
#include "share/redis_reader.h"

#include "fuzz.h"
#include "share/redis_bounds.h"

namespace {

// As Redis would write it; types of RESP3, which nobody asks for, by their number.
void write(const redisReply& reply, std::string& to) {
  const auto line = [&](char kind, std::string_view text) {
    to += kind;
    to += text;
    to += "\r\n";
  };
  switch (reply.type) {
    case REDIS_REPLY_STRING:
      line('$', std::to_string(reply.len));
      to.append(reply.str, reply.len).append("\r\n");
      return;
    case REDIS_REPLY_STATUS:
      return line('+', share::text_of(&reply));
    case REDIS_REPLY_ERROR:
      return line('-', share::text_of(&reply));
    case REDIS_REPLY_INTEGER:
      return line(':', std::to_string(reply.integer));
    case REDIS_REPLY_NIL:
      return line('$', "-1");
    case REDIS_REPLY_ARRAY:
      fuzz::must(reply.elements <= share::redis_elements_max, "an array has its bound");
      line('*', std::to_string(reply.elements));
      for (std::size_t i = 0; i < reply.elements; ++i) write(*reply.element[i], to);
      return;
    default:
      return line('?', std::to_string(reply.type));
  }
}

struct Answers {
  std::string text;
  bool wrong = false;
};

Answers read(fuzz::Input wire, std::size_t piece) {
  Answers answers;
  share::RedisReader reader;
  fuzz::must(reader.open(), "there is memory");
  while (!wire.empty()) {
    const fuzz::Bytes bytes = fuzz::copy_of(wire.first(std::min(piece, wire.size())));
    wire = wire.subspan(bytes.size());
    fuzz::must(reader.feed(bytes), "what is within the bound is taken");
    for (;;) {
      redisReply* reply = nullptr;
      answers.wrong = !reader.next(reply);
      if (answers.wrong) return answers;
      if (reply == nullptr) break;
      write(*reply, answers.text);
      freeReplyObject(reply);
    }
  }
  return answers;
}

}  // namespace

void fuzz::run(Input input) {
  Source source(input);
  const std::size_t piece = 1 + source.byte();
  const Input wire = source.rest();
  const Answers whole = read(wire, wire.size() + 1);
  const Answers in_pieces = read(wire, piece);
  const Answers bytewise = read(wire, 1);
  must(in_pieces.text == whole.text && in_pieces.wrong == whole.wrong, "pieces give the same");
  must(bytewise.text == whole.text && bytewise.wrong == whole.wrong, "single bytes give the same");

  if (whole.text.find('?') != whole.text.npos) return;
  const Answers again = read(bytes_of(whole.text), whole.text.size() + 1);
  must(!again.wrong && again.text == whole.text, "what was read is read again as it was");
}
