// What is sealed is opened as it was; what was changed, cut off or meant for others is not.
//
//   input: how (1), a place in it (2), of `about` the size (1) and its bytes, then the text, or
//   what claims to be sealed
#include "share/seal.h"

#include <algorithm>

#include "fuzz.h"

namespace {

constexpr share::Key key{1, 2, 3};
constexpr share::Key other_key{4, 5, 6};
constexpr chat::MemberId sealer{7, 8};
constexpr chat::MemberId opener{9, 10};

fuzz::Bytes sealed_of(fuzz::Input plain, fuzz::Input about) {
  share::Seal seal(key, sealer);
  fuzz::Bytes sealed(plain.size() + share::seal_bytes);
  fuzz::must(seal.seal(plain, about, sealed), "it is sealed");
  return sealed;
}

std::size_t plain_size(const fuzz::Bytes& sealed) {
  return sealed.size() < share::seal_bytes ? 0 : sealed.size() - share::seal_bytes;
}

void must_stay_shut(const fuzz::Bytes& sealed, fuzz::Input about, const share::Key& with = key) {
  share::Seal seal(with, opener);
  fuzz::Bytes out(plain_size(sealed), 0xaa);
  fuzz::must(!seal.open(sealed, about, out), "what is not ours stays shut");
  fuzz::must(
      std::all_of(out.begin(), out.end(), [](auto byte) { return byte == 0 || byte == 0xaa; }),
      "what stays shut gives nothing away");
}

void must_open(const fuzz::Bytes& sealed, fuzz::Input about, fuzz::Input plain) {
  share::Seal seal(key, opener);
  fuzz::Bytes out(plain.size());
  const auto opened = seal.open(sealed, about, out);
  fuzz::must(opened && opened->by == sealer, "what is ours opens, and says by whom");
  fuzz::must(std::ranges::equal(opened->plain, plain), "it is opened as it was sealed");
}

}  // namespace

void fuzz::run(Input input) {
  Source source(input);
  const std::uint8_t how = source.byte();
  const std::size_t place = source.below(65'536);
  const Bytes about = copy_of(source.bytes(source.byte()));
  const Input plain = source.rest();
  if (how % 8 == 0) return must_stay_shut(copy_of(plain), about);

  Bytes sealed = sealed_of(plain, about);
  must_open(sealed, about, plain);
  const std::size_t at = place % sealed.size();
  switch (how % 8) {
    case 1:
      sealed[at] ^= static_cast<std::uint8_t>(1u << (how >> 3) % 8);
      return must_stay_shut(sealed, about);
    case 2:
      sealed.resize(at);
      return must_stay_shut(sealed, about);
    case 3:
      sealed.push_back(how);
      return must_stay_shut(sealed, about);
    case 4:
      return must_stay_shut(sealed, about, other_key);
    case 5: {
      Bytes other = about;
      other.push_back(how);
      return must_stay_shut(sealed, other);
    }
    default:
      return;
  }
}
