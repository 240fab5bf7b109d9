import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Session, findAgain } from '../../html/js/session.js';
import { FakeClock, fakeWebSocket } from './fakes.js';

function visit() {
  const clock = new FakeClock();
  const WebSocket = fakeWebSocket();
  const events = [];
  const session = new Session({
    url: 'ws://localhost/chat',
    WebSocket,
    clock,
    random: () => 0,
    languages: ['en', 'hi'],
    notify: (event) => events.push(event.type),
  });
  return { clock, session, events, sockets: WebSocket.sockets, last: () => WebSocket.sockets.at(-1) };
}

function connected() {
  const made = visit();
  made.session.open();
  made.last().hello('max=100 window=0 online=7');
  return made;
}

function talking(interests = ['music']) {
  const made = connected();
  made.session.find(interests);
  made.last().say('waiting');
  made.last().say('matched - lang=en\nmusic');
  made.last().take();
  made.events.length = 0;
  return made;
}

test('looks, meets, talks, and is left', () => {
  const { session, last, events } = connected();
  assert.deepEqual([session.max, session.online, session.stage], [100, 7, 'start']);
  session.find(['music', 'films']);
  assert.deepEqual(last().take(), ['find lang=en,hi\nmusic\nfilms']);
  assert.equal(session.stage, 'waiting');
  last().say('waiting');
  last().say('matched - lang=en\nmusic');
  assert.equal(session.stage, 'chat');
  assert.deepEqual(session.partner, { common: ['music'], away: false, typing: false, lostUntil: null });
  assert.ok(events.includes('matched'));
  last().say('say 1\nhi');
  last().say('typing');
  last().say('away');
  assert.deepEqual([session.partner.away, session.partner.typing], [true, false]);
  assert.equal(session.say('hello').text, 'hello');
  last().say('left');
  assert.deepEqual([session.stage, session.ending, session.partner], ['ended', 'left', null]);
  assert.equal(session.say('too late'), null);
});

test('whoever presses start before there is a connection looks as soon as there is one', () => {
  const { session, last } = visit();
  session.find([]);
  assert.equal(session.stage, 'waiting');
  assert.deepEqual(last().sent, []);
  last().hello();
  assert.deepEqual(last().sent, ['find lang=en,hi']);
});

test('next leaves by finding, with the same interests; what is late from the one before is not heard', () => {
  const { session, last, events } = talking(['music']);
  session.find();
  assert.deepEqual(last().take(), ['find lang=en,hi\nmusic']);
  last().say('say 1\nwait');
  last().say('left');
  assert.equal(session.stage, 'waiting');
  assert.ok(!events.includes('message'));
  last().say('matched -');
  assert.equal(session.stage, 'chat');
  session.say('hi');
  assert.deepEqual(last().take(), ['say 1\nhi'], 'numbers start anew');
});

test('leaving, and stopping to look', () => {
  const { session, last } = talking();
  session.leave();
  assert.deepEqual([session.stage, last().take()], ['start', ['leave']]);
  last().say('left');
  last().say('matched -');
  assert.equal(session.stage, 'start', 'what crossed the leave counts no more');
  session.find();
  last().take();
  session.leave();
  assert.deepEqual([session.stage, last().take()], ['start', ['leave']]);
  session.leave();
  assert.deepEqual(last().take(), []);
});

test('closing ends it all, and nothing runs on', () => {
  const { clock, session, last } = talking();
  session.say('hi');
  session.close();
  assert.deepEqual([session.stage, session.link.state, last().closedBy], ['start', 'idle', 1000]);
  assert.equal(clock.pending, 0);
});

test('blocking, in a chat and when the stranger has just left', () => {
  const during = talking();
  during.session.block();
  assert.deepEqual(during.last().take(), ['block']);
  assert.deepEqual([during.session.stage, during.session.ending], ['ended', 'blocked']);
  assert.equal(during.session.canBlock, false);
  during.session.block();
  assert.deepEqual(during.last().take(), []);

  const after = talking();
  after.last().say('left');
  assert.equal(after.session.canBlock, true);
  after.session.block();
  assert.deepEqual(after.last().take(), ['block']);
  assert.equal(after.session.ending, 'blocked');
});

test('whom the server has forgotten cannot be blocked', () => {
  const { session, clock, last, sockets } = talking();
  last().say('left');
  last().end();
  assert.equal(session.canBlock, false);
  while (sockets.length < 2) clock.pass(100);
  last().hello();
  assert.deepEqual([session.stage, session.ending, session.canBlock], ['ended', 'left', false]);
  session.block();
  assert.deepEqual([last().take(), session.ending], [[], 'left']);
});

test('a message that found no chat ends the chat here too', () => {
  const { session, last } = talking();
  session.say('hello?');
  last().say('refused say state n=1');
  assert.deepEqual([session.stage, session.ending], ['ended', 'left']);
});

