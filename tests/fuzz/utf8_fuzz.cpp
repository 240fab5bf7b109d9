// UTF-8 as it arrives, against a plain reading of RFC 3629 that looks at whole characters.
//
//   input: size of the pieces (1), the text
#include "ws/utf8.h"

#include "fuzz.h"

namespace {

// The size of the character that `text` begins with; 0: it begins with none.
std::size_t character_size(fuzz::Input text) {
  const std::uint8_t lead = text[0];
  if (lead < 0x80) return 1;
  const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc0 || lead > 0xf7 || text.size() < size) return 0;
  std::uint32_t code = lead & (0xffu >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((text[i] & 0xc0) != 0x80) return 0;
    code = code << 6 | (text[i] & 0x3fu);
  }
  constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  return code < least[size] || code > 0x10ffff || surrogate ? 0 : size;
}

bool is_whole(fuzz::Input text) {
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    if (size == 0) return false;
    text = text.subspan(size);
  }
  return true;
}

// Whether some bytes behind `text` could make it whole.
bool can_go_on(fuzz::Input text) {
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    if (size == 0) break;
    text = text.subspan(size);
  }
  if (text.size() > 3) return false;
  // The lowest and the highest character that begin so, and those beside the surrogates.
  for (const std::uint8_t low : {0x80, 0x90, 0xa0}) {
    fuzz::Bytes tail = fuzz::copy_of(text);
    if (is_whole(tail)) return true;
    for (tail.push_back(low); tail.size() <= 4; tail.push_back(0x80)) {
      if (is_whole(tail)) return true;
    }
  }
  return false;
}

bool take(ws::Utf8& utf8, fuzz::Input text, std::size_t piece) {
  bool good = true;
  while (!text.empty()) {
    const fuzz::Bytes bytes = fuzz::copy_of(text.first(std::min(piece, text.size())));
    text = text.subspan(bytes.size());
    const bool before = good;
    good = utf8.take(bytes);
    fuzz::must(before || !good, "what is wrong stays wrong");
  }
  return good;
}

}  // namespace

void fuzz::run(Input input) {
  Source source(input);
  const std::size_t piece = 1 + source.byte();
  const Input text = source.rest();

  ws::Utf8 whole, in_pieces, bytewise;
  const bool good = take(whole, text, text.size() + 1);
  must(take(in_pieces, text, piece) == good, "pieces are judged as the whole");
  must(take(bytewise, text, 1) == good, "single bytes are judged as the whole");
  must((good && whole.complete()) == is_whole(text), "it is whole if RFC 3629 says so");
  must(good == can_go_on(text), "it is good as long as something can follow");
  whole.reset();
  must(whole.complete(), "after a reset nothing is left");
}
