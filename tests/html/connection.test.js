import assert from 'node:assert/strict';
import { test } from 'node:test';

import { BackOff, times as backOff } from '../../html/js/backoff.js';
import { afterClose } from '../../html/js/closing.js';
import { Connection, times } from '../../html/js/connection.js';
import { times as liveness } from '../../html/js/liveness.js';
import { FakeClock, fakeWebSocket } from './fakes.js';

// A connection on a fake line; `random` is fixed, so that each wait is that part of its bound.
function line({ random = () => 0.25 } = {}) {
  const clock = new FakeClock();
  const WebSocket = fakeWebSocket();
  const states = [];
  const frames = [];
  const connection = new Connection({
    url: 'wss://chat.example/chat',
    WebSocket,
    clock,
    random,
    onState: (state) => states.push(state),
    onFrame: (frame) => frames.push(frame),
  });
  const { sockets } = WebSocket;
  return { clock, connection, states, frames, sockets, last: () => sockets.at(-1) };
}

function ready(options) {
  const made = line(options);
  made.connection.open();
  made.last().hello();
  made.states.length = 0;
  return made;
}

test('opens with the subprotocol and is ready at hello', () => {
  const { connection, states, frames, last } = line();
  assert.equal(connection.send('leave'), false);
  connection.open();
  connection.open();
  assert.equal(last().url, 'wss://chat.example/chat');
  assert.equal(last().protocol, 'chat.v1');
  assert.equal(connection.state, 'connecting');
  assert.equal(connection.send('leave'), false);
  last().hello();
  assert.equal(connection.state, 'ready');
  assert.equal(connection.send('leave'), true);
  assert.deepEqual(last().sent, ['leave']);
  assert.deepEqual(states.map(({ state }) => state), ['connecting', 'ready']);
  assert.equal(frames[0].verb, 'hello');
});

test('frames come through; what is not understood, pong and bye do not', () => {
  const { frames, last } = ready();
  frames.length = 0;
  for (const frame of ['waiting', 'pong', 'brand new=1', 'bye restart retry=1', 'say 1\nhi']) last().say(frame);
  last().onmessage({ data: new ArrayBuffer(4) });
  assert.deepEqual(frames.map(({ verb }) => verb), ['waiting', 'say']);
});

test('a server that says no hello is given up', () => {
  const { clock, connection, sockets } = line();
  connection.open();
  clock.pass(times.helloWithin);
  assert.equal(connection.state, 'waiting');
  assert.notEqual(sockets[0].closedBy, null);
  clock.pass(backOff.first);
  assert.equal(sockets.length, 2);
  sockets[0].hello();
  assert.equal(connection.state, 'connecting', 'the old socket is not heard any more');
});

test('the back-off doubles to its bound, and each has a moment of its own', () => {
  const drawn = (random) => {
    const wait = new BackOff(random);
    return Array.from({ length: 7 }, () => wait.next(0));
  };
  assert.deepEqual(drawn(() => 1), [1000, 2000, 4000, 8000, 16_000, backOff.most, backOff.most]);
  assert.deepEqual(drawn(() => 0), [0, 0, 0, 0, 0, 0, 0], 'full jitter');

  const { clock, connection, sockets } = line();
  connection.open();
  const waits = [];
  for (let i = 0; i < 8; i++) {
    const [count, from] = [sockets.length, clock.now()];
    sockets.at(-1).end();
    assert.equal(connection.state, 'waiting');
    while (sockets.length === count) clock.pass(10);
    waits.push(clock.now() - from);
  }
  assert.deepEqual(waits, [250, 500, 1000, 2000, 4000, 7500, 7500, 7500]);
});

test('a line that was good starts the back-off anew, one that breaks at once does not', () => {
  const { clock, states, sockets, last } = ready();
  last().end();
  clock.pass(backOff.first);
  last().hello();
  last().end();
  clock.pass(backOff.first * 0.25);
  assert.equal(sockets.length, 2, 'the second wait is longer');
  clock.pass(backOff.first * 0.25);
  assert.equal(sockets.length, 3);
  last().hello();
  clock.pass(backOff.steadyAfter);
  last().end();
  clock.pass(backOff.first * 0.25);
  assert.equal(sockets.length, 4);
  assert.ok(states.some(({ state, reason }) => state === 'waiting' && reason === 'lost'));
});

