// What lately happened, with the time of each: all that is known of a failure.

const KEPT = 24;
const WIDTH = 72;
const SEALED = /^(resume|resumed|matched) (\S{8})\S+/;

export class Diary {
  #clock;
  #lines = [];

  constructor(clock) {
    this.#clock = clock;
  }

  note(text) {
    const line = text.replace(SEALED, '$1 $2…').replaceAll('\n', '\\n').slice(0, WIDTH);
    this.#lines.push(`${(this.#clock.now() / 1000).toFixed(3).padStart(9)} ${line}`);
    if (this.#lines.length > KEPT) this.#lines.shift();
  }

  toString() {
    return this.#lines.join('\n');
  }
}
