// A press that would end a chat with something in it counts only when it comes twice. One accidental press loses nothing.

/** Milliseconds in which the second press has to come. */
export const armedFor = 5_000;

/**
 *   clock     { setTimeout(call, ms), clearTimeout(id) }
 *   onChange  called with the name of what waits for its second press, or null
 */
export class Guard {
  #clock;
  #onChange;
  #armed = null;
  #timer = null;

  constructor({ clock, onChange }) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  get armed() {
    return this.#armed;
  }

  /** Whether to do `name` now. If something `precious` would be lost, the first press only arms it. */
  press(name, precious) {
    const now = !precious || this.#armed === name;
    this.#set(now ? null : name);
    return now;
  }

  disarm() {
    this.#set(null);
  }

  #set(name) {
    if (this.#timer !== null) this.#clock.clearTimeout(this.#timer);
    this.#timer = name === null ? null : this.#clock.setTimeout(() => this.#set(null), armedFor);
    if (name === this.#armed) return;
    this.#armed = name;
    this.#onChange(name);
  }
}
