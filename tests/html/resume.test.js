// A session whose line drops in the midst of a chat, or whose page is loaded anew.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { times as backOff } from '../../html/js/backoff.js';
import { times as seat } from '../../html/js/seat.js';
import { Session } from '../../html/js/session.js';
import { FakeClock, FakeStorage, fakeWebSocket } from './fakes.js';

const HELLO = 'max=100 window=60 online=7';

// A page in a tab; what it is loaded with is in `storage`.
function page({ storage = new FakeStorage(), clock = new FakeClock() } = {}) {
  const WebSocket = fakeWebSocket();
  const events = [];
  const heard = [];
  const session = new Session({
    url: 'ws://localhost/chat',
    WebSocket,
    clock,
    random: () => 0.5,
    storage,
    languages: [],
    notify: ({ type, message }) => {
      events.push(type);
      if (type === 'message') heard.push(message.text);
    },
  });
  const { sockets } = WebSocket;
  const last = () => sockets.at(-1);
  // The line is there again, as far as `hello`: what the page sends first.
  const reconnect = () => {
    const count = sockets.length;
    if (session.link.state !== 'connecting') while (sockets.length === count) clock.pass(10);
    last().hello(HELLO);
    return last().take();
  };
  return { clock, session, storage, events, heard, sockets, last, reconnect };
}

function talking() {
  const made = page();
  made.session.open();
  made.last().hello(HELLO);
  made.session.find([]);
  made.last().say('matched t1');
  made.last().take();
  made.events.length = 0;
  return made;
}

// One whose line has dropped, with a message that is not confirmed and one that was heard.
function dropped() {
  const made = talking();
  made.session.say('mine');
  made.last().say('say 1\ntheirs');
  made.last().end(1006);
  return made;
}

test('a line that drops is taken up again in the same chat, and what is not confirmed goes out again', () => {
  const { session, last, reconnect, events } = dropped();
  assert.deepEqual([session.stage, session.link.state, session.canSay], ['chat', 'waiting', true]);
  session.say('meanwhile');
  assert.deepEqual(reconnect(), ['resume t1 got=1']);
  session.say('not yet');
  assert.deepEqual(last().take(), [], 'nothing before the seat is there');
  last().say('resumed t2');
  assert.deepEqual(last().take(), ['here', 'got 1', 'seen 1', 'say 1\nmine', 'say 2\nmeanwhile', 'say 3\nnot yet']);
  last().say('got 3');
  assert.equal(session.underWay, false);
  assert.ok(events.includes('resumed'));
  assert.equal(session.anew, false);
});

test('each resume gives a fresh token; one that was not heard of is asked for with the one before', () => {
  const { storage, last, reconnect } = dropped();
  reconnect();
  last().end(1006);
  assert.deepEqual(reconnect(), ['resume t1 got=1']);
  last().say('resumed t2');
  assert.equal(storage.text, 'seat t2 1 1');
  last().end(1006);
  assert.deepEqual(reconnect(), ['resume t2 got=1']);
});

test('another token for the seat that is there takes the place of the one before, and nothing else happens', () => {
  const { storage, last, reconnect, events } = dropped();
  reconnect();
  last().say('resumed t2');
  last().take();
  const before = events.length;
  last().say('resumed t3');
  assert.equal(storage.text, 'seat t3 1 1');
  assert.deepEqual([last().take(), events.length], [[], before]);
  last().end(1006);
  assert.deepEqual(reconnect(), ['resume t3 got=1']);
});

test('a token for a seat that was left is nobody\'s', () => {
  const { storage, session, last } = talking();
  session.leave();
  last().say('resumed t2');
  assert.ok(!storage.text?.includes('t2'));
});

test('resumed while the stranger is lost: it waits for them', () => {
  const { clock, session, last, reconnect } = dropped();
  reconnect();
  last().say('resumed t2 lost in=30');
  assert.deepEqual([last().take(), session.partner.lostUntil], [['here'], clock.now() + 30_000]);
  last().say('back');
  assert.deepEqual(last().take(), ['here', 'got 1', 'seen 1', 'say 1\nmine']);
  assert.equal(session.partner.lostUntil, null);
});

test('the time is over: the chat is, too, and a new one can be had', () => {
  const { clock, session, sockets, reconnect, last } = dropped();
  session.setOnline(false);
  clock.pass(59_999);
  assert.equal(session.stage, 'chat');
  clock.pass(1);
  assert.deepEqual([session.stage, session.ending, session.say('late')], ['ended', 'lost', null]);
  session.find([]);
  assert.equal(sockets.length, 2);
  assert.deepEqual(reconnect(), ['find']);
  last().say('matched t9');
  assert.equal(session.stage, 'chat');
});

