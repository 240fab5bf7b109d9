import assert from 'node:assert/strict';
import { test } from 'node:test';

import { times as receiving } from '../../html/js/inbox.js';
import { times as sending } from '../../html/js/outbox.js';
import { bounds } from '../../html/js/protocol.js';
import { times as typing } from '../../html/js/typing.js';
import { begin, said } from './chat.js';

test('typing goes out now and then, and at once after a message', () => {
  const { chat, clock, take } = begin();
  chat.typed();
  chat.typed();
  clock.pass(typing.every - 1);
  chat.typed();
  assert.deepEqual(take(), ['typing']);
  clock.pass(1);
  chat.typed();
  assert.deepEqual(take(), ['typing']);
  chat.say('a');
  chat.typed();
  assert.deepEqual(take(), ['say 1\na', 'typing']);
});

test('the partner\'s typing fades, and ends with what was typed or with going away', () => {
  const { clock, hear, events } = begin();
  const shown = () => events.filter(({ type }) => type === 'typing').map((event) => event.typing);
  hear('typing');
  clock.pass(typing.fades - 1);
  hear('typing');
  clock.pass(typing.fades - 1);
  assert.deepEqual(shown(), [true]);
  clock.pass(1);
  assert.deepEqual(shown(), [true, false]);
  hear('typing');
  hear('say 1\na');
  assert.deepEqual(shown(), [true, false, true, false]);
  hear('typing');
  hear('away');
  assert.deepEqual(shown().at(-1), false);
});

test('the partner goes away and comes back', () => {
  const { hear, events } = begin();
  hear('away');
  hear('here');
  assert.deepEqual(events, [{ type: 'presence', away: true }, { type: 'presence', away: false }]);
});

test('while the partner is lost nothing is said; when they are back, all that they may not have', () => {
  const { chat, clock, hear, take, states, events } = said(3);
  hear('got 1');
  hear('say 1\nhello');
  hear('typing');
  events.length = 0;
  hear('lost in=60');
  assert.deepEqual(events, [{ type: 'typing', typing: false }, { type: 'lost', seconds: 60 }]);
  assert.equal(chat.say('m4').state, 'sending');
  chat.typed();
  chat.setInFront(false);
  chat.setInFront(true);
  clock.pass(10 * sending.resendMost);
  assert.deepEqual(take(), ['away', 'here'], 'these are for the server: it keeps the seat of who is away for longer');
  assert.deepEqual(states(), ['delivered', 'sending', 'sending']);

  hear('back');
  assert.deepEqual(events.at(-1), { type: 'back' });
  assert.deepEqual(take(), ['here', 'got 1', 'seen 1', 'say 2\nm2', 'say 3\nm3', 'say 4\nm4']);
  hear('got 4');
  assert.deepEqual(states(), ['delivered', 'delivered', 'delivered']);
  clock.pass(10 * sending.resendMost);
  assert.deepEqual(take(), []);
});

test('what was confirmed to a partner who was lost is confirmed again: it may not have arrived', () => {
  const { clock, hear, take } = said(2);
  hear('say 1\nhello');
  clock.pass(receiving.gotWithin);
  assert.deepEqual(take(), ['got 1', 'seen 1']);
  hear('lost in=60');
  hear('got 1');
  assert.equal(clock.pending, 0, 'a word that was late sets nothing going');
  hear('back');
  assert.deepEqual(take(), ['here', 'got 1', 'seen 1', 'say 2\nm2']);
});

test('the time to come back can be told anew, and a partner whom nobody missed is not news', () => {
  const { hear, take, events } = said(1);
  hear('lost in=60');
  hear('lost in=15');
  hear('back');
  take();
  hear('back');
  assert.deepEqual(take(), ['here', 'say 1\nm1'], 'nobody missed them, but they may have missed something');
  assert.deepEqual(events, [{ type: 'lost', seconds: 60 }, { type: 'lost', seconds: 15 }, { type: 'back' }]);
});

test('who is back hears that this page is in the background, and what is not confirmed comes again in time', () => {
  const { chat, clock, hear, take } = said(1);
  clock.pass(sending.resendFirst + sending.resendFirst * 2);
  hear('lost in=60');
  chat.setInFront(false);
  hear('say 1\nhello');
  clock.pass(receiving.gotWithin);
  take();
  hear('back');
  assert.deepEqual(take(), ['away', 'got 1', 'say 1\nm1']);
  clock.pass(sending.resendFirst);
  assert.deepEqual(take(), ['say 1\nm1'], 'the wait starts anew');
});

