// One chat's delivery, as two pages and nobody between them keep it: what I said stays in the outbox until the
// partner's page has it; what the partner said is shown once and in order. No DOM, no socket, no clock of its own.
//
// Invariants:
//   1. The outbox holds consecutive numbers, delivered+1 to said, at most bounds.unacknowledged of them.
//   2. A number is given to another text only if the server refused the first one.
//   3. What was confirmed is not sent again.
//   4. While the partner is lost nothing is sent: it would reach nobody. What was said meanwhile is in the outbox.

import { bounds, write } from './protocol.js';

/** Times in milliseconds. */
export const times = Object.freeze({
  gotWithin: 200, // the protocol allows 250
  resendFirst: 5_000, // without progress; doubles
  resendMost: 30_000,
  rateWait: 1_000, // after `refused say rate` without a `retry`
  typingEvery: 2_500, // at most one `typing` in so long
  typingFades: 4_000,
});

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
 */
export class Conversation {
  #clock;
  #send;
  #notify;

  #outbox = []; // { n, message }, not confirmed
  #unseen = []; // { n, message }: delivered, not seen
  #said = 0;
  #sent = 0; // handed to the transport, and not to be sent again yet
  #pace = 0; // milliseconds between two messages after a refusal for their rate; 0: none
  #delivered = 0;

  #heard = 0;
  #gotOwed = false;
  #seenSent = 0;

  #count = 0;
  #ended = false;
  #inFront = true;
  #reading = true;
  #partnerLost = false;
  #typedAt = -Infinity;
  #partnerTyping = false;
  #resendWait = times.resendFirst;
  #timers = new Map();

  constructor({ clock, send, notify }) {
    this.#clock = clock;
    this.#send = send;
    this.#notify = notify;
  }

  /** Whether either has said anything. */
  get begun() {
    return this.#count > 0;
  }

  /** Whether one more message would find room. */
  get roomy() {
    return !this.#ended && this.#outbox.length < bounds.unacknowledged;
  }