test('the time begins when the line drops, whatever attempts there are', () => {
  const { clock, session, sockets, last } = dropped();
  while (session.stage === 'chat' && clock.now() < 120_000) {
    clock.pass(100);
    if (session.link.state === 'connecting') last().end(1006);
  }
  assert.ok(clock.now() >= 60_000 && clock.now() < 60_100, clock.now());
  assert.ok(sockets.length > 5 && sockets.length < 60_000 / backOff.first);
});

test('who was in the background has three times as long', () => {
  const { clock, session, last } = talking();
  session.setInFront(false);
  session.setOnline(false);
  last().end(1006);
  clock.pass(179_999);
  assert.equal(session.stage, 'chat');
  clock.pass(1);
  assert.equal(session.ending, 'lost');
});

test('the server knows the chat no more: it is over, and nothing of it is kept', () => {
  const { session, storage, last, reconnect } = dropped();
  reconnect();
  last().say('refused resume stale');
  assert.deepEqual([session.stage, session.ending, storage.text], ['ended', 'stale', '']);
  session.find([]);
  assert.deepEqual(last().take(), ['find']);
});

test('a resume that is refused for the moment is asked again in time', () => {
  const { clock, session, last, reconnect } = dropped();
  reconnect();
  last().say('refused resume full retry=700');
  clock.pass(699);
  assert.deepEqual(last().take(), []);
  clock.pass(1);
  assert.deepEqual(last().take(), ['resume t1 got=1']);
  last().say('refused resume rate');
  clock.pass(seat.again);
  assert.deepEqual(last().take(), ['resume t1 got=1']);
  last().say('resumed t2');
  assert.equal(session.stage, 'chat');
});

test('the stranger left while there was no line', () => {
  const { session, storage, last, reconnect } = dropped();
  reconnect();
  last().say('resumed t2');
  last().say('left');
  assert.deepEqual([session.ending, storage.text], ['left', '']);
});

test('a server that answers a resume with left', () => {
  const { session, last, reconnect } = dropped();
  reconnect();
  last().say('left');
  assert.deepEqual([session.stage, session.ending], ['ended', 'left']);
  session.find([]);
  assert.deepEqual(last().take().at(-1), 'find');
});

test('a restart is waited out as the server asks, and the chat goes on', () => {
  const { clock, session, sockets, last } = talking();
  last().say('bye restart retry=2000');
  last().end(1012);
  assert.equal(session.stage, 'chat');
  clock.pass(1999);
  assert.equal(sockets.length, 1);
  clock.pass(1 + backOff.first / 2);
  assert.equal(sockets.length, 2);
  last().hello(HELLO);
  assert.deepEqual(last().take(), ['resume t1 got=0']);
});

test('a server that keeps no seat: the chat ends with the line', () => {
  for (const [hello, matched] of [['max=100 window=0 online=1', 't1'], [HELLO, '-']]) {
    const { session, storage, last } = page();
    session.open();
    last().hello(hello);
    session.find([]);
    last().say(`matched ${matched}`);
    last().end(1006);
    assert.deepEqual([session.stage, session.ending, storage.text], ['ended', 'lost', '']);
  }
});

// Leaving.

test('who leaves in a chat leaves nothing behind', () => {
  for (const leave of ['leave', 'block', 'find']) {
    const { session, storage } = talking();
    assert.notEqual(storage.text, '');
    session[leave]();
    assert.equal(storage.text, '', leave);
  }
});

test('who leaves while there is no line has left, and the stranger hears it as soon as there is one', () => {
  for (const [act, stage, said] of [['leave', 'start', ['leave']], ['block', 'ended', ['block']], ['find', 'waiting', ['leave', 'find']]]) {
    const { session, storage, last, reconnect } = dropped();
    session[act]();
    assert.deepEqual([session.stage, storage.text], [stage, ''], act);
    assert.deepEqual(reconnect(), ['resume t1 got=1']);
    last().say('resumed t2');
    assert.deepEqual([last().take(), session.stage, storage.text], [said, stage, ''], act);
  }
});

