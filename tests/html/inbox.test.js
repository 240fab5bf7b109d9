import assert from 'node:assert/strict';
import { test } from 'node:test';

import { times as receiving } from '../../html/js/inbox.js';
import { begin, said } from './chat.js';

test('shows each message once and in order', () => {
  const { hear, heard, clock, take } = begin();
  hear('say 1\na');
  hear('say 3\nc');
  hear('say 1\na');
  hear('say 2\nb');
  hear('say 3\nc');
  assert.deepEqual(heard(), ['a', 'b', 'c']);
  clock.pass(receiving.gotWithin);
  assert.deepEqual(take(), ['got 3', 'seen 3']);
  hear('say 2\nb');
  clock.pass(receiving.gotWithin);
  assert.deepEqual(take(), ['got 3'], 'a partner who says it again has not heard the confirmation');
});

test('what comes after a gap is not confirmed', () => {
  const { hear, clock, take } = begin();
  hear('say 2\nb');
  clock.pass(receiving.gotWithin);
  assert.deepEqual(take(), []);
});

test('got rides along with what is said, seen follows', () => {
  const { chat, hear, clock, take } = begin();
  hear('say 1\na');
  chat.say('b');
  assert.deepEqual(take(), ['say 1 got=1\nb']);
  clock.pass(receiving.gotWithin);
  assert.deepEqual(take(), ['seen 1']);
});

test('a got that rides in is taken', () => {
  const { hear, states } = said(2);
  hear('say 1 got=2\nyes');
  assert.deepEqual(states(), ['delivered', 'delivered']);
});

test('seen only in front and with the end in sight', () => {
  const { chat, hear, clock, take } = begin();
  chat.setInFront(false);
  assert.deepEqual(take(), ['away']);
  hear('say 1\na');
  clock.pass(receiving.gotWithin);
  assert.deepEqual(take(), ['got 1']);
  chat.setReading(false);
  chat.setInFront(true);
  chat.setInFront(true);
  assert.deepEqual(take(), ['here']);
  chat.setReading(true);
  assert.deepEqual(take(), ['seen 1']);
  chat.setReading(true);
  assert.deepEqual(take(), []);
});

test('a confirmation that rode on what was refused is said by itself', () => {
  const { chat, hear, take, clock } = begin();
  hear('say 1\nhello');
  chat.say('hi');
  assert.deepEqual(take(), ['say 1 got=1\nhi']);
  hear('refused say rate n=1 retry=5000');
  clock.pass(receiving.gotWithin);
  assert.deepEqual(take(), ['got 1', 'seen 1']);
});

test('who is told again to skip has to confirm it again', () => {
  const { clock, hear, take } = begin();
  hear('say 1\na');
  clock.pass(receiving.gotWithin);
  take();
  hear('skip 1');
  clock.pass(receiving.gotWithin);
  assert.deepEqual(take(), ['got 1']);
});

test('a partner who has lost its messages goes on behind them', () => {
  const { hear, heard, events } = begin();
  hear('say 1\na');
  hear('skip 3');
  hear('skip 2');
  hear('say 4\nd');
  assert.deepEqual(heard(), ['a', 'd']);
  assert.equal(events.filter(({ type }) => type === 'gap').length, 1);
});