  /** Says it: the message, or null if the chat is over or too much is under way; the text then stays the caller's. */
  say(text) {
    if (!this.roomy) return null;
    const message = { id: ++this.#count, mine: true, text, state: 'sending' };
    this.#outbox.push({ n: ++this.#said, message });
    this.#typedAt = -Infinity;
    this.#flush();
    return message;
  }

  /** The person changed the draft. */
  typed() {
    const now = this.#clock.now();
    if (this.#ended || this.#partnerLost || now - this.#typedAt < times.typingEvery) return;
    if (this.#send(write.typing())) this.#typedAt = now;
  }

  /** The page went to the background or came to the front. */
  setInFront(inFront) {
    if (this.#ended || inFront === this.#inFront) return;
    this.#inFront = inFront;
    this.#tellPresence();
    this.#tellSeen();
  }

  /** Whether the end of the conversation is in sight; `seen` needs this and the page in front. */
  setReading(reading) {
    this.#reading = reading;
    this.#tellSeen();
  }

  /** Takes a frame of the partner's or of the server's about this chat; passes over others. */
  receive(frame) {
    if (this.#ended) return;
    switch (frame.verb) {
      case 'say':
        if (frame.got !== null) this.#confirm(frame.got);
        return this.#hear(frame);
      case 'got':
        return this.#confirm(frame.n);
      case 'seen':
        return this.#confirmSeen(frame.n);
      case 'skip':
        return this.#skip(frame.n);
      case 'typing':
        return this.#showTyping();
      case 'away':
        this.#hideTyping();
        return this.#notify({ type: 'presence', away: true });
      case 'here':
        return this.#notify({ type: 'presence', away: false });
      case 'lost':
        return this.#lose(frame.in);
      case 'back':
        return this.#takeBack();
      case 'refused':
        if (frame.of === 'say' && frame.n !== null) this.#refused(frame);
    }
  }

  /** The chat is over: nothing more is sent or heard, and what is not confirmed never will be. */
  end() {
    if (this.#ended) return;
    this.#ended = true;
    for (const name of [...this.#timers.keys()]) this.#stop(name);
    const lost = this.#outbox;
    this.#outbox = [];
    this.#unseen = [];
    for (const { message } of lost) this.#mark(message, 'lost');
  }

  // Sending.

  #flush() {
    if (this.#partnerLost || this.#timers.has('pause')) return;
    for (const { n, message } of this.#outbox) {
      if (n <= this.#sent) continue;
      const got = this.#gotOwed ? this.#heard : 0;
      if (!this.#send(write.say(n, message.text, got))) return;
      this.#sent = n;
      this.#gotOwed = false;
      if (!this.#timers.has('resend')) this.#watch();
      if (this.#pace > 0) return this.#start('pause', this.#pace, () => this.#flush());
    }
    this.#pace = 0;
  }

  #watch() {
    this.#stop('resend');
    if (this.#partnerLost || this.#outbox.length === 0) return;
    this.#start('resend', this.#resendWait, () => {
      this.#resendWait = Math.min(times.resendMost, this.#resendWait * 2);
      this.#sendAgainFrom(this.#delivered + 1);
      this.#watch();
      this.#flush();
    });
  }

  #sendAgainFrom(n) {
    this.#sent = Math.min(this.#sent, n - 1);
  }

  #confirm(n) {
    if (n <= this.#delivered || n > this.#said) return;
    this.#delivered = n;
    while (this.#outbox.length > 0 && this.#outbox[0].n <= n) {
      const entry = this.#outbox.shift();
      this.#unseen.push(entry);
      this.#mark(entry.message, 'delivered');
    }
    this.#resendWait = times.resendFirst;
    this.#watch();
    this.#flush();
  }

  #confirmSeen(n) {
    if (n > this.#said) return;
    this.#confirm(n);
    while (this.#unseen.length > 0 && this.#unseen[0].n <= n) {
      this.#mark(this.#unseen.shift().message, 'seen');
    }
  }

  #refused({ reason, n, retry }) {
    const at = this.#outbox.findIndex((entry) => entry.n === n);
    if (at < 0) return;
    if (this.#heard > 0) this.#oweGot(); // the one that rode along was not passed on either
    if (reason === 'filtered') return this.#takeOut(at);
    this.#sendAgainFrom(n);
    // After `full` the next `got` sets the rest going; after `rate` the time does, one message for each wait: all at once
    // would be refused again, and be a flood in the end.
    if (reason !== 'rate') return;
    this.#pace = Math.max(1, retry ?? times.rateWait);
    this.#start('pause', this.#pace, () => this.#flush());
  }

  #takeOut(at) {
    const [{ n, message }] = this.#outbox.splice(at, 1);
    for (const entry of this.#outbox.slice(at)) entry.n -= 1;
    this.#said -= 1;
    this.#sendAgainFrom(n);
    this.#mark(message, 'refused');
    this.#watch();
    this.#flush();
  }

  #mark(message, state) {
    message.state = state;
    this.#notify({ type: 'mark', message });
  }

  // Hearing.

  #hear({ n, text }) {
    if (n > this.#heard + 1) return; // it comes again, after the one that is missing
    if (n === this.#heard + 1) {
      this.#heard = n;
      this.#hideTyping();
      const message = { id: ++this.#count, mine: false, text, state: null };
      this.#notify({ type: 'message', message });
    }
    this.#oweGot();
  }

  #skip(n) {
    if (n <= this.#heard) return;
    this.#heard = n;
    this.#notify({ type: 'gap' });
    this.#oweGot();
  }

  #oweGot() {
    this.#gotOwed = true;
    if (this.#timers.has('got')) return;
    this.#start('got', times.gotWithin, () => {
      if (this.#gotOwed) this.#tellGot();
      this.#tellSeen();
    });
  }

  #tellGot() {
    if (!this.#partnerLost && this.#send(write.got(this.#heard))) this.#gotOwed = false;
  }

  #tellPresence() {
    if (!this.#partnerLost) this.#send(this.#inFront ? write.here() : write.away());
  }

  #tellSeen() {
    if (this.#ended || this.#partnerLost || !this.#inFront || !this.#reading || this.#timers.has('got')) return;
    if (this.#seenSent < this.#heard && this.#send(write.seen(this.#heard))) {
      this.#seenSent = this.#heard;
    }
  }

  #showTyping() {
    this.#start('typing', times.typingFades, () => this.#hideTyping());
    if (this.#partnerTyping) return;
    this.#partnerTyping = true;
    this.#notify({ type: 'typing', typing: true });
  }

  #hideTyping() {
    this.#stop('typing');
    if (!this.#partnerTyping) return;
    this.#partnerTyping = false;
    this.#notify({ type: 'typing', typing: false });
  }

  // A partner who comes and goes.

  #lose(seconds) {
    this.#partnerLost = true;
    this.#hideTyping();
    this.#stop('resend');
    this.#notify({ type: 'lost', seconds });
  }

  // Of what was sent before nobody knows whether it arrived.
  #takeBack() {
    if (!this.#partnerLost) return;
    this.#partnerLost = false;
    this.#notify({ type: 'back' });
    this.#tellPresence();
    if (this.#heard > 0) this.#tellGot();
    this.#seenSent = 0;
    this.#tellSeen();
    this.#resendWait = times.resendFirst;
    this.#sendAgainFrom(this.#delivered + 1);
    this.#flush();
  }

  // Timers by name, each at most once.

  #start(name, ms, call) {
    this.#stop(name);
    const id = this.#clock.setTimeout(() => {
      this.#timers.delete(name);
      call();
    }, ms);
    this.#timers.set(name, id);
  }

  #stop(name) {
    if (!this.#timers.has(name)) return;
    this.#clock.clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }
}
