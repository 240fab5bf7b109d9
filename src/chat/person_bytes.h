// A person as bytes (pack.h), for tickets and tokens.
#pragma once

#include "chat/bounds.h"
#include "chat/pack.h"
#include "chat/person.h"

namespace chat {

inline void put(Packer& packer, const Person& person) {
  packer.put(person.id).put(person.tag).put(person.strangers.last());
  for (PersonId stranger : person.strangers.blocked()) packer.put(stranger);
}

inline void take(Unpacker& unpacker, Person& person) {
  person.id = unpacker.take<PersonId>();
  person.tag = unpacker.take<Tag>();
  person.strangers.meet(unpacker.take<PersonId>());
  for (std::size_t i = 0; i < blocked_max; ++i) {
    if (const auto stranger = unpacker.take<PersonId>()) person.strangers.block(stranger);
  }
}

}  // namespace chat