test('never sooner than the server asks, not even when the person asks', () => {
  const { clock, connection, states, sockets, last } = ready();
  last().say('bye restart retry=4000');
  last().end(1012);
  assert.deepEqual(states.at(-1), { state: 'waiting', reason: 'restart', until: null });
  connection.open();
  clock.pass(3999);
  assert.equal(sockets.length, 1);
  clock.pass(1);
  assert.equal(sockets.length, 2);
});

test('what the server asked before it was there again counts no more', () => {
  const { clock, states, sockets, last } = ready();
  last().say('bye restart retry=4000');
  last().end(1012);
  clock.pass(5000);
  last().hello();
  last().end(1006);
  assert.equal(states.at(-1).reason, 'lost');
  clock.pass(1000);
  assert.equal(sockets.length, 3);
});

test('the jitter comes on top of what the server asks', () => {
  const { clock, sockets, last } = ready({ random: () => 0.5 });
  last().say('bye restart retry=4000');
  last().end(1012);
  clock.pass(4000 + backOff.first * 0.4);
  assert.equal(sockets.length, 1);
  clock.pass(backOff.first * 0.2);
  assert.equal(sockets.length, 2);
});

test('a server that restarts again and again is come back to when it asks; one that is full less and less often', () => {
  for (const [bye, code, waits] of [['restart', 1012, [250, 250, 250, 250]], ['full', 1013, [250, 500, 1000, 2000]]]) {
    const { clock, connection, sockets, last } = line();
    connection.open();
    const found = waits.map(() => {
      last().hello();
      last().say(`bye ${bye} retry=100`);
      last().end(code);
      const [count, from] = [sockets.length, clock.now()];
      while (sockets.length === count) clock.pass(10);
      return clock.now() - from - 100;
    });
    assert.deepEqual(found, waits, bye);
  }
});

test('a person who asks comes back at once', () => {
  const { connection, sockets, last } = ready();
  last().end();
  connection.open();
  assert.equal(sockets.length, 2);
});

test('each end has its policy', () => {
  const policy = (code, reason) => afterClose(code, reason ? { reason } : null);
  assert.deepEqual(policy(1006), { next: 'retry', reason: 'lost' });
  assert.deepEqual(policy(1001), { next: 'retry', reason: 'lost' });
  assert.deepEqual(policy(1011), { next: 'retry', reason: 'lost' });
  assert.deepEqual(policy(1012), { next: 'retry', reason: 'restart' });
  assert.deepEqual(policy(1013, 'full'), { next: 'retry', reason: 'full' });
  assert.deepEqual(policy(4001), { next: 'retry', reason: 'slow' });
  assert.deepEqual(policy(1000, 'idle'), { next: 'rest', reason: 'idle' });
  assert.deepEqual(policy(1002), { next: 'stop', reason: 'broken' });
  assert.deepEqual(policy(1009), { next: 'stop', reason: 'broken' });
  assert.deepEqual(policy(1008), { next: 'stop', reason: 'rules' });
  assert.deepEqual(policy(1008, 'banned'), { next: 'stop', reason: 'banned' });
  assert.deepEqual(policy(1000, 'constructor'), { next: 'retry', reason: 'constructor' });
  assert.deepEqual(policy(4000), { next: 'stop', reason: 'replaced' });
});

test('after idle, and after a ban, nothing happens until a person wants it', () => {
  for (const [bye, code, state] of [['bye idle', 1000, 'idle'], ['bye banned until=1700000000', 1008, 'stopped']]) {
    const { clock, connection, states, sockets, last } = ready();
    last().say(bye);
    last().end(code);
    clock.pass(10 * backOff.most);
    assert.equal(sockets.length, 1);
    assert.equal(connection.state, state);
    if (state === 'stopped') assert.equal(states.at(-1).until, 1700000000);
    connection.open();
    assert.equal(sockets.length, 2);
  }
});

