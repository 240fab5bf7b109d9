// What the partner said: each message is shown once and in order, and the partner is told how far that is.

import { Timers } from './timers.js';

/** Times in milliseconds. */
export const times = Object.freeze({
  gotWithin: 200, // the protocol allows 250
});

/**
 *   clock  { setTimeout(call, ms), clearTimeout(id) }
 *   got    got(n) tells the partner that the messages up to n are here; false if it could not be sent now
 *   seen   seen(n) tells that they were looked at; false as above
 *   show   show(text) is called with the next message
 *   gap    called when messages of the partner's will never come: its page has lost them
 *   last   how many messages an inbox before this one showed
 */
export class Inbox {
  #got;
  #seen;
  #show;
  #gap;
  #timers;

  #before; // shown by the inbox before: whether they were looked at it knew, and nobody else
  #last;
  #owed = false; // a `got`
  #seenSent;
  #seeing = true;
  #held = false;

  constructor({ clock, got, seen, show, gap, last = 0 }) {
    this.#got = got;
    this.#seen = seen;
    this.#show = show;
    this.#gap = gap;
    this.#timers = new Timers(clock);
    this.#before = last;
    this.#last = last;
    this.#seenSent = last;
  }

  /** The number of the last message that was shown. */
  get last() {
    return this.#last;
  }

  /** What may ride along with a message of one's own: the number to confirm, or 0. */
  get riding() {
    return this.#owed ? this.#last : 0;
  }

  /** It rode along. */
  rode() {
    this.#owed = false;
  }

  hear({ n, text }) {
    if (n > this.#last + 1) return; // it comes again, after the one that is missing
    if (n === this.#last + 1) {
      this.#last = n;
      this.#show(text);
    }
    this.owe();
  }

  /** The partner no longer has its messages up to `n`. One that is known already was not confirmed to the partner. */
  skip(n) {
    if (n > this.#last) {
      this.#last = n;
      this.#gap();
    }
    this.owe();
  }

  /** A confirmation is to go out soon. */
  owe() {
    if (this.#last === 0) return;
    this.#owed = true;
    if (this.#held || this.#timers.has('got')) return;
    this.#timers.start('got', times.gotWithin, () => {
      if (this.#owed) this.#tellGot();
      this.#tellSeen();
    });
  }

  /** Whether a message that is shown is also looked at. */
  setSeeing(seeing) {
    this.#seeing = seeing;
    this.#tellSeen();
  }

  /** From now on nothing that is told would arrive. */
  hold() {
    this.#held = true;
    this.#timers.stopAll();
  }

  /** It would again. What was told before may be lost. */
  release() {
    this.#held = false;
    this.#timers.stopAll();
    if (this.#last > 0) this.#tellGot();
    this.#seenSent = this.#before;
    this.#tellSeen();
  }

  #tellGot() {
    this.#owed = !this.#got(this.#last);
  }

  #tellSeen() {
    if (this.#held || !this.#seeing || this.#timers.has('got')) return;
    if (this.#seenSent < this.#last && this.#seen(this.#last)) this.#seenSent = this.#last;
  }
}