test('how many are here is of the moment we came: it goes when a chat begins or the connection ends', () => {
  const { session } = talking();
  assert.equal(session.online, 0);
  const dropped = connected();
  assert.equal(dropped.session.online, 7);
  dropped.last().end();
  assert.equal(dropped.session.online, 0);
});

test('a connection that drops ends the chat, and comes back by itself without a new one', () => {
  const { clock, session, last, sockets } = talking();
  session.say('hi');
  last().end(1006);
  assert.deepEqual([session.stage, session.ending, session.link.state], ['ended', 'lost', 'waiting']);
  clock.pass(1000);
  assert.equal(sockets.length, 2);
  last().hello();
  assert.equal(session.link.state, 'ready');
  assert.deepEqual([session.stage, last().sent], ['ended', []]);
});

test('a connection that drops while looking looks again', () => {
  const { clock, session, last } = connected();
  session.find(['x']);
  last().end(1006);
  assert.equal(session.stage, 'waiting');
  clock.pass(1000);
  last().hello();
  assert.deepEqual(last().sent, ['find lang=en,hi\nx']);
});

test('a server that wants nobody back ends the looking', () => {
  const { session, last } = connected();
  session.find([]);
  last().say('bye banned until=1700000000');
  last().end(1008);
  assert.deepEqual([session.stage, session.link.state, session.link.until], ['start', 'stopped', 1700000000]);
});

test('a find that is refused is tried again in time, and the chat before it is left all the same', () => {
  const { clock, session, last } = talking();
  session.find();
  last().take();
  last().say('refused find rate retry=1500');
  assert.deepEqual(last().take(), ['leave']);
  clock.pass(1499);
  assert.deepEqual(last().take(), []);
  clock.pass(1);
  assert.equal(last().take()[0].split(' ')[0], 'find');
  last().say('refused find full');
  last().take();
  clock.pass(findAgain);
  assert.equal(last().take().length, 1);
});

test('whoever stops looking is not looked for again', () => {
  const { clock, session, last } = connected();
  session.find([]);
  last().say('refused find rate retry=1500');
  session.leave();
  last().take();
  last().say('refused find rate retry=1500');
  clock.pass(1500);
  assert.deepEqual(last().take(), []);
});

test('the server\'s word about waiting and meeting counts', () => {
  const { session, last } = talking();
  last().say('waiting');
  assert.deepEqual([session.stage, session.canSay, session.say('x')], ['waiting', false, null]);
  last().say('matched -');
  session.say('a');
  last().say('matched -');
  session.say('b');
  assert.deepEqual(last().take(), ['say 1\na', 'say 1\nb']);
});

test('precious is a chat in which somebody has said something', () => {
  const { session, last } = talking();
  assert.equal(session.precious, false);
  last().say('say 1\nhi');
  assert.equal(session.precious, true);
  last().say('left');
  assert.equal(session.precious, false);
});

test('who is in the background when a chat begins says so', () => {
  const { session, last } = connected();
  session.setInFront(false);
  session.find([]);
  last().take();
  last().say('matched -');
  assert.deepEqual(last().take(), ['away']);
  last().say('say 1\nhi');
  session.setInFront(true);
  assert.deepEqual(last().take(), ['here', 'ping']);
});

test('who reads further up when a chat begins has not seen its end', () => {
  const { clock, session, last } = connected();
  session.setReading(false);
  session.find([]);
  last().say('matched -');
  last().say('say 1\nhi');
  last().take();
  clock.pass(1000);
  assert.deepEqual(last().take(), ['got 1']);
});

test('a page that was put aside and a network that is back are tried at once', () => {
  const { session, last, sockets } = connected();
  session.wake();
  assert.deepEqual(last().take(), ['ping']);
  session.setOnline(false);
  last().end(1006);
  session.setOnline(true);
  assert.equal(sockets.length, 2);
});

test('a stranger who is lost has their time, and is back, or has left', () => {
  const { clock, session, last, events } = talking();
  clock.pass(1234);
  last().say('lost in=60');
  assert.deepEqual([session.stage, session.partner.lostUntil], ['chat', 61_234]);
  assert.ok(events.includes('lost'));
  session.say('waits');
  assert.deepEqual(last().take(), []);
  last().say('back');
  assert.equal(session.partner.lostUntil, null);
  assert.ok(events.includes('back'));
  assert.deepEqual(last().take(), ['here', 'say 1\nwaits']);

  last().say('lost in=60');
  last().say('left');
  assert.deepEqual([session.stage, session.ending, session.partner], ['ended', 'left', null]);
  last().say('back');
  assert.equal(session.stage, 'ended');
});

test('the next can be looked for while the stranger is lost, and is not lost', () => {
  const { session, last } = talking();
  last().say('lost in=60');
  session.find();
  last().take();
  last().say('back');
  assert.equal(session.stage, 'waiting');
  last().say('matched -');
  assert.equal(session.partner.lostUntil, null);
  session.say('hi');
  assert.deepEqual(last().take(), ['say 1\nhi']);
});
