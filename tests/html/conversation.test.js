import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Conversation, times } from '../../html/js/conversation.js';
import { bounds, parse } from '../../html/js/protocol.js';
import { FakeClock } from './fakes.js';

function begin() {
  const clock = new FakeClock();
  const sent = [];
  const events = [];
  const line = { up: true };
  const chat = new Conversation({
    clock,
    send: (frame) => line.up && sent.push(frame) > 0,
    notify: (event) => events.push(event),
  });
  return {
    chat,
    clock,
    line,
    events,
    hear: (frame) => chat.receive(parse(frame)),
    take: () => sent.splice(0),
    heard: () => events.filter(({ type }) => type === 'message').map(({ message }) => message.text),
  };
}

// Says `count` messages, m1, m2, ..., and forgets the frames.
function said(count) {
  const made = begin();
  const messages = Array.from({ length: count }, (_, i) => made.chat.say(`m${i + 1}`));
  made.take();
  return { ...made, messages, states: () => messages.map(({ state }) => state) };
}

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

test('shows each message once and in order', () => {
  const { hear, heard, clock, take } = begin();
  hear('say 1\na');
  hear('say 3\nc');
  hear('say 1\na');
  hear('say 2\nb');
  hear('say 3\nc');
  assert.deepEqual(heard(), ['a', 'b', 'c']);
  clock.pass(times.gotWithin);
  assert.deepEqual(take(), ['got 3', 'seen 3']);
  hear('say 2\nb');
  clock.pass(times.gotWithin);
  assert.deepEqual(take(), ['got 3'], 'a partner who says it again has not heard the confirmation');
});

test('what comes after a gap is not confirmed', () => {
  const { hear, clock, take } = begin();
  hear('say 2\nb');
  clock.pass(times.gotWithin);
  assert.deepEqual(take(), []);
});

test('got rides along with what is said, seen follows', () => {
  const { chat, hear, clock, take } = begin();
  hear('say 1\na');
  chat.say('b');
  assert.deepEqual(take(), ['say 1 got=1\nb']);
  clock.pass(times.gotWithin);
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
  clock.pass(times.gotWithin);
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
  clock.pass(times.resendFirst - 1);
  assert.deepEqual(take(), []);
  clock.pass(1);
  assert.deepEqual(take(), ['say 2\nm2', 'say 3\nm3']);
  clock.pass(2 * times.resendFirst - 1);
  assert.deepEqual(take(), []);
  clock.pass(1);
  assert.equal(take().length, 2);
  clock.pass(10 * times.resendMost);
  assert.ok(take().length <= 2 * 11, 'the wait is bounded above and below');
  clock.pass(times.resendMost);
  assert.equal(take().length, 2);
  hear('got 2');
  clock.pass(times.resendFirst);
  assert.deepEqual(take(), ['say 3\nm3'], 'progress starts it anew');
  hear('got 3');
  clock.pass(10 * times.resendMost);
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

test('a confirmation that rode on what was refused is said by itself', () => {
  const { chat, hear, take, clock } = begin();
  hear('say 1\nhello');
  chat.say('hi');
  assert.deepEqual(take(), ['say 1 got=1\nhi']);
  hear('refused say rate n=1 retry=5000');
  clock.pass(times.gotWithin);
  assert.deepEqual(take(), ['got 1', 'seen 1']);
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
  clock.pass(times.rateWait);
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
  clock.pass(times.resendMost);
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
  clock.pass(times.resendFirst);
  line.up = true;
  clock.pass(2 * times.resendFirst);
  assert.deepEqual(take(), ['say 1\na', 'say 2\nb']);
});

test('typing goes out now and then, and at once after a message', () => {
  const { chat, clock, take } = begin();
  chat.typed();
  chat.typed();
  clock.pass(times.typingEvery - 1);
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
  const typing = () => events.filter(({ type }) => type === 'typing').map((event) => event.typing);
  hear('typing');
  clock.pass(times.typingFades - 1);
  hear('typing');
  clock.pass(times.typingFades - 1);
  assert.deepEqual(typing(), [true]);
  clock.pass(1);
  assert.deepEqual(typing(), [true, false]);
  hear('typing');
  hear('say 1\na');
  assert.deepEqual(typing(), [true, false, true, false]);
  hear('typing');
  hear('away');
  assert.deepEqual(typing().at(-1), false);
});

test('the partner goes away and comes back', () => {
  const { hear, events } = begin();
  hear('away');
  hear('here');
  assert.deepEqual(events, [{ type: 'presence', away: true }, { type: 'presence', away: false }]);
});

test('while the partner is lost nothing is sent; when they are back, all that they may not have', () => {
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
  clock.pass(10 * times.resendMost);
  assert.deepEqual(take(), []);
  assert.deepEqual(states(), ['delivered', 'sending', 'sending']);

  hear('back');
  assert.deepEqual(events.at(-1), { type: 'back' });
  assert.deepEqual(take(), ['here', 'got 1', 'seen 1', 'say 2\nm2', 'say 3\nm3', 'say 4\nm4']);
  hear('got 4');
  assert.deepEqual(states(), ['delivered', 'delivered', 'delivered']);
  clock.pass(10 * times.resendMost);
  assert.deepEqual(take(), []);
});

test('what was confirmed to a partner who was lost is confirmed again: it may not have arrived', () => {
  const { clock, hear, take } = said(2);
  hear('say 1\nhello');
  clock.pass(times.gotWithin);
  assert.deepEqual(take(), ['got 1', 'seen 1']);
  hear('lost in=60');
  hear('got 1');
  assert.equal(clock.pending, 0, 'a word that was late sets nothing going');
  hear('back');
  assert.deepEqual(take(), ['here', 'got 1', 'seen 1', 'say 2\nm2']);
});

test('the time to come back can be told anew, and a partner who was there is not back', () => {
  const { hear, take, events } = said(1);
  hear('lost in=60');
  hear('lost in=15');
  hear('back');
  take();
  hear('back');
  assert.deepEqual(take(), []);
  assert.deepEqual(events, [{ type: 'lost', seconds: 60 }, { type: 'lost', seconds: 15 }, { type: 'back' }]);
});

test('who is back hears that this page is in the background, and what is not confirmed comes again in time', () => {
  const { chat, clock, hear, take } = said(1);
  clock.pass(times.resendFirst + times.resendFirst * 2);
  hear('lost in=60');
  chat.setInFront(false);
  hear('say 1\nhello');
  clock.pass(times.gotWithin);
  take();
  hear('back');
  assert.deepEqual(take(), ['away', 'got 1', 'say 1\nm1']);
  clock.pass(times.resendFirst);
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

test('a partner who has lost its messages goes on behind them', () => {
  const { hear, heard, events } = begin();
  hear('say 1\na');
  hear('skip 3');
  hear('skip 2');
  hear('say 4\nd');
  assert.deepEqual(heard(), ['a', 'd']);
  assert.equal(events.filter(({ type }) => type === 'gap').length, 1);
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
