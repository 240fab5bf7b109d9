import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Clock } from '../../html/js/clock.js';

function device() {
  const hands = { monotonic: 1000, wall: 1_700_000_000_000 };
  const clock = new Clock({ monotonic: () => hands.monotonic, wall: () => hands.wall });
  return { hands, now: () => clock.now() };
}

test('goes as the monotonic clock does; the time of day may be set a little, or back', () => {
  const { hands, now } = device();
  assert.equal(now(), 1000);
  hands.monotonic += 5000;
  hands.wall += 5900;
  assert.equal(now(), 6000);
  hands.monotonic += 5000;
  hands.wall -= 3_600_000;
  assert.equal(now(), 11_000);
});

test('a sleep in which the monotonic clock stood still has passed all the same, once', () => {
  const { hands, now } = device();
  hands.monotonic += 10;
  hands.wall += 600_010;
  assert.equal(now(), 601_010);
  hands.monotonic += 10;
  hands.wall += 10;
  assert.equal(now(), 601_020);
});

test('a monotonic clock that went on during the sleep is believed', () => {
  const { hands, now } = device();
  hands.monotonic += 600_000;
  hands.wall += 600_000;
  assert.equal(now(), 601_000);
});
