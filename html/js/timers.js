// Timers by name, each at most once: to start one that runs is to start it anew.

export class Timers {
  #clock;
  #ids = new Map();

  /** `clock`: { setTimeout(call, ms), clearTimeout(id) }. */
  constructor(clock) {
    this.#clock = clock;
  }

  has(name) {
    return this.#ids.has(name);
  }

  start(name, ms, call) {
    this.stop(name);
    const id = this.#clock.setTimeout(() => {
      this.#ids.delete(name);
      call();
    }, ms);
    this.#ids.set(name, id);
  }

  stop(name) {
    if (!this.#ids.has(name)) return;
    this.#clock.clearTimeout(this.#ids.get(name));
    this.#ids.delete(name);
  }

  stopAll() {
    for (const name of [...this.#ids.keys()]) this.stop(name);
  }
}