test('silence is asked about, and without an answer the line is dead', () => {
  const { clock, connection, sockets, last } = ready();
  clock.pass(liveness.quietFor - 1);
  assert.deepEqual(last().sent, []);
  last().say('typing');
  clock.pass(liveness.quietFor - 1);
  assert.deepEqual(last().sent, [], 'counted from the last frame');
  clock.pass(1);
  assert.deepEqual(last().take(), ['ping']);
  last().say('pong');
  clock.pass(liveness.answerWithin);
  assert.equal(connection.state, 'ready');
  clock.pass(liveness.quietFor - liveness.answerWithin);
  assert.deepEqual(last().take(), ['ping']);
  clock.pass(liveness.answerWithin);
  assert.equal(connection.state, 'waiting');
  assert.notEqual(sockets[0].closedBy, null);
});

test('a page that comes back asks at once, and once', () => {
  const { clock, connection, last } = ready();
  connection.wake();
  connection.wake();
  assert.deepEqual(last().take(), ['ping']);
  last().say('pong');
  connection.wake();
  assert.deepEqual(last().take(), ['ping']);
  clock.pass(liveness.answerSoon);
  assert.equal(connection.state, 'waiting');
});

test('a question that waits for its answer is not asked again, but waits less long', () => {
  const { clock, connection, last } = ready();
  clock.pass(liveness.quietFor);
  assert.deepEqual(last().take(), ['ping']);
  connection.wake();
  assert.deepEqual(last().take(), []);
  clock.pass(liveness.answerSoon);
  assert.equal(connection.state, 'waiting');
});

test('a device that slept asks at once, and waits only a little', () => {
  const { clock, connection, last } = ready();
  clock.sleep(liveness.lookEvery + liveness.sleptFor);
  assert.deepEqual(last().take(), ['ping']);
  last().say('pong');
  clock.pass(liveness.quietFor - 1);
  assert.deepEqual([connection.state, last().take()], ['ready', []]);
  clock.sleep(600_000);
  assert.deepEqual(last().take(), ['ping']);
  clock.pass(liveness.answerSoon);
  assert.equal(connection.state, 'waiting');
});

test('who slept while an answer was due asks once more, and only once', () => {
  const { clock, connection, last } = ready();
  clock.pass(liveness.quietFor);
  assert.deepEqual(last().take(), ['ping']);
  clock.sleep(600_000);
  assert.deepEqual([connection.state, last().take()], ['ready', ['ping']]);
  clock.sleep(600_000);
  assert.equal(connection.state, 'waiting');
});

test('a timer that is a little late is no sleep', () => {
  const { clock, last } = ready();
  for (let i = 0; i < 3; i++) clock.sleep(liveness.lookEvery + 100);
  assert.deepEqual(last().take(), []);
});

test('without a network it waits, and with one it comes back at once', () => {
  const { clock, connection, states, sockets, last } = ready();
  connection.setOnline(false);
  assert.deepEqual([connection.state, last().take()], ['ready', ['ping']], 'it may be wrong');
  clock.pass(liveness.answerSoon);
  assert.equal(connection.state, 'waiting');
  clock.pass(10 * backOff.most);
  assert.equal(sockets.length, 1);
  connection.setOnline(true);
  assert.equal(sockets.length, 2);
  assert.deepEqual(states.map(({ state }) => state), ['waiting', 'connecting']);
});

test('a network that goes during a pause ends the pause; a person may try all the same', () => {
  const { clock, connection, sockets, last } = ready();
  last().end();
  connection.setOnline(false);
  clock.pass(10 * backOff.most);
  assert.equal(sockets.length, 1);
  connection.open();
  assert.equal(sockets.length, 2);
});

test('a network that is back does not come sooner than the server asks', () => {
  const { clock, connection, sockets, last } = ready();
  last().say('bye full retry=9000');
  last().end(1013);
  connection.setOnline(false);
  clock.pass(5000);
  connection.setOnline(true);
  clock.pass(3999);
  assert.equal(sockets.length, 1);
  clock.pass(1);
  assert.equal(sockets.length, 2);
});

test('a page that is back from being put aside does not wait out the pause', () => {
  const { connection, sockets, last } = ready();
  last().end();
  connection.wake();
  assert.equal(sockets.length, 2);
});

test('closed by the page: it says so and stays closed', () => {
  const { clock, connection, states, sockets } = ready();
  connection.close();
  assert.equal(sockets[0].closedBy, 1000);
  assert.equal(states.at(-1).state, 'idle');
  assert.equal(clock.pending, 0);
  assert.equal(connection.send('leave'), false);
});
