// What lately happened, with the time of each: all that is known of a failure. What is said again and again does not push
// out the few lines that tell how it came to that.

const LAST = 20;
const TURNS = 24;
const WIDTH = 72;
const SEALED = /^([<>] (?:resume|resumed|matched) \S{8})\S+/;
const COMMON = /^[<>] (?:say|got|seen|ping|pong|here)\b/;

export class Diary {
  #clock;
  #last = [];
  #turns = [];

  constructor(clock) {
    this.#clock = clock;
  }

  note(text) {
    const line = text.replace(SEALED, '$1…').replaceAll('\n', '\\n').slice(0, WIDTH);
    this.#last.push(`${(this.#clock.now() / 1000).toFixed(3).padStart(9)} ${line}`);
    if (this.#last.length <= LAST) return;
    const old = this.#last.shift();
    if (!COMMON.test(old.slice(10))) this.#turns.push(old);
    if (this.#turns.length > TURNS) this.#turns.shift();
  }

  toString() {
    return [...this.#turns, ...this.#last].join('\n');
  }
}
