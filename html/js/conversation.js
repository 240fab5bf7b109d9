// One chat, as two pages and nobody between them keep it: what I said stays in the outbox until the partner's page has
// it; what the partner said goes through the inbox. Either of the two may be out of reach for a while: this page without
// a line to the server, or the partner. No DOM, no socket, no clock of its own.

import { Inbox } from './inbox.js';
import { Outbox } from './outbox.js';
import { write } from './protocol.js';
import { Typing } from './typing.js';

/**
 * A message: `{ id, mine, text, state }`. `id` is unique within the chat and does not change. `state` of one's own is
 * `sending`, `delivered`, `seen`, `refused` (by the server's rules) or `lost` (the chat ended first); of the partner's it is null.
 *
 *   clock   { now(), setTimeout(call, ms), clearTimeout(id) }, milliseconds, monotonic
 *   send    takes a frame; false if it could not be sent now
 *   notify  called with
 *             { type: 'message', message }   the partner's next message
 *             { type: 'mark', message }      the state of an own one changed
 *             { type: 'typing', typing }     the partner began to type, or stopped
 *             { type: 'presence', away }     the partner's page went to the background, or came back
 *             { type: 'gap' }                the partner's page lost messages that will never come
 *             { type: 'lost', seconds }      the partner cannot be reached, and has so long to come back
 *             { type: 'back' }               the partner is there again
 *             { type: 'count', said, got }   how many messages were said, and how many of the partner's are here
 *   said, got   the last count of a chat that began before this page was loaded: it goes on from there
 */
export class Conversation {
  #send;
  #notify;
  #outbox;
  #inbox;
  #typing;

  #count = 0; // messages of either since this page was loaded
  #ended = false;
  #inFront = true;
  #reading = true;
  #suspended = false; // there is no line to the server
  #partnerLost = false;

  constructor({ clock, send, notify, said = 0, got = 0 }) {
    this.#send = send;
    this.#notify = notify;
    this.#outbox = new Outbox({
      clock,
      say: (n, text) => this.#tell(n, text),
      skip: (n) => send(write.skip(n)),
      mark: (message) => notify({ type: 'mark', message }),
      skipped: said,
    });
    this.#inbox = new Inbox({
      clock,
      got: (n) => send(write.got(n)),
      seen: (n) => send(write.seen(n)),
      show: (text) => this.#show(text),
      gap: () => this.#skipped(),
      last: got,
    });
    this.#typing = new Typing({
      clock,
      send: () => this.#reachable && send(write.typing()),
      show: (typing) => notify({ type: 'typing', typing }),
    });
  }

  /** Whether either has said anything. */
  get begun() {
    return this.#count > 0;
  }

  /** Whether something was said that the partner's page has not confirmed. */
  get underWay() {
    return !this.#outbox.empty;
  }

  /** How many of the partner's messages are here. */
  get got() {
    return this.#inbox.last;
  }

  /** Whether one more message would find room. */
  get roomy() {
    return !this.#ended && this.#outbox.roomy;
  }

  /** Says it: the message, or null if the chat is over or too much is under way; the text then stays the caller's. */
  say(text) {
    if (!this.roomy) return null;
    const message = { id: ++this.#count, mine: true, text, state: 'sending' };
    this.#typing.said();
    this.#outbox.add(message);
    this.#tellCount();
    return message;
  }

  /** The person changed the draft. */
  typed() {
    if (!this.#ended) this.#typing.typed();
  }

  /** The page went to the background or came to the front. */
  setInFront(inFront) {
    if (this.#ended || inFront === this.#inFront) return;
    this.#inFront = inFront;
    if (!this.#suspended) this.#tellPresence();
    this.#inbox.setSeeing(this.#seeing);
  }

  /** Whether the end of the conversation is in sight; `seen` needs this and the page in front. */
  setReading(reading) {
    this.#reading = reading;
    if (!this.#ended) this.#inbox.setSeeing(this.#seeing);
  }

  /** There is no line to the server any more; what is said waits. */
  suspend() {
    if (this.#ended) return;
    this.#suspended = true;
    this.#typing.hide();
    this.#outbox.cut();
    this.#reach();
  }

  /** There is one again. `seconds` are those that a lost partner has left to come back; null: the partner is there. */
  resume(seconds) {
    if (this.#ended) return;
    this.#suspended = false;
    this.#tellPresence();
    if (seconds === null) this.#found();
    else this.#lose(seconds);
  }

  /** Takes a frame of the partner's or of the server's about this chat; passes over others. */
  receive(frame) {
    if (this.#ended) return;
    switch (frame.verb) {
      case 'say':
        if (frame.got !== null) this.#outbox.confirm(frame.got);
        return this.#inbox.hear(frame);
      case 'got':
        return this.#outbox.confirm(frame.n);
      case 'seen':
        return this.#outbox.confirmSeen(frame.n);
      case 'skip':
        return this.#inbox.skip(frame.n);
      case 'typing':
        return this.#typing.heard();
      case 'away':
        this.#typing.hide();
        return this.#notify({ type: 'presence', away: true });
      case 'here':
        return this.#notify({ type: 'presence', away: false });
      case 'lost':
        return this.#lose(frame.in);
      case 'back':
        // One who came back so soon that nobody missed them may have missed something all the same.
        this.#tellPresence();
        return this.#found();
      case 'refused':
        if (frame.of === 'say' && frame.n !== null) this.#refused(frame);
    }
  }

  /** The chat is over: nothing more is sent or heard, and what is not confirmed never will be. */
  end() {
    if (this.#ended) return;
    this.#typing.hide();
    this.#ended = true;
    this.#inbox.hold();
    this.#outbox.end();
  }

  get #reachable() {
    return !this.#suspended && !this.#partnerLost;
  }

  get #seeing() {
    return this.#inFront && this.#reading;
  }

  #tell(n, text) {
    const sent = this.#send(write.say(n, text, this.#inbox.riding));
    if (sent) this.#inbox.rode();
    return sent;
  }

  #show(text) {
    this.#typing.hide();
    const message = { id: ++this.#count, mine: false, text, state: null };
    this.#tellCount();
    this.#notify({ type: 'message', message });
  }

  #skipped() {
    this.#tellCount();
    this.#notify({ type: 'gap' });
  }

  #refused(frame) {
    if (!this.#outbox.refuse(frame)) return;
    this.#inbox.owe(); // the `got` that rode along was not passed on either
    if (frame.reason === 'filtered') this.#tellCount();
  }

  #tellCount() {
    this.#notify({ type: 'count', said: this.#outbox.said, got: this.#inbox.last });
  }

  // To the partner, and to the server: it keeps the seat of a page in the background for longer.
  #tellPresence() {
    this.#send(this.#inFront ? write.here() : write.away());
  }

  // A partner who comes and goes.

  #lose(seconds) {
    this.#partnerLost = true;
    this.#typing.hide();
    this.#reach();
    this.#notify({ type: 'lost', seconds });
  }

  #found() {
    const back = this.#partnerLost;
    this.#partnerLost = false;
    if (back) this.#notify({ type: 'back' });
    this.#reach();
  }

  #reach() {
    if (this.#reachable) {
      this.#inbox.release();
      this.#outbox.release();
    } else {
      this.#inbox.hold();
      this.#outbox.hold();
    }
  }
}
