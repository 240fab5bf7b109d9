// Whether a line is alive, which a socket tells late or never: silence is asked about, and no answer is an answer. A
// timer that rings far too late means that the device slept: then nothing that was known before counts.

/** Times in milliseconds. */
export const times = Object.freeze({
  quietFor: 20_000, // silence after which it asks
  answerWithin: 10_000, // silence after the question after which the line counts as dead
  answerSoon: 3_000, // the same where there is reason to doubt
  lookEvery: 5_000,
  sleptFor: 5_000, // a timer so late
});

/**
 *   clock  { now(), setTimeout(call, ms), clearTimeout(id) }, milliseconds, monotonic
 *   ask    sends the question
 *   dead   called when no answer came; nothing runs after it
 */
export class Liveness {
  #clock;
  #ask;
  #dead;
  #heardAt = 0;
  #answerBy = null; // a question is out
  #doubted = false; // it was asked because of a sleep
  #timer = null;

  constructor({ clock, ask, dead }) {
    this.#clock = clock;
    this.#ask = ask;
    this.#dead = dead;
  }

  /** The line has just opened. */
  start() {
    this.#heardAt = this.#clock.now();
    this.#watch();
  }

  /** Something came. */
  heard() {
    this.#heardAt = this.#clock.now();
    if (this.#answerBy !== null) this.#watch();
  }

  /** There is reason to doubt: asks at once, and waits only a little. REQUIRES: started. */
  probe() {
    if (this.#answerBy === null) this.#question(times.answerSoon);
    else if (this.#answerBy - this.#clock.now() > times.answerSoon) this.#await(times.answerSoon);
  }

  stop() {
    if (this.#timer !== null) this.#clock.clearTimeout(this.#timer);
    this.#timer = null;
    this.#answerBy = null;
    this.#doubted = false;
  }

  // The timer is not set anew with each frame: it looks, when it rings, how long the silence really was.
  #watch() {
    this.stop();
    const left = this.#heardAt + times.quietFor - this.#clock.now();
    if (left <= 0) return this.#question(times.answerWithin);
    this.#start(Math.min(left, times.lookEvery), (slept) => (slept ? this.#doubt() : this.#watch()));
  }

  #question(ms) {
    this.#ask();
    this.#await(ms);
  }

  #await(ms) {
    this.#answerBy = this.#clock.now() + ms;
    this.#start(ms, (slept) => (slept && !this.#doubted ? this.#doubt() : this.#give()));
  }

  #doubt() {
    this.#doubted = true;
    this.#question(times.answerSoon);
  }

  #give() {
    this.stop();
    this.#dead();
  }

  #start(ms, call) {
    if (this.#timer !== null) this.#clock.clearTimeout(this.#timer);
    const due = this.#clock.now() + ms;
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = null;
      call(this.#clock.now() - due >= times.sleptFor);
    }, ms);
  }
}
