import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Guard, armedFor } from '../../html/js/guard.js';
import { FakeClock } from './fakes.js';

function guard() {
  const clock = new FakeClock();
  const changes = [];
  return { clock, changes, guard: new Guard({ clock, onChange: (name) => changes.push(name) }) };
}

test('where nothing is lost one press does it', () => {
  const { guard: it, changes } = guard();
  assert.equal(it.press('next', false), true);
  assert.deepEqual(changes, []);
});

test('where something would be lost it takes two of the same', () => {
  const { guard: it, changes, clock } = guard();
  assert.equal(it.press('next', true), false);
  assert.equal(it.press('leave', true), false);
  assert.equal(it.press('leave', true), true);
  assert.equal(it.armed, null);
  assert.deepEqual(changes, ['next', 'leave', null]);
  assert.equal(clock.pending, 0);
});

test('one accidental press is forgotten', () => {
  const { guard: it, clock, changes } = guard();
  it.press('next', true);
  clock.pass(armedFor);
  assert.equal(it.press('next', true), false);
  it.disarm();
  assert.equal(it.press('next', true), false);
  assert.deepEqual(changes, ['next', null, 'next', null, 'next']);
});
