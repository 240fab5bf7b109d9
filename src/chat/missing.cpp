// Who is missing in a chat, for how long they are waited for, and who is told.
#include <algorithm>

#include "chat/hub.h"

namespace chat {

// Until when that member is waited for; 0: is there.
std::uint64_t Hub::missing_until_ms(const Chat& chat, const Member& member) {
  if (member.is_here()) return 0;
  if (member.until_ms != 0 || !member.away || !chat.peer->lost()) return member.until_ms;
  return chat.peer->lost_ms + chat.window_ms();
}

// The same of all that sit with `seat`.
std::uint64_t Hub::missing_until_ms(Chat& chat, Seat seat) {
  std::uint64_t until_ms = 0;
  chat.others(seat, [&](const Member& other) {
    until_ms = std::max(until_ms, missing_until_ms(chat, other));
  });
  return until_ms;
}

// Somebody's connection is gone: their seat is kept.
void Hub::vacate(const Talking& talking, Departure how, std::uint64_t now_ms) {
  Chat& chat = *talking.chat;
  Member& member = chat.at(talking.seat);
  std::uint64_t keep_ms = chat.window_ms();
  if (how == Departure::page_closed) {
    keep_ms = std::min(keep_ms, page_closed_ms);
  } else if (member.session->is_away) {
    keep_ms *= away_windows;
  }
  member.session->state = Idle{now_ms};
  member.session = nullptr;
  member.entering = member.told_lost = false;
  member.until_ms = now_ms + keep_ms;
  if (chat.peer != nullptr) say_kept(chat, talking.seat, chat.peer->id, now_ms);
  miss(chat, now_ms);
  look_for(chat, now_ms);
}

// Somebody may be missing: tells who is here, and minds the time.
void Hub::miss(Chat& chat, std::uint64_t now_ms) {
  mind(chat, now_ms);
  tell(chat, now_ms);
}

// Whether a seat of it can be kept for somebody who is gone.
bool Hub::can_mind(const Chat& chat) const {
  return chat.missing.is_linked() || missing_size_ < missing_max;
}

// It is seen to at every beat.
void Hub::mind(Chat& chat, std::uint64_t now_ms) {
  if (chat.missing.is_linked()) return;
  missing_.push_back(chat.missing);
  ++missing_size_;
  // Many are missed at once when a worker dies; they ask again one after another.
  chat.ask_ms = now_ms + ask_again_ms + random_.next() % ask_again_ms;
}

void Hub::mind_no_more(Chat& chat) {
  if (!chat.missing.is_linked()) return;
  List<Missing>::remove(chat.missing);
  --missing_size_;
}

// Tells who is here whether the others are.
void Hub::tell(Chat& chat, std::uint64_t now_ms) {
  chat.each_here([&](Seat seat, Member& member) {
    if (member.entering) return;
    const std::uint64_t until_ms = missing_until_ms(chat, seat);
    if ((until_ms != 0) == member.told_lost) return;
    member.told_lost = until_ms != 0;
    if (member.told_lost) {
      send(*member.session, Lost{seconds_until(until_ms, now_ms)});
    } else {
      send(*member.session, Back{});
    }
  });
}

// Somebody has taken `seat` again: whoever is here says again what was on its way meanwhile, even
// if nobody had noticed that they were missing.
void Hub::welcome_back(Chat& chat, Seat seat) {
  chat.others(seat, [&](Member& other) {
    if (!other.is_here() || other.entering) return;
    other.told_lost = false;
    send(*other.session, Back{});
  });
}

// ---- the time ----

void Hub::see_to(Chat& chat, std::uint64_t now_ms) {
  bool over = false;
  bool missing = false;
  chat.each([&](Seat, Member& member) {
    const std::uint64_t until_ms = missing_until_ms(chat, member);
    over |= until_ms != 0 && now_ms >= until_ms;
    missing |= until_ms != 0 || member.entering;
  });
  if (over) {
    if (chat.peer != nullptr) write_to(chat.peer->id, Parted{chat.id()}, now_ms);
    // Out of reach of others, one cannot know whether it goes on among them.
    if (!is_cut_ && (chat.peer == nullptr || !chat.peer->lost())) note_lapse(chat);
    return part(chat, now_ms);
  }
  if ((missing || chat.asks) && now_ms >= chat.ask_ms) look_for(chat, now_ms);
  if (missing || chat.asks) return;
  chat.pause_ms = 0;
  mind_no_more(chat);
}

// Whether somebody has taken a seat here and not heard whether that was right: whoever knows may be
// out of reach, and nobody be missing.
bool Hub::awaits_word(Chat& chat, std::uint64_t now_ms) {
  bool awaits = false;
  chat.each_here([&](Seat, const Member& member) {
    const bool is_recent = now_ms < member.until_ms + away_windows * chat.window_ms();
    awaits |= is_recent && !member.taking.is_right;
  });
  return awaits;
}

// Lets itself be found by whoever may know of those who are missing, asks for them, and says when
// to do so again.
void Hub::look_for(Chat& chat, std::uint64_t now_ms) {
  const std::uint64_t pause_ms = 2ULL * chat.pause_ms;
  chat.pause_ms = static_cast<std::uint32_t>(std::clamp(pause_ms, ask_again_ms, renew_ms));
  chat.ask_ms = now_ms + chat.pause_ms;
  chat.asks = awaits_word(chat, now_ms);
  ask_around(chat);
  for (std::size_t i = 0; i < chat.kin.size(); ++i) {
    const MemberId kin = chat.kin[i];
    const bool is_told = (i > 0 && kin == chat.kin[i - 1]) || (chat.peer && chat.peer->id == kin);
    if (kin.worker == 0 || is_told) continue;
    chat.each_here([&](Seat seat, const Member& member) {
      if (member.taking.stamp != first_stamp) say_moved(chat, seat, kin, now_ms);
    });
  }
}

void Hub::beat(std::uint64_t now_ms) {
  peers_.each([&](Peer& peer) {
    if (!peer.lost() && now_ms - peer.heard_ms >= silent_ms) lose(peer, now_ms);
    if (now_ms - peer.asked_ms >= (peer.lost() ? audit_lost_ms : audit_ms)) audit(peer, now_ms);
  });
  for (Missing *at = missing_.front(), *next = nullptr; at != nullptr; at = next) {
    next = missing_.after(*at);
    see_to(*at->chat, now_ms);
  }
}

}  // namespace chat
