// Chance that can be had again: the same seed gives the same numbers. A branch has numbers of its own, so that what one
// part of the storm draws changes nothing for the others.

import { createHash } from 'node:crypto';

import { randomOf } from '../html/relay.js';

export class Seed {
  #text;
  #random;

  constructor(text) {
    this.#text = String(text);
    this.#random = randomOf(createHash('sha256').update(this.#text).digest().readUInt32LE());
  }

  static fresh() {
    return new Seed(Math.floor(Math.random() * 2 ** 32));
  }

  toString() {
    return this.#text;
  }

  branch(name) {
    return new Seed(`${this.#text}/${name}`);
  }

  // [0, 1), to be handed on.
  random = () => this.#random();

  // Anything from `least` to `most`.
  between(least, most) {
    return least + this.#random() * (most - least);
  }

  // 0 to count - 1.
  below(count) {
    return Math.floor(this.#random() * count);
  }

  pick(list) {
    return list[this.below(list.length)];
  }

  // All of them, in any order.
  shuffled(list) {
    const left = [...list];
    return list.map(() => left.splice(this.below(left.length), 1)[0]);
  }
}
