// The page's clock: monotonic, and it goes on while the device sleeps, which performance.now() does on some systems and
// on others does not.

const slackMs = 2_000; // by as much the two may differ from one look to the next without a sleep between them

export class Clock {
  #monotonic;
  #wall;
  #slept = 0;
  #seen;

  /** `monotonic()` and `wall()` give milliseconds: performance.now() and Date.now(). */
  constructor({ monotonic, wall }) {
    this.#monotonic = monotonic;
    this.#wall = wall;
    this.#seen = { at: monotonic(), wall: wall() };
  }

  now() {
    const seen = { at: this.#monotonic(), wall: this.#wall() };
    const gap = seen.wall - this.#seen.wall - (seen.at - this.#seen.at);
    this.#seen = seen;
    if (gap > slackMs) this.#slept += gap;
    return seen.at + this.#slept;
  }

  setTimeout(call, ms) {
    return setTimeout(call, ms);
  }

  clearTimeout(id) {
    clearTimeout(id);
  }
}