test('with 32 under way to a partner who is lost there is no room for more until they are back', () => {
  const { chat, hear, take } = said(0);
  hear('lost in=60');
  for (let i = 1; i <= bounds.unacknowledged; i++) assert.ok(chat.say(`m${i}`));
  assert.equal(chat.say('too much'), null);
  hear('back');
  assert.equal(take().length, 1 + bounds.unacknowledged);
  hear(`got ${bounds.unacknowledged}`);
  assert.ok(chat.say('room again'));
});

test('a lost partner who does not come back: what waited is marked', () => {
  const { chat, clock, hear, states } = said(1);
  hear('lost in=1');
  chat.end();
  assert.deepEqual(states(), ['lost']);
  assert.equal(clock.pending, 0);
});

test('without a line nothing is sent; when there is one again, all that may not have arrived', () => {
  const { chat, clock, hear, take, states } = said(3);
  hear('got 1');
  hear('say 1\nhello');
  hear('typing');
  chat.suspend();
  chat.suspend();
  assert.equal(chat.say('m4').state, 'sending');
  chat.typed();
  chat.setInFront(false);
  clock.pass(10 * sending.resendMost);
  assert.deepEqual([take(), clock.pending], [[], 0]);
  chat.resume(null);
  assert.deepEqual(take(), ['away', 'got 1', 'say 2\nm2', 'say 3\nm3', 'say 4\nm4']);
  hear('got 4');
  assert.deepEqual(states(), ['delivered', 'delivered', 'delivered']);
});

test('there is a line again and the partner is lost: it goes on waiting, until the partner is back', () => {
  const { chat, hear, take, events } = said(2);
  chat.suspend();
  chat.resume(40);
  assert.deepEqual([take(), events], [['here'], [{ type: 'lost', seconds: 40 }]]);
  hear('back');
  assert.deepEqual(take(), ['here', 'say 1\nm1', 'say 2\nm2']);
});

test('a partner who was lost and is there when the line is has come back meanwhile', () => {
  const { chat, hear, take, events } = said(1);
  hear('lost in=60');
  chat.suspend();
  chat.resume(null);
  assert.deepEqual(events.map(({ type }) => type), ['lost', 'back']);
  assert.deepEqual(take(), ['here', 'say 1\nm1']);
});

test('it counts what is said and heard, so that another page can go on', () => {
  const { chat, hear, counts } = begin();
  chat.say('a');
  chat.say('b');
  hear('say 1\nx');
  hear('skip 3');
  hear('refused say filtered n=1');
  assert.deepEqual(counts.map(({ said, got }) => [said, got]), [[1, 0], [2, 0], [2, 1], [2, 3], [1, 3]]);
});

test('a page that was loaded anew goes on with the numbers, and skips what it no longer has until that is confirmed', () => {
  const { chat, clock, hear, heard, take } = begin({ said: 3, got: 5 });
  assert.equal(chat.begun, false);
  chat.suspend();
  chat.say('m4');
  chat.resume(null);
  assert.deepEqual(take(), ['here', 'got 5', 'skip 3', 'say 4\nm4'], 'what was shown before was not seen again');
  clock.pass(sending.resendFirst);
  assert.deepEqual(take(), ['skip 3', 'say 4\nm4']);
  hear('got 2');
  clock.pass(sending.resendFirst);
  assert.deepEqual(take(), ['skip 3', 'say 4\nm4'], 'the last of the three is still missing there');
  hear('got 3');
  clock.pass(sending.resendFirst);
  assert.deepEqual(take(), ['say 4\nm4']);
  hear('got 4');
  hear('say 5\nold');
  hear('say 6\nnew');
  assert.deepEqual(heard(), ['new']);
  clock.pass(receiving.gotWithin);
  assert.deepEqual(take(), ['got 6', 'seen 6']);
});

test('a page that was loaded anew and had said nothing has nothing to skip', () => {
  const { chat, take } = begin({ said: 0, got: 0 });
  chat.suspend();
  chat.resume(null);
  assert.deepEqual(take(), ['here']);
});

test('the end: nothing runs on, and what did not arrive is marked', () => {
  const { chat, clock, hear, take, states, heard } = said(2);
  hear('got 1');
  hear('say 1\nhello');
  hear('typing');
  take();
  chat.end();
  chat.end();
  assert.deepEqual(states(), ['delivered', 'lost']);
  assert.equal(clock.pending, 0);
  hear('say 2\nlate');
  hear('got 2');
  chat.typed();
  chat.setInFront(false);
  chat.setReading(true);
  assert.equal(chat.say('late'), null);
  assert.deepEqual(heard(), ['hello']);
  assert.deepEqual(take(), []);
});
