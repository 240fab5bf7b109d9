// Several workers of one host, and no Redis: who waits meets who waits, wherever the kernel put them.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';

import { nginxTest } from './harness.js';
import { Person, firstToHear } from './person.js';
import { coupleApart, coupleTogether, joinEach, joinWorker, meetApart, talk, workerOf } from './placed.js';
import { alive } from './processes.js';
import { until } from './wait.js';

// With a patience that no test outlasts: whoever meets here is meant to meet at once.
const PATIENT = `
chat_zone main:1m;
chat_zone other:1m;

server {
    listen 127.0.0.1:%port% reuseport;
    chat_patience 1h;
    chat_drain 500ms;
    chat_find_rate 1000r/s burst=1000;
    chat_message_rate 1000r/s burst=1000;
    chat_sessions_per_address 0;
    location = /chat {
        chat main;
    }
    location = /long {
        chat main;
        chat_message_max 1m;
        chat_pending 8m;
    }
    location = /other {
        chat other;
    }
}
`;

const IMPATIENT = PATIENT.replace('chat_patience 1h', 'chat_patience 200ms');
const FOUR = { workers: 4 };
const TWO = { workers: 2 };
const KILLED = { workers: 2, allow: /exited on signal 9/ };

const isSentBack = (person) => person.isSentBack();

// Kills a worker as a crash would, and gives when nginx has started another in its place.
async function killWorker(nginx, pid) {
  const count = nginx.workers().length;
  process.kill(pid, 'SIGKILL');
  await until(() => !alive(pid) && nginx.workers().length === count, 'a new worker');
}

// What those are who may meet each other and nobody else while all are patient.
const KINDS = [{ interests: ['tea'] }, { interests: ['chess', 'go'] }, { lang: 'en' }, { lang: 'hi' }];
const OF_EACH_KIND = 26;
const LOBBIES = ['a.example', 'b.example'];

nginxTest('208 people at 4 workers: everybody meets one whom the rules allow', PATIENT, FOUR, async (nginx) => {
  const people = [];
  for (let i = 0; i < OF_EACH_KIND; i++) {
    for (const lobby of LOBBIES) {
      for (const wish of KINDS) {
        const group = `${lobby} ${JSON.stringify(wish)}`;
        people.push({ wish, group, person: await Person.join(nginx, { lobby }) });
      }
    }
  }
  const workers = new Set(await Promise.all(people.map(({ person }) => workerOf(nginx, person))));
  assert.equal(workers.size, 4, 'there are people at every worker');

  const matches = await Promise.all(people.map(({ person, wish }) => person.seeks(wish)));
  people.forEach(({ wish }, i) => assert.deepEqual(matches[i].common, wish.interests ?? []));
  people.forEach(({ wish }, i) => assert.equal(matches[i].lang, wish.lang));

  await Promise.all(people.map(({ person }, i) => person.say(1, String(i))));
  const partners = await Promise.all(people.map(async ({ person }) => Number((await person.client.text()).slice('say 1\n'.length))));
  partners.forEach((partner, i) => {
    assert.equal(partners[partner], i, 'whom I hear hears me');
    assert.equal(people[partner].group, people[i].group);
  });
  for (const { person } of people) await person.hearsNothing();
});

nginxTest('without wishes everybody meets anybody, at 4 workers', PATIENT, FOUR, async (nginx) => {
  const people = await Promise.all(Array.from({ length: 200 }, () => Person.join(nginx)));
  await Promise.all(people.map((person) => person.seeks()));
  for (const person of people) await person.hearsNothing();
});

nginxTest('somebody at each pair of workers', PATIENT, FOUR, async (nginx) => {
  const workers = nginx.workers();
  for (const one of workers) {
    for (const other of workers) {
      const a = await joinWorker(nginx, one);
      const b = await joinWorker(nginx, other);
      await meetApart(a, b, { interests: ['Tea'] });
      await talk(a, b);
      for (const person of [a, b]) person.close();
    }
  }
});

nginxTest('each hears the common interests in their own spelling, across workers', PATIENT, TWO, async (nginx) => {
  const [a, b] = await joinEach(nginx);
  await a.waits({ lang: 'en,DE', interests: ['CHESS', 'Caf\u00c9', 'tea'] });
  const match = await b.seeks({ lang: 'de', interests: ['cafe\u0301', 'go', ' chess '] });
  assert.deepEqual(match, { lang: 'de', common: ['cafe\u0301', 'chess'] });
  assert.deepEqual(await a.matched(), { lang: 'DE', common: ['CHESS', 'Caf\u00c9'] });
});

const FRAMES = ['typing', 'say 1\nhi', 'away', 'say 2\n', 'say 3\n <b>&amp;</b>\r\n\tשלום 🎷e\u0301\u0000\n', 'here', 'say 4\nsay 1\ngot 9', 'skip 4', 'say 5\nx'];

