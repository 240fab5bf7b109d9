// What I said and the partner's page has not confirmed. It goes out again, the very same text under the same number,
// until it is.
//
// Invariants:
//   1. The numbers of the messages in it are consecutive and end with `said`; at most bounds.unacknowledged of them.
//   2. A number is given to another text only if the server refused the first one.
//   3. What was confirmed is not sent again.
//   4. While it is held nothing is sent: it would reach nobody.

import { bounds } from './protocol.js';
import { Timers } from './timers.js';

/** Times in milliseconds. */
export const times = Object.freeze({
  resendFirst: 5_000, // without progress; doubles
  resendMost: 30_000,
  rateWait: 1_000, // after `refused say rate` without a `retry`
});

/**
 *   clock    { setTimeout(call, ms), clearTimeout(id) }
 *   say      say(n, text) sends a message; false if it could not be sent now
 *   skip     skip(n) tells that the messages up to n are no more; false as above
 *   mark     called with a message whose state changed
 *   skipped  how many messages this chat had from here before this outbox was: their text is gone
 */
export class Outbox {
  #say;
  #skip;
  #mark;
  #timers;

  #entries = []; // { n, message, tries }, not confirmed; `tries`: how often it went out on this line
  #echoes = new Map(); // n -> how many more refusals of a message that is no more may come under this number
  #unseen = []; // { n, message }: delivered, not seen
  #skipped;
  #said;
  #sent = 0; // handed to the transport, and not to be sent again yet
  #delivered = 0;
  #pace = 0; // milliseconds between two messages after a refusal for their rate; 0: none
  #wait = times.resendFirst;
  #held = false;

  constructor({ clock, say, skip, mark, skipped = 0 }) {
    this.#say = say;
    this.#skip = skip;
    this.#mark = mark;
    this.#timers = new Timers(clock);
    this.#skipped = skipped;
    this.#said = skipped;
  }

  /** How many messages were said in this chat. */
  get said() {
    return this.#said;
  }

  get empty() {
    return this.#entries.length === 0;
  }

  /** Whether one more message would find room. */
  get roomy() {
    return this.#entries.length < bounds.unacknowledged;
  }

  /** REQUIRES: roomy. */
  add(message) {
    this.#entries.push({ n: ++this.#said, message, tries: 0 });
    this.#flush();
  }

  /** The partner has the messages up to `n`. */
  confirm(n) {
    if (n <= this.#delivered || n > this.#said) return;
    this.#delivered = n;
    while (!this.empty && this.#entries[0].n <= n) {
      const entry = this.#entries.shift();
      this.#unseen.push(entry);
      this.#become(entry.message, 'delivered');
    }
    this.#wait = times.resendFirst;
    this.#watch();
    this.#flush();
  }

  confirmSeen(n) {
    if (n > this.#said) return;
    this.confirm(n);
    while (this.#unseen.length > 0 && this.#unseen[0].n <= n) {
      this.#become(this.#unseen.shift().message, 'seen');
    }
  }

  /** The server did not pass message `n` on. Whether there is such a message here. */
  refuse({ reason, n, retry }) {
    const at = this.#entries.findIndex((entry) => entry.n === n);
    if (at < 0 || this.#echoed(reason, n)) return false;
    if (reason === 'filtered') this.#takeOut(at);
    else this.#sendAgainFrom(n);
    // After `full` the next `got` sets the rest going; after `rate` the time does, one message for each wait: all at once
    // would be refused again, and be a flood in the end.
    if (reason === 'rate') {
      this.#pace = Math.max(1, retry ?? times.rateWait);
      this.#timers.start('pause', this.#pace, () => this.#flush());
    }
    return true;
  }

  /** The line is no more, and no answer to what went out on it will come. */
  cut() {
    this.#echoes.clear();
    for (const entry of this.#entries) entry.tries = 0;
  }

  /** From now on nothing would arrive. */
  hold() {
    this.#held = true;
    this.#timers.stopAll();
  }

  /** It would again; of what was sent before nobody knows whether it did, so all of it goes out again. */
  release() {
    this.#held = false;
    this.#timers.stopAll();
    this.#wait = times.resendFirst;
    this.#pace = 0;
    this.#sendAgainFrom(this.#delivered + 1);
    this.#flush();
  }

  /** The chat is over: what is not confirmed never will be. */
  end() {
    this.hold();
    const lost = this.#entries;
    this.#entries = [];
    this.#unseen = [];
    for (const { message } of lost) this.#become(message, 'lost');
  }

  #flush() {
    if (this.#held || this.#timers.has('pause')) return;
    if (this.#skipOwed && this.#sent < this.#skipped) {
      if (!this.#skip(this.#skipped)) return;
      this.#wasSent(this.#skipped);
    }
    for (const entry of this.#entries) {
      const { n, message } = entry;
      if (n <= this.#sent) continue;
      if (!this.#say(n, message.text)) return;
      entry.tries += 1;
      this.#wasSent(n);
      if (this.#pace > 0) return this.#timers.start('pause', this.#pace, () => this.#flush());
    }
    this.#pace = 0;
  }

  // A `skip` may be lost as any message may: it is confirmed as they are.
  get #skipOwed() {
    return this.#delivered < this.#skipped;
  }

  #wasSent(n) {
    this.#sent = n;
    if (!this.#timers.has('resend')) this.#watch();
  }

  #watch() {
    this.#timers.stop('resend');
    if (this.#held || (this.empty && !this.#skipOwed)) return;
    this.#timers.start('resend', this.#wait, () => {
      this.#wait = Math.min(times.resendMost, this.#wait * 2);
      this.#sendAgainFrom(this.#delivered + 1);
      this.#watch();
      this.#flush();
    });
  }

  #sendAgainFrom(n) {
    this.#sent = Math.min(this.#sent, n - 1);
  }

  // A message that had gone out twice is refused twice. The second time its number is another message's already.
  #echoed(reason, n) {
    const left = this.#echoes.get(n) ?? 0;
    if (reason !== 'filtered' || left === 0) return false;
    this.#echoes.set(n, left - 1);
    return true;
  }

  #takeOut(at) {
    const [{ n, message, tries }] = this.#entries.splice(at, 1);
    for (const entry of this.#entries.slice(at)) Object.assign(entry, { n: entry.n - 1, tries: 0 });
    if (tries > 1) this.#echoes.set(n, (this.#echoes.get(n) ?? 0) + tries - 1);
    this.#said -= 1;
    this.#sendAgainFrom(n);
    this.#become(message, 'refused');
    this.#watch();
    this.#flush();
  }

  #become(message, state) {
    message.state = state;
    this.#mark(message);
  }
}
