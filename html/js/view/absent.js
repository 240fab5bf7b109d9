// That the stranger is not there, with the seconds left to come back, and for a while that they are there again.

import { back, ofLost } from './words.js';

const backFor = 5_000; // ms for which it says that the stranger is back

export class Absent {
  #element;
  #clock;
  #until = null;
  #backUntil = -Infinity;
  #timer = null;

  constructor({ element, clock }) {
    this.#element = element;
    this.#clock = clock;
  }

  /** The stranger is back. */
  back() {
    this.#backUntil = this.#clock.now() + backFor;
  }

  /** `lostUntil`: when the time of a stranger who is lost is over, or null. */
  show(lostUntil) {
    this.#until = lostUntil;
    this.#render();
  }

  /** There is no chat. */
  clear() {
    this.#backUntil = -Infinity;
    this.show(null);
  }

  #render() {
    const now = this.#clock.now();
    let text = '';
    let next = null;
    if (this.#until !== null) {
      const left = Math.max(0, this.#until - now);
      text = ofLost(left);
      if (left > 0) next = left % 1000 || 1000;
    } else if (now < this.#backUntil) {
      text = back;
      next = this.#backUntil - now;
    }
    this.#clock.clearTimeout(this.#timer);
    if (next !== null) this.#timer = this.#clock.setTimeout(() => this.#render(), next);
    this.#element.hidden = text === '';
    if (this.#element.textContent !== text) this.#element.textContent = text;
  }
}
