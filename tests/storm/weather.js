// When what happens to those who talk: several streams of disturbances beside each other, drawn from a seed. In each stream
// one follows the other, some time after that one is over.

import { setTimeout as pause } from 'node:timers/promises';

import { disturbances } from './disturbances.js';

// Milliseconds from the end of one to the next, and what there is: as often as it stands there, in any order.
const STREAMS = {
  lines: {
    every: [100, 900],
    kinds: ['reset', 'reset', 'finish', 'finish', 'both reset', 'many reset', 'silence', 'woken'],
  },
  kills: { every: [4_000, 12_000], kinds: ['kill', 'kill', 'kill', 'kill all'] },
  changes: { every: [6_000, 14_000], kinds: ['reload', 'reload', 'upgrade'] },
  redis: { every: [6_000, 16_000], kinds: ['redis killed', 'redis restarted', 'redis stopped'] },
  links: { every: [6_000, 16_000], kinds: ['host cut', 'host cut', 'hosts cut'] },
};

// Lets it storm for so long; gives when all is over and mended. `world` is as for the disturbances; all but what happens to
// single lines comes `haste` times faster.
export async function storm(world, { seed, seconds, haste, figures }) {
  const end = performance.now() + seconds * 1000;
  const run = async (name, { every, kinds }) => {
    const chance = seed.branch(name);
    const speed = name === 'lines' ? 1 : haste;
    let deck = [];
    for (;;) {
      const wait = chance.between(...every) / speed;
      if (performance.now() + wait > end) return;
      await pause(wait);
      if (deck.length === 0) deck = chance.shuffled(kinds);
      const kind = deck.pop();
      figures.disturbed(kind);
      await disturbances[kind](world, chance);
    }
  };
  await Promise.all(Object.entries(STREAMS).map(([name, stream]) => run(name, stream)));
}
