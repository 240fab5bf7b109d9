// A short storm, the same each time. `make storm` makes long ones.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { disturbances } from './disturbances.js';
import { Seed } from './seed.js';
import { weather } from './storm.js';

test('a storm: every message arrives once and in order, no chat ends, nothing is left', async (t) => {
  const tell = (text) => t.diagnostic(text);
  const figures = await weather({
    pairs: 8,
    seconds: 15,
    seed: new Seed(1),
    haste: 6,
    patient: false,
    tell,
  });
  tell(`${figures}`);
  assert.deepEqual(figures.kinds.sort(), Object.keys(disturbances).sort(), 'of everything something');
});
