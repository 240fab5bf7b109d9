// How two clients of chat.v1 come together.
#pragma once

#include "bench/client.h"

namespace bench {

// Takes the `hello` in.
void greet(Client& client);
// Both look for a stranger and find each other; nobody else waits in their lobby. Both were
// greeted.
void match(Client& one, Client& other);
// How many the server says are online, by a `hello` that was not taken yet.
unsigned online(Client& client);

}  // namespace bench
