// Two clients talk over a line that breaks in every way, behind a server that forgets, while their pages are loaded anew:
// every text arrives once and in order. The seed is printed; CHAT_TEST_SEED runs one again.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Session } from '../../html/js/session.js';
import { FakeClock, FakeStorage } from './fakes.js';
import { FORBIDDEN, Relay, randomOf } from './relay.js';

const CHATS = 30;
const TALK_MS = 5 * 60_000;
const SETTLE_MS = 5 * 60_000;
const SAYS_EVERY_MS = 1_500; // on average
const BREAKS_EVERY_MS = 8_000;

// A person, over all the pages that they load anew.
class Talker {
  said = [];
  shown = [];
  given = new Set(); // what need not arrive: refused, or not confirmed when its page was loaded anew

  #world; // { relay, clock, random }
  #name;
  #storage = new FakeStorage();
  #open = new Map(); // message id -> text, not confirmed
  #loads = 0;
  #socket = null;
  #session = null;

  constructor(name, world) {
    this.#name = name;
    this.#world = world;
    this.load();
    this.#session.find([]);
  }

  get stage() {
    return this.#session.stage;
  }

  get underWay() {
    return this.#session.underWay;
  }

  get socket() {
    return this.#socket;
  }

  // Loads the page, or loads it anew. The page before is no more: nothing that it would still do happens.
  load() {
    for (const text of this.#open.values()) this.given.add(text);
    this.#open.clear();
    this.#socket?.leave();
    const { relay, clock, random } = this.#world;
    const load = ++this.#loads;
    const alive = () => load === this.#loads;
    const meet = (socket) => (this.#socket = socket);
    this.#session = new Session({
      url: 'ws://localhost/chat',
      WebSocket: class extends relay.WebSocket {
        constructor() {
          super();
          meet(this);
        }
      },
      clock: {
        now: () => clock.now(),
        setTimeout: (call, ms) => clock.setTimeout(() => alive() && call(), ms),
        clearTimeout: (id) => clock.clearTimeout(id),
      },
      random,
      storage: this.#storage,
      languages: [],
      notify: (event) => alive() && this.#take(event),
    });
    this.#session.open();
  }

  say() {
    const text = `${this.#name}${this.said.length}${this.#world.random() < 0.05 ? FORBIDDEN : ''}`;
    const message = this.#session.say(text);
    if (message === null) return;
    this.said.push(text);
    if (message.state === 'sending') this.#open.set(message.id, text);
  }

  #take({ type, message }) {
    if (type === 'message') this.shown.push(message.text);
    if (type !== 'mark' || message.state === 'sending') return;
    this.#open.delete(message.id);
    if (message.state === 'refused') this.given.add(message.text);
  }
}

function disturb(talkers, relay, random) {
  const talker = talkers[Math.floor(random() * 2)];
  const kind = Math.floor(random() * 6);
  if (kind < 3) talker.socket.breaks(kind);
  else if (kind === 3) talker.load();
  else if (kind === 4) relay.restart();
  else talkers.forEach(({ socket }) => socket.breaks(2));
}

// Talks, is disturbed, and then left in peace until all that was said is confirmed.
function run(seed) {
  const random = randomOf(seed);
  const clock = new FakeClock();
  const relay = new Relay({ clock, random });
  const talkers = ['a', 'b'].map((name) => new Talker(name, { relay, clock, random }));
  while (talkers.some(({ stage }) => stage !== 'chat')) clock.pass(100);

  let disturbances = 0;
  const from = clock.now();
  while (clock.now() - from < TALK_MS) {
    clock.pass(100);
    for (const talker of talkers) if (random() < 100 / SAYS_EVERY_MS) talker.say();
    if (random() < 100 / BREAKS_EVERY_MS) disturbances += disturb(talkers, relay, random) ?? 1;
  }
  const end = clock.now() + SETTLE_MS;
  while (clock.now() < end && talkers.some(({ underWay }) => underWay)) clock.pass(1000);
  return { talkers, disturbances };
}

function check([one, other]) {
  for (const [from, to] of [[one, other], [other, one]]) {
    assert.deepEqual([from.stage, from.underWay], ['chat', false]);
    const shown = new Set(to.shown);
    assert.equal(shown.size, to.shown.length, 'nothing is shown twice');
    assert.deepEqual(to.shown, from.said.filter((text) => shown.has(text)), 'in order, and nothing but what was said');
    const missing = from.said.filter((text) => !shown.has(text) && !from.given.has(text));
    assert.deepEqual(missing, [], 'all of it');
    assert.ok(!to.shown.some((text) => text.includes(FORBIDDEN)));
  }
}

test('every text arrives once and in order, whatever breaks', (t) => {
  const first = Number(process.env.CHAT_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
  const chats = process.env.CHAT_TEST_SEED === undefined ? CHATS : 1;
  const sum = { said: 0, shown: 0, disturbances: 0 };
  for (let seed = first; seed < first + chats; seed++) {
    try {
      const { talkers, disturbances } = run(seed);
      check(talkers);
      sum.disturbances += disturbances;
      for (const { said, shown } of talkers) {
        sum.said += said.length;
        sum.shown += shown.length;
      }
    } catch (error) {
      t.diagnostic(`again: CHAT_TEST_SEED=${seed}`);
      throw error;
    }
  }
  assert.ok(sum.shown > sum.said / 2, 'most of it arrives, for there are not so many pages loaded anew');
  t.diagnostic(`seeds from ${first}: ${chats} chats, ${JSON.stringify(sum)}`);
});
