import assert from 'node:assert/strict';
import { test } from 'node:test';

import { times as sending } from '../../html/js/outbox.js';
import { bounds } from '../../html/js/protocol.js';
import { begin, said } from './chat.js';

test('numbers what is said, and marks it as the partner confirms', () => {
  const { chat, hear, take, events } = begin();
  const first = chat.say('hi');
  const second = chat.say('there');
  assert.deepEqual(take(), ['say 1\nhi', 'say 2\nthere']);
  assert.deepEqual([first.state, second.state], ['sending', 'sending']);
  hear('got 1');
  assert.deepEqual([first.state, second.state], ['delivered', 'sending']);
  hear('seen 2');
  assert.deepEqual([first.state, second.state], ['seen', 'seen'], 'what was seen was also delivered');
  assert.deepEqual(events.map(({ message }) => message.state).length, 4);
});

test('a confirmation of what was never said, or twice, changes nothing', () => {
  const { hear, states, events } = said(2);
  for (const frame of ['got 3', 'seen 3', 'got 4294967294', 'got 0', 'seen 0']) hear(frame);
  assert.deepEqual(states(), ['sending', 'sending']);
  hear('got 2');
  hear('got 2');
  hear('got 1');
  hear('seen 3');
  assert.equal(events.length, 2);
  assert.deepEqual(states(), ['delivered', 'delivered']);
});

test('at most 32 are under way; then the text stays with the caller', () => {
  const { chat, hear, take, clock } = said(bounds.unacknowledged);
  assert.equal(chat.roomy, false);
  assert.equal(chat.say('one more'), null);
  assert.deepEqual(take(), []);
  hear('got 1');
  assert.equal(chat.roomy, true);
  chat.say('one more');
  assert.deepEqual(take(), ['say 33\none more']);
  assert.ok(clock.pending <= 2);
});

test('without progress it says the rest again, less and less often', () => {
  const { clock, take, hear } = said(3);
  hear('got 1');
  clock.pass(sending.resendFirst - 1);
  assert.deepEqual(take(), []);
  clock.pass(1);
  assert.deepEqual(take(), ['say 2\nm2', 'say 3\nm3']);
  clock.pass(2 * sending.resendFirst - 1);
  assert.deepEqual(take(), []);
  clock.pass(1);
  assert.equal(take().length, 2);
  clock.pass(10 * sending.resendMost);
  assert.ok(take().length <= 2 * 11, 'the wait is bounded above and below');
  clock.pass(sending.resendMost);
  assert.equal(take().length, 2);
  hear('got 2');
  clock.pass(sending.resendFirst);
  assert.deepEqual(take(), ['say 3\nm3'], 'progress starts it anew');
  hear('got 3');
  clock.pass(10 * sending.resendMost);
  assert.deepEqual(take(), []);
  assert.equal(clock.pending, 0);
});

test('refused for its rate: it stays and is said again, with what follows, when the time has come', () => {
  const { chat, clock, hear, take, states } = said(3);
  hear('got 1');
  hear('refused say rate n=2 retry=700');
  hear('refused say rate n=3 retry=900');
  chat.say('m4');
  clock.pass(899);
  assert.deepEqual(take(), []);
  clock.pass(1);
  assert.deepEqual(take(), ['say 2\nm2'], 'one for each wait');
  clock.pass(899);
  assert.deepEqual(take(), []);
  clock.pass(1);
  assert.deepEqual(take(), ['say 3\nm3']);
  clock.pass(900);
  assert.deepEqual(take(), ['say 4\nm4']);
  assert.deepEqual(states(), ['delivered', 'sending', 'sending']);
  clock.pass(900);
  hear('got 4');
  chat.say('m5');
  chat.say('m6');
  assert.deepEqual(take(), ['say 5\nm5', 'say 6\nm6'], 'and at once when all has gone out');
});

