// That somebody is typing: told now and then, and faded when it is not told again.

import { Timers } from './timers.js';

/** Times in milliseconds. */
export const times = Object.freeze({
  every: 2_500, // at most one `typing` in so long
  fades: 4_000,
});

/**
 *   clock  { now(), setTimeout(call, ms), clearTimeout(id) }
 *   send   sends `typing`; false if it could not be sent now
 *   show   show(typing) is called when the partner began, or stopped
 */
export class Typing {
  #clock;
  #send;
  #show;
  #timers;
  #toldAt = -Infinity;
  #shown = false;

  constructor({ clock, send, show }) {
    this.#clock = clock;
    this.#send = send;
    this.#show = show;
    this.#timers = new Timers(clock);
  }

  /** The person changed the draft. */
  typed() {
    const now = this.#clock.now();
    if (now - this.#toldAt >= times.every && this.#send()) this.#toldAt = now;
  }

  /** The draft was said: whatever is typed now is another. */
  said() {
    this.#toldAt = -Infinity;
  }

  /** The partner types. */
  heard() {
    this.#timers.start('fade', times.fades, () => this.hide());
    this.#become(true);
  }

  /** The partner does not, or not any more. */
  hide() {
    this.#timers.stop('fade');
    this.#become(false);
  }

  #become(shown) {
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#show(shown);
  }
}
