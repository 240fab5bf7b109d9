// How long to wait before coming back: longer each time, and never in step with everybody else.

/** Times in milliseconds. */
export const times = Object.freeze({
  first: 1_000, // the longest wait before the first attempt; doubles with each
  most: 30_000,
  steadyAfter: 10_000, // a line that was up for so long was a good one: it starts anew
});

export class BackOff {
  #random;
  #attempts = 0;

  /** `random()` gives [0, 1). */
  constructor(random) {
    this.#random = random;
  }

  /**
   * The next wait in milliseconds: anything from nothing to the bound (full jitter), so that those who were cut off
   * together do not come back together. `upFor` is how long the line was up that ended now; 0: it never was.
   */
  next(upFor) {
    if (upFor >= times.steadyAfter) this.#attempts = 0;
    return this.#random() * Math.min(times.most, times.first * 2 ** this.#attempts++);
  }

  /** The wait on top of one that the server asked for as it restarts, which is no failure: it says when it is there. */
  nextAsAsked() {
    return this.#random() * times.first;
  }
}