// A server as nginx is without any settings: 20 at once, then 5 a second; and 180 frames of any kind at once, then 44.
test('whoever says as much as there is room for is slowed down, and never takes the server for a flood', () => {
  const { chat, clock, hear, take } = begin();
  const bucket = (rate, burst) => {
    let left = burst;
    let at = clock.now();
    return () => {
      left = Math.min(burst, left + ((clock.now() - at) * rate) / 1000);
      at = clock.now();
      return left >= 1 ? ((left -= 1), 0) : Math.ceil(((1 - left) * 1000) / rate);
    };
  };
  const message = bucket(5, 20);
  const frame = bucket(44, 180);
  let shown = 0;
  const pass = () => {
    for (const text of take()) {
      assert.equal(frame(), 0, 'a flood');
      const n = Number(text.match(/^say (\d+)/)[1]);
      const retry = message();
      if (retry > 0) hear(`refused say rate n=${n} retry=${retry}`);
      else if (n === shown + 1) hear(`got ${(shown = n)}`);
    }
  };
  for (let said = 0; shown < 200; clock.pass(10)) {
    while (said < 200 && chat.roomy) chat.say(`m${++said}`);
    pass();
    assert.ok(clock.now() < 120_000, `${shown} arrived`);
  }
});

test('refused for its rate without a time: it waits all the same', () => {
  const { clock, hear, take } = said(1);
  hear('refused say rate n=1');
  clock.pass(sending.rateWait);
  assert.deepEqual(take(), ['say 1\nm1']);
});

test('refused as full: it stays and is said again at the next progress', () => {
  const { hear, take } = said(3);
  hear('refused say full n=3');
  assert.deepEqual(take(), []);
  hear('got 1');
  assert.deepEqual(take(), ['say 3\nm3']);
});

test('filtered: it goes, the later ones move up and are said again', () => {
  const { chat, hear, take, states, messages } = said(4);
  hear('got 1');
  hear('refused say filtered n=2');
  assert.deepEqual(take(), ['say 2\nm3', 'say 3\nm4']);
  assert.deepEqual(states(), ['delivered', 'refused', 'sending', 'sending']);
  hear('got 3');
  assert.deepEqual(states(), ['delivered', 'refused', 'delivered', 'delivered']);
  chat.say('m5');
  assert.deepEqual(take(), ['say 4\nm5']);
  assert.equal(new Set(messages.map(({ id }) => id)).size, 4);
});

test('filtered, the last of all: the number is free again', () => {
  const { chat, clock, hear, take } = said(1);
  hear('refused say filtered n=1');
  chat.say('better');
  assert.deepEqual(take(), ['say 1\nbetter']);
  hear('got 1');
  clock.pass(sending.resendMost);
  assert.deepEqual(take(), []);
});

test('refused for what it does not know: nothing happens', () => {
  const { hear, take, states } = said(1);
  for (const frame of ['refused say full n=9', 'refused say filtered n=9', 'refused say rate', 'refused block state']) hear(frame);
  assert.deepEqual(take(), []);
  assert.deepEqual(states(), ['sending']);
});

test('what could not be sent is sent later', () => {
  const { chat, clock, line, take } = begin();
  line.up = false;
  chat.say('a');
  line.up = true;
  chat.say('b');
  assert.deepEqual(take(), ['say 1\na', 'say 2\nb']);
  line.up = false;
  clock.pass(sending.resendFirst);
  line.up = true;
  clock.pass(2 * sending.resendFirst);
  assert.deepEqual(take(), ['say 1\na', 'say 2\nb']);
});

test('a message that is said again is what it was, whatever stands around it', () => {
  const { chat, clock, hear, take } = begin();
  chat.say('a\nb ');
  hear('say 1\nhello');
  clock.pass(sending.resendFirst);
  chat.suspend();
  chat.resume(null);
  const says = take().filter((frame) => frame.startsWith('say'));
  assert.deepEqual(says, ['say 1\na\nb ', 'say 1\na\nb ', 'say 1\na\nb ']);
});

test('a message that went out twice and is refused twice takes no other with it', () => {
  const { clock, hear, take, states } = said(3);
  clock.pass(sending.resendFirst);
  take();
  hear('refused say filtered n=1');
  hear('refused say filtered n=1');
  assert.deepEqual(take(), ['say 1\nm2', 'say 2\nm3']);
  hear('refused say filtered n=1');
  assert.deepEqual(states(), ['refused', 'refused', 'sending']);
});

test('the refusals that a line still owed when it broke are not waited for on the next', () => {
  const { chat, clock, hear, states } = said(2);
  clock.pass(sending.resendFirst);
  hear('refused say filtered n=1');
  chat.suspend();
  chat.resume(null);
  hear('refused say filtered n=1');
  assert.deepEqual(states(), ['refused', 'refused']);
});

test('what is under way is what was said and is not confirmed', () => {
  const { chat, hear } = said(1);
  assert.equal(chat.underWay, true);
  hear('got 1');
  assert.equal(chat.underWay, false);
});