nginxTest('what is said crosses workers byte for byte and in order', PATIENT, TWO, async (nginx) => {
  const [a, b] = await coupleApart(nginx);
  for (const frame of FRAMES) a.send(frame);
  for (const frame of FRAMES) b.send(frame);
  await a.hears(...FRAMES);
  await b.hears(...FRAMES);
  const answers = ['got 5', 'seen 5', 'say 6 got=5\nwell'];
  for (const frame of answers) b.send(frame);
  await a.hears(...answers);
  for (const person of [a, b]) await person.hearsNothing();
});

nginxTest('a burst, and what was not confirmed again, across workers', PATIENT, TWO, async (nginx) => {
  const [a, b] = await coupleApart(nginx);
  const says = Array.from({ length: 32 }, (_, i) => `say ${i + 1}\nmessage ${i + 1}`);
  for (const say of says) a.send(say);
  await b.hears(...says);
  await a.send('say 33\ntoo many');
  await a.hears('refused say full n=33');
  await b.got(30);
  await a.hears('got 30');
  for (const say of says.slice(28)) a.send(say);
  await b.hears(...says.slice(30));
  await b.hearsNothing();
});

nginxTest('the longest messages cross workers', PATIENT, TWO, async (nginx) => {
  const [a, b] = await coupleApart(nginx, { path: '/long' });
  const text = randomBytes(2 ** 19).toString('hex');
  assert.equal(text.length, 2 ** 20);
  for (let i = 1; i <= 8; i++) await talk(a, b, i, text);
  a.send(`say 9\n${text}`);
  a.send('say 10\nshort');
  await b.hears(`say 9\n${text}`, 'say 10\nshort');
});

nginxTest('leave, next and a closed window are heard across workers', PATIENT, TWO, async (nginx) => {
  const [a, b] = await coupleApart(nginx);
  await a.leave();
  await b.hears('left');

  const [c, d] = await coupleApart(nginx, { lobby: 'next.example' });
  await c.waits();
  await d.hears('left');
  const [e] = await joinEach(nginx, { lobby: 'next.example' });
  await meetsWaiting(e, c);

  const [f, g] = await coupleApart(nginx, { lobby: 'closed.example' });
  f.close();
  await g.hears('left');
  for (const person of [a, b, d, g]) await person.hearsNothing();
});

// `seeker` looks and meets `waiting`.
async function meetsWaiting(seeker, waiting, wish) {
  await Promise.all([seeker.seeks(wish), waiting.matched()]);
  await seeker.send('typing');
  await waiting.hears('typing');
}

nginxTest('who was blocked is not met again across workers', IMPATIENT, TWO, async (nginx) => {
  const [a, b] = await coupleApart(nginx);
  await a.block();
  await b.hears('left');
  await b.waits();
  await a.waits();

  // Others need all of their patience to meet; by then these two would have.
  const [english, hindi] = await joinEach(nginx, { lobby: 'b.example' });
  await Promise.all([english.seeks({ lang: 'en' }), hindi.seeks({ lang: 'hi' })]);
  for (const person of [a, b]) await person.hearsNothing();

  const [c, d] = await joinEach(nginx);
  await c.seeks();
  await d.seeks();
  await Promise.all([a.matched(), b.matched()]);
  await a.say(1, 'not to b');
  const { text } = await firstToHear([c, d]);
  assert.equal(text, 'say 1\nnot to b');
  await b.hearsNothing();
});

nginxTest('not the same stranger twice while patient, across workers', PATIENT, TWO, async (nginx) => {
  const [a, b] = await coupleApart(nginx);
  await a.leave();
  await b.hears('left');
  await a.waits();
  await b.waits();
  const [c] = await joinEach(nginx);
  await c.seeks();
  const { person: met, text } = await firstToHear([a, b]);
  assert.match(text, /^matched /);
  const alone = met === a ? b : a;
  await met.say(1, 'you are new');
  await c.hears('say 1\nyou are new');
  await alone.hearsNothing();
});

nginxTest('an interest first, across workers, and anybody after the patience', IMPATIENT, FOUR, async (nginx) => {
  const [tea, chess, seeker, plain] = await joinEach(nginx);
  await tea.waits({ interests: ['tea'] });
  await chess.waits({ interests: ['chess'] });
  assert.deepEqual((await seeker.seeks({ interests: ['chess'] })).common, ['chess']);
  await chess.matched();
  await Promise.all([plain.seeks(), tea.matched()]);
});

nginxTest('lobbies and zones never mix, across workers', IMPATIENT, TWO, async (nginx) => {
  const [a] = await joinEach(nginx, { lobby: 'a.example' });
  const [, b] = await joinEach(nginx, { lobby: 'b.example' });
  const [, c] = await joinEach(nginx, { lobby: 'a.example', path: '/other' });
  for (const person of [a, b, c]) await person.waits({ interests: ['tea'] });
  const [english, hindi] = await joinEach(nginx, { lobby: 'c.example' });
  await Promise.all([english.seeks({ lang: 'en' }), hindi.seeks({ lang: 'hi' })]);
  for (const person of [a, b, c]) await person.hearsNothing();
});