test('what was left while there was no line may be over already', () => {
  const { session, last, reconnect } = dropped();
  session.find([]);
  assert.deepEqual(reconnect(), ['resume t1 got=1']);
  session.find([]);
  assert.deepEqual(last().take(), [], 'one question at a time');
  last().say('refused resume stale');
  assert.deepEqual([last().take(), session.stage], [['find'], 'waiting']);
});

test('who leaves before the seat is there again leaves it when it is', () => {
  const { session, last, reconnect } = dropped();
  reconnect();
  session.leave();
  assert.deepEqual(last().take(), []);
  last().say('resumed t2');
  assert.deepEqual([last().take(), session.stage], [['leave'], 'start']);
});

test('a seat that is had again too late is left', () => {
  const { clock, session, last, reconnect } = dropped();
  clock.pass(100);
  session.setOnline(false);
  clock.pass(59_000);
  session.open();
  reconnect();
  clock.pass(1000);
  assert.equal(session.ending, 'lost');
  last().say('resumed t2');
  assert.deepEqual([last().take(), session.stage], [['leave'], 'ended']);
});

// A page that is loaded anew.

// The page of the same tab, loaded anew.
const reloaded = ({ storage, clock }) => page({ storage, clock });

test('a page that is loaded anew goes on in the same chat, behind what it no longer has', () => {
  const before = talking();
  before.session.say('a');
  before.last().say('got 1');
  before.session.say('b');
  before.last().say('say 1\nx');
  const after = reloaded(before);
  assert.deepEqual([after.session.stage, after.session.anew, after.session.precious], ['chat', true, true]);
  after.session.open();
  assert.deepEqual(after.reconnect(), ['resume t1 got=1']);
  after.last().say('resumed t2');
  assert.deepEqual(after.last().take(), ['here', 'got 1', 'skip 2']);
  after.session.say('c');
  assert.deepEqual(after.last().take(), ['say 3\nc']);
  after.last().say('say 1\nx');
  after.last().say('say 2\ny');
  assert.deepEqual(after.heard, ['y']);
  assert.equal(after.storage.text, 'seat t2 3 2');
});

test('twice loaded anew', () => {
  const before = talking();
  before.session.say('a');
  const between = reloaded(before);
  between.session.open();
  between.reconnect();
  between.last().say('resumed t2');
  between.session.say('b');
  const after = reloaded(between);
  after.session.open();
  assert.deepEqual(after.reconnect(), ['resume t2 got=0']);
  after.last().say('resumed t3');
  assert.deepEqual(after.last().take(), ['here', 'skip 2']);
});

test('loaded anew too late: the chat is over', () => {
  const after = reloaded(talking());
  after.session.open();
  after.reconnect();
  after.last().say('refused resume stale');
  assert.deepEqual([after.session.stage, after.session.ending, after.storage.text], ['ended', 'stale', '']);
  assert.deepEqual(reloaded(after).session.stage, 'start');
});

test('loaded anew while the server is away: it waits as long as the seat is kept', () => {
  const after = reloaded(talking());
  after.session.setOnline(false);
  after.clock.pass(seat.window);
  assert.deepEqual([after.session.stage, after.session.ending], ['ended', 'lost']);
});

test('no text is ever kept', () => {
  const { session, storage, last } = talking();
  session.say('secret');
  last().say('say 1\nhidden');
  assert.equal(storage.text, 'seat t1 1 1');
});

// Two tabs.

test('a duplicate of the tab takes the seat; the older says so, keeps away, and spoils nothing', () => {
  const older = talking();
  older.session.say('a');
  const newer = page({ storage: older.storage.copy(), clock: older.clock });
  newer.session.open();
  assert.deepEqual(newer.reconnect(), ['resume t1 got=0']);
  older.last().say('bye replaced');
  older.last().end(4000);
  newer.last().say('resumed t2');
  assert.deepEqual([older.session.stage, older.session.ending, older.session.link.state], ['ended', 'replaced', 'stopped']);
  assert.deepEqual([older.storage.text, newer.storage.text], ['', 'seat t2 1 0']);
  assert.equal(newer.session.stage, 'chat');
  older.clock.pass(10 * backOff.most);
  assert.equal(older.sockets.length, 1);
  older.session.find([]);
  assert.deepEqual(older.reconnect(), ['find'], 'a person may look for somebody else there');
});

test('what another page of the tab went on with is not here any more', () => {
  const aside = talking();
  assert.equal(aside.session.outdated, false);
  const shown = reloaded(aside);
  shown.session.open();
  shown.reconnect();
  shown.last().say('resumed t2');
  assert.equal(aside.session.outdated, true);
});
