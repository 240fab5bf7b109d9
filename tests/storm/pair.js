// Two who talk with each other, and what has to be true of it: each shows every message of the other once and in order,
// nobody else's, in one chat that does not end.

import { Talker } from './talker.js';

export class Pair {
  failure = null;

  #talkers = [];
  #matched = [false, false];
  #clock;
  #figures;
  #fail;
  #parting = false;
  #drops = [null, null]; // what each side's line was lost by, until it has its seat again
  #broken = null; // the first of them, until both hear each other again
  #heard = [false, false]; // since then

  // `fail` is called once, with the pair.
  static async come({ number, hosts, seed, clock, figures, fail }) {
    const pair = new Pair();
    pair.#clock = clock;
    pair.#figures = figures;
    pair.#fail = fail;
    for (const side of [0, 1]) {
      const name = `${number}${'ab'[side]}`;
      const tell = (event) => pair.#take(side, event);
      const options = { name, interest: `pair ${number}`, hosts, seed: seed.branch(name), clock, tell };
      pair.#talkers.push(await Talker.come(options));
    }
    return pair;
  }

  get talkers() {
    return this.#talkers;
  }

  get met() {
    return this.#matched.every(Boolean);
  }

  // Whether all was said and shown.
  get done() {
    const [a, b] = this.#talkers;
    return this.failure !== null || (a.done && b.done && a.said === b.shown && b.said === a.shown);
  }

  talk() {
    for (const talker of this.#talkers) talker.talk();
  }

  hush() {
    for (const talker of this.#talkers) talker.hush();
  }

  leave() {
    this.#parting = true;
    for (const talker of this.#talkers) talker.leave();
  }

  close() {
    this.#parting = true;
    for (const talker of this.#talkers) talker.close();
  }

  describe() {
    const told = this.#talkers.map(
      ({ name, said, shown, stage, diary }) => `--- ${name}: ${stage}, said ${said}, showed ${shown}\n${diary}`,
    );
    return [this.failure ?? 'not done', ...told].join('\n');
  }

  #take(side, event) {
    switch (event.type) {
      case 'matched':
        if (this.#matched[side]) return this.#failed(side, 'is matched once more');
        this.#matched[side] = true;
        return;
      case 'message':
        return this.#shown(side, event.message.text);
      case 'dropped':
        this.#drops[side] ??= event;
        this.#broken ??= event;
        this.#heard = [false, false];
        return;
      case 'connected':
        if (this.#drops[side] !== null) this.#drops[side].connected = this.#clock.now();
        return;
      case 'resumed':
        return this.#resumed(side);
      case 'lost':
        return this.#figures.lost();
      case 'gap':
        return this.#failed(side, 'misses messages for good');
      case 'ended':
        return this.#parting ? undefined : this.#failed(side, `has no chat any more: ${event.ending}`);
    }
  }

  #shown(side, text) {
    const expected = this.#talkers[1 - side].textOf(this.#talkers[side].shown);
    if (text !== expected) return this.#failed(side, `shows '${text}', not '${expected}'`);
    this.#figures.shown();
    if (this.#broken === null || !this.#talkers.every((talker) => talker.together)) return;
    this.#heard[side] = true;
    if (!this.#heard.every(Boolean)) return;
    this.#figures.healed(this.#broken.how, this.#clock.now() - this.#broken.at);
    this.#broken = null;
  }

  #resumed(side) {
    const { how, seen, connected } = this.#drops[side];
    this.#figures.resumed(how, { all: this.#clock.now() - seen, server: this.#clock.now() - connected });
    this.#drops[side] = null;
    this.#heard = [false, false];
  }

  #failed(side, what) {
    if (this.failure !== null) return;
    this.failure = `${this.#talkers[side]?.name ?? side} ${what}`;
    this.hush();
    this.#fail(this);
  }
}