nginxTest('who stops looking or goes is met by nobody', PATIENT, TWO, async (nginx) => {
  const [a, b] = await joinEach(nginx);
  const [gone, other] = await joinEach(nginx);
  await a.waits();
  await a.leave();
  await gone.waits({ interests: ['tea'] });
  gone.close();
  await other.waits({ interests: ['tea'] });
  await b.waits();
  const [c, d] = await joinEach(nginx);
  await meetsWaiting(c, b);
  await meetsWaiting(d, other, { interests: ['tea'] });
  await a.hearsNothing();
});

nginxTest('a killed worker: its partners are told, nobody meets its ghosts, the others go on', PATIENT, KILLED, async (nginx) => {
  for (let round = 0; round < 3; round++) {
    const lobby = (name) => ({ lobby: `${name}-${round}.example` });
    const [victim, survivor] = nginx.workers();
    const talking = await joinWorker(nginx, victim, lobby('talk'));
    const partner = await joinWorker(nginx, survivor, lobby('talk'));
    await meetApart(talking, partner);
    await talk(talking, partner);
    const ghost = await joinWorker(nginx, victim, lobby('wait'));
    await ghost.waits({ interests: ['tea'] });
    const waiting = await joinWorker(nginx, survivor, lobby('wait'));
    await waiting.waits({ interests: ['chess'] });
    const beside = [await joinWorker(nginx, survivor, lobby('beside')), await joinWorker(nginx, survivor, lobby('beside'))];
    await meetApart(...beside);

    await killWorker(nginx, victim);
    await partner.hears('lost in=60');
    await talk(...beside);

    // Its wish was the ghost's; but there is nobody behind that.
    const hopeful = await joinWorker(nginx, survivor, lobby('wait'));
    await hopeful.waits({ interests: ['tea'] });
    const [fresh] = nginx.workers().filter((pid) => pid !== survivor);
    const another = await joinWorker(nginx, fresh, lobby('wait'));
    await meetsWaiting(another, hopeful, { interests: ['tea'] });
    const chess = await joinWorker(nginx, fresh, lobby('wait'));
    await meetsWaiting(chess, waiting, { interests: ['chess'] });
    await partner.waits();
    for (const person of [partner, hopeful, another, chess, waiting, ...beside]) person.close();
  }
});

nginxTest('a reload sends chats across workers back, and the new workers know nobody of the old', PATIENT, TWO, async (nginx) => {
  for (let round = 0; round < 3; round++) {
    const old = nginx.workers();
    const talking = await coupleApart(nginx, { lobby: 'talk.example' });
    const waiting = await joinEach(nginx, { lobby: 'wait.example' });
    await waiting[0].waits({ interests: ['tea'] });
    await waiting[1].waits({ interests: ['chess'] });
    await nginx.reload();

    const hopeful = await joinEach(nginx, { lobby: 'wait.example' });
    await hopeful[0].waits({ interests: ['tea'] });
    await meetsWaiting(hopeful[1], hopeful[0], { interests: ['tea'] });
    await talk(...hopeful);
    await Promise.all([...talking, ...waiting].map(isSentBack));
    await until(() => old.every((pid) => !alive(pid)), 'the old workers to exit');
    await talk(...hopeful, 2);
    for (const person of hopeful) person.close();
  }
});

nginxTest('a binary upgrade: the new workers pair their people', PATIENT, { workers: 2, daemon: true }, async (nginx) => {
  const talking = await coupleApart(nginx);
  const { old } = await nginx.upgrade();
  await Promise.all(talking.map(isSentBack));
  await until(() => !alive(old), 'the old master to exit');
  await talk(...(await coupleApart(nginx)));
});

nginxTest('`online` counts the people of all workers', PATIENT, KILLED, async (nginx) => {
  const [victim] = nginx.workers();
  const people = await joinEach(nginx);
  const count = async () => {
    const person = await Person.join(nginx);
    person.close();
    return person.hello.online;
  };
  await until(async () => (await count()) === 3, 'two and who counts');
  await killWorker(nginx, victim);
  await until(async () => (await count()) === 2, 'those of a killed worker to be forgotten');
  for (const person of people) person.close();
  await until(async () => (await count()) === 1, 'nobody but who counts');
});

nginxTest('as many workers as nginx likes', PATIENT, { workers: 'auto' }, async (nginx) => {
  const people = [...(await joinEach(nginx)), ...(await joinEach(nginx))];
  await Promise.all(people.map((person) => person.seeks()));
  for (const person of people) await person.hearsNothing();
});

nginxTest('people of one worker meet there, at once', PATIENT, FOUR, async (nginx) => {
  const [a, b] = await coupleTogether(nginx);
  await talk(a, b);
});
