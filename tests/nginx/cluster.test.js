// Two hosts and one Redis: who waits meets who waits, on whichever host; and Redis learns nothing of it.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

import { ROOT } from './harness.js';
import { coupleAcross, hostsTest, makeSecret, waitsInRedis } from './hosts.js';
import { Person, firstToHear } from './person.js';
import { coupleApart, coupleTogether, joinEach, meetApart, talk } from './placed.js';
import { Redis } from './redis.js';
import { until } from './wait.js';

const SHARED = `
chat_secret %secret%;
chat_zone main:1m;
chat_redis zone=main %redis%;
`;

// With a patience that no test outlasts: whoever meets here is meant to meet at once.
const PATIENT = `
${SHARED}
server {
    listen 127.0.0.1:%port% reuseport;
    chat_patience 1h;
    chat_find_rate 1000r/s burst=1000;
    chat_message_rate 1000r/s burst=1000;
    chat_sessions_per_address 0;
    location = /chat {
        chat main;
    }
    location = /room {
        chat main;
        chat_lobby $arg_room;
    }
    location = /long {
        chat main;
        chat_message_max 1m;
        chat_pending 8m;
    }
}
`;

const IMPATIENT = PATIENT.replace('chat_patience 1h', 'chat_patience 300ms');

hostsTest('200 people at two hosts: everybody meets one whom the rules allow', PATIENT, {}, async ({ hosts }) => {
  const kinds = [{ interests: ['tea'] }, { interests: ['chess', 'go'] }, { lang: 'en' }, { lang: 'hi' }];
  const people = [];
  for (let i = 0; i < 200; i++) people.push({ kind: i % 4, person: await Person.join(hosts[i % 3 === 0 ? 0 : 1]) });
  await Promise.all(people.map(({ person, kind }) => person.seeks(kinds[kind])));
  await Promise.all(people.map(({ person }, i) => person.say(1, String(i))));
  const partners = await Promise.all(people.map(async ({ person }) => Number((await person.client.text()).slice('say 1\n'.length))));
  partners.forEach((partner, i) => {
    assert.equal(partners[partner], i, 'whom I hear hears me');
    assert.equal(people[partner].kind, people[i].kind);
  });
  for (const { person } of people) await person.hearsNothing();
});

hostsTest('each pair of workers of two hosts', PATIENT, {}, async ({ hosts }) => {
  const [here, there] = hosts;
  for (const first of await joinEach(here)) {
    for (const second of await joinEach(there)) {
      await meetApart(first, second, { interests: ['Tea'] });
      await talk(first, second);
      await first.leave();
      await second.hears('left');
      second.close();
    }
    first.close();
  }
});

hostsTest('each hears the common interests in their own spelling, across hosts', PATIENT, {}, async ({ hosts: [one, other] }) => {
  const [a, b] = [await Person.join(one), await Person.join(other)];
  await a.waits({ lang: 'en,DE', interests: ['CHESS', 'Caf\u00c9', 'tea'] });
  const match = await b.seeks({ lang: 'de', interests: ['cafe\u0301', 'go', ' chess '] });
  assert.deepEqual(match, { lang: 'de', common: ['cafe\u0301', 'chess'] });
  assert.deepEqual(await a.matched(), { lang: 'DE', common: ['CHESS', 'Caf\u00c9'] });
});

const FRAMES = ['typing', 'say 1\nhi', 'away', 'say 2\n', 'say 3\n <b>&amp;</b>\r\n\tשלום 🎷e\u0301\u0000\n', 'here', 'say 4\nsay 1\ngot 9', 'skip 4', 'say 5\nx'];

hostsTest('what is said crosses hosts byte for byte and in order', PATIENT, {}, async ({ hosts }) => {
  const [a, b] = await coupleAcross(hosts);
  for (const frame of FRAMES) a.send(frame);
  for (const frame of FRAMES) b.send(frame);
  await a.hears(...FRAMES);
  await b.hears(...FRAMES);
  for (const person of [a, b]) await person.hearsNothing();
});

hostsTest('the longest messages cross hosts', PATIENT, {}, async ({ hosts }) => {
  const [a, b] = await coupleAcross(hosts, { path: '/long' });
  const text = randomBytes(2 ** 19).toString('hex');
  for (let i = 1; i <= 4; i++) await talk(a, b, i, text);
});

hostsTest('leave, next, a closed window and block are heard across hosts', IMPATIENT, {}, async ({ hosts }) => {
  const [one, other] = hosts;
  const [a, b] = await coupleAcross(hosts, { lobby: 'leave.example' });
  await a.leave();
  await b.hears('left');

  const [c, d] = await coupleAcross(hosts, { lobby: 'next.example' });
  await c.waits();
  await d.hears('left');

  const [e, f] = await coupleAcross(hosts, { lobby: 'closed.example' });
  e.close();
  await f.hears('left');

  const [g, h] = await coupleAcross(hosts, { lobby: 'block.example' });
  await g.block();
  await h.hears('left');
  await g.waits();
  await h.waits();
  // Others need all of their patience to meet; by then these two would have.
  const english = await Person.join(one, { lobby: 'patience.example' });
  const hindi = await Person.join(other, { lobby: 'patience.example' });
  await Promise.all([english.seeks({ lang: 'en' }), hindi.seeks({ lang: 'hi' })]);
  for (const person of [b, d, g, h]) await person.hearsNothing();

  const stranger = await Person.join(one, { lobby: 'block.example' });
  await stranger.seeks();
  const { text } = await firstToHear([g, h]);
  assert.match(text, /^matched /);
});

hostsTest('lobbies never mix, across hosts', PATIENT, {}, async ({ redis, hosts: [one, other] }) => {
  const red = await Person.join(one, { path: '/room?room=red' });
  const blue = await Person.join(other, { path: '/room?room=blue' });
  await waitsInRedis(redis, red, { interests: ['tea'] });
  await waitsInRedis(redis, blue, { interests: ['tea'] });
  const again = await Person.join(other, { path: '/room?room=red' });
  await Promise.all([again.seeks({ interests: ['tea'] }), red.matched()]);
  await blue.hearsNothing();
});

const TWO_ZONES = `
${SHARED}
chat_zone other:1m;
chat_redis zone=other %redis%;
server {
    listen 127.0.0.1:%port% reuseport;
    chat_patience 1h;
    location = /chat {
        chat main;
    }
    location = /other {
        chat other;
    }
}
`;

hostsTest('two zones on one Redis never mix', TWO_ZONES, {}, async ({ redis, hosts }) => {
  const [one, other] = hosts;
  const a = await Person.join(one);
  await waitsInRedis(redis, a);
  const c = await Person.join(other, { path: '/other' });
  await waitsInRedis(redis, c);
  const [b, d] = [await Person.join(other), await Person.join(one, { path: '/other' })];
  await Promise.all([b.seeks(), a.matched()]);
  await Promise.all([d.seeks(), c.matched()]);
  await talk(a, b);
  await talk(c, d);
});

hostsTest('hosts with another secret on the same Redis are another cluster', PATIENT, {
  count: 4,
  workers: 1,
  each: (text, index, { redis }) => (index < 2 ? text : text.replace('%secret%', otherSecret(redis.folder))),
}, async ({ redis, hosts: [a1, a2, b1, b2] }) => {
  const a = await Person.join(a1);
  await waitsInRedis(redis, a);
  const stranger = await Person.join(b1);
  await waitsInRedis(redis, stranger);
  const b = await Person.join(b2);
  await Promise.all([b.seeks(), stranger.matched()]);
  await a.hearsNothing();
  const c = await Person.join(a2);
  await Promise.all([c.seeks(), a.matched()]);
  await talk(b, stranger);
  await talk(a, c);
});

const others = new Map();
function otherSecret(folder) {
  if (!others.has(folder)) others.set(folder, makeSecret(folder, 'other-secret'));
  return others.get(folder);
}

// What MONITOR shows of a PUBLISH: how many bytes were published.
function publishedBytes(line) {
  const [, payload] = line.match(/"publish" "[^"]*" "(.*)"$/i) ?? [];
  return payload?.replace(/\\(?:x[0-9a-f]{2}|.)/g, '.').length;
}

// A member's word to itself, with nothing in it (src/share/seal.h).
const BEAT_BYTES = 41;

hostsTest('what is said inside of a host never comes to Redis', PATIENT, {}, async ({ redis, hosts: [host] }) => {
  const pairs = [await coupleTogether(host), await coupleApart(host, { lobby: 'apart.example' })];
  const monitor = await redis.monitor();
  for (let i = 1; i <= 20; i++) for (const pair of pairs) await talk(...pair, i);
  const lines = await monitor.mark();
  assert.deepEqual(lines.filter((line) => /publish/i.test(line) && publishedBytes(line) !== BEAT_BYTES), []);
});

// What must not be found in Redis: as it is, in hexadecimal, and in base64.
function traces(word) {
  const bytes = Buffer.from(word);
  return [word, bytes.toString('hex'), bytes.toString('base64').replace(/.?=*$/, '')];
}

const WORDS = { said: 'a-word-said-in-a-chat', interest: 'an-interest-of-somebody', lobby: 'a-lobby.example', address: '127.0.0.77' };

hostsTest('Redis sees no word, no interest, no lobby, no address', PATIENT, {}, async ({ redis, hosts }) => {
  const monitor = await redis.monitor();
  const wish = { lang: 'tlh', interests: [WORDS.interest] };
  const options = { lobby: WORDS.lobby, from: WORDS.address };
  const [a, b] = [await Person.join(hosts[0], options), await Person.join(hosts[1], options)];
  await waitsInRedis(redis, a, wish);
  const keys = (await redis.keys()).map(({ key }) => key).join('\n');
  await Promise.all([b.seeks(wish), a.matched()]);
  for (let i = 1; i <= 10; i++) await talk(a, b, i, WORDS.said);
  const seen = `${(await monitor.mark()).join('\n')}\n${keys}`;
  assert.match(seen, /publish/i, 'it was said through Redis');
  for (const [what, word] of Object.entries(WORDS)) {
    for (const trace of traces(word)) assert.ok(!seen.toLowerCase().includes(trace.toLowerCase()), `${what} as ${trace}`);
  }
  for (const code of ['127.0.0', '"tlh"', 'say 1']) assert.ok(!seen.includes(code), code);
});

const TTL_MAX_S = 24 * 60 * 60;

hostsTest('every key in Redis dies by itself', PATIENT, {}, async ({ redis, hosts }) => {
  const waiting = await Person.join(hosts[0], { lobby: 'wait.example' });
  await waitsInRedis(redis, waiting, { lang: 'en,de', interests: ['tea', 'chess'] });
  await coupleAcross(hosts);
  const keys = await redis.keys();
  assert.ok(keys.length > 0);
  for (const { key, type, ttl } of keys) assert.ok(ttl >= 0 && ttl <= TTL_MAX_S, `${key} (${type}) lives ${ttl} s`);
});

hostsTest('who stops looking, goes, or has met leaves no ticket in Redis', PATIENT, {}, async ({ redis, hosts }) => {
  const count = async () => (await redis.keys()).filter(({ key }) => key.startsWith('chatsj:ticket:')).length;
  const there = await joinEach(hosts[1]);
  for (const person of await joinEach(hosts[0])) await meetApart(person, there.pop());  // now Redis knows all workers
  const before = await count();
  const [a, b] = [await Person.join(hosts[0]), await Person.join(hosts[1])];
  await waitsInRedis(redis, a, { interests: ['tea'] });
  await a.leave();
  await until(async () => (await count()) <= before, 'the wish to be gone');
  await waitsInRedis(redis, b, { interests: ['tea'] });
  b.close();
  await until(async () => (await count()) <= before, 'the wish of one who went to be gone');
  await coupleAcross(hosts, { lobby: 'met.example' });
  await until(async () => (await count()) <= before, 'the wishes of those who met to be gone');
});

const LOCKED = ['--requirepass', 'for-default', '--user', 'chat', 'on', '>for-chat', '~*', '&*', '+@all', '-@admin'];

for (const [what, options] of Object.entries({
  'a password': 'password=for-default',
  'a user of an ACL': 'user=chat password=for-chat',
  'a user of an ACL, and a database': 'user=chat password=for-chat db=3',
})) {
  hostsTest(`a Redis that wants ${what}`, PATIENT.replace('%redis%', `%redis% ${options}`), {
    start: () => Redis.start({ arguments: LOCKED }),
  }, async ({ hosts }) => {
    await talk(...(await coupleAcross(hosts)));
  });
}

// As docs/redis.md names them.
function leastRights(password) {
  const [line] = fs.readFileSync(path.join(ROOT, 'docs/redis.md'), 'utf8').match(/^ +user NAME .*$/m);
  return line.trim().replace('NAME', 'least').replace('PASSWORD', password).split(' ').slice(1);
}

hostsTest('a user with the least rights that are documented', PATIENT.replace('%redis%', '%redis% user=least password=of-least'), {
  start: () => Redis.start({ arguments: ['--user', ...leastRights('of-least')] }),
}, async ({ redis, hosts }) => {
  const people = await coupleAcross(hosts);
  await talk(...people);
  const leaver = await Person.join(hosts[0], { lobby: 'left.example' });
  await waitsInRedis(redis, leaver);
  await leaver.leave();
  await until(async () => !(await redis.keys()).some(({ type }) => type === 'string'), 'its ticket to be gone');
  assert.deepEqual(await redis.command('ACL', 'LOG'), []);
  // What another database and sentinels would bring.
  for (const words of [['SELECT', '3'], ['ROLE']]) assert.equal(await redis.command('ACL', 'DRYRUN', 'least', ...words), 'OK');
});

hostsTest('a password that is refused is said in the log, and not told', PATIENT.replace('%redis%', '%redis% user=chat password=not-to-be-told'), {
  start: () => Redis.start({ arguments: LOCKED }),
  count: 1,
}, async ({ hosts: [host] }) => {
  await until(() => /is away: it refuses AUTH: WRONGPASS/.test(host.log()), 'the log to say so');
  await talk(...(await coupleApart(host)));
  assert.equal(host.log().match(/WRONGPASS/g).length, host.workers().length, 'once for each worker');
  assert.ok(!host.log().includes('not-to-be-told'));
});

for (const [what, words, warns] of [
  ['snapshots', ['--save', '3600 1'], /redis \S+ writes to disk, sealed as it is: save/],
  ['a log of commands', ['--appendonly', 'yes'], /redis \S+ writes to disk, sealed as it is: appendonly/],
]) {
  hostsTest(`a Redis that writes ${what} to disk is warned of`, PATIENT, { start: () => Redis.start({ arguments: words }) },
    async ({ hosts }) => {
      for (const host of hosts) await until(() => warns.test(host.log()), 'a warning');
      for (const host of hosts) assert.equal(host.log().match(new RegExp(warns, 'g')).length, 1, 'of one worker alone');
    });
}

hostsTest('a Redis that writes nothing to disk is not warned of', PATIENT, {}, async ({ redis, hosts }) => {
  const asked = async () => (await redis.calls())['config|get'] === 2 * hosts.length;
  await until(asked, 'both to be asked for');
  await talk(...(await coupleAcross(hosts)));
  for (const host of hosts) assert.doesNotMatch(host.log(), /disk/);
});

hostsTest('a Redis over TCP, with what it wants in its address', PATIENT, {
  start: () => Redis.start({ port: true, arguments: ['--requirepass', 'p@ss/word'] }),
  each: (text, index, { redis }) => text.replace('%redis%', `redis://:p%40ss%2Fword@127.0.0.1:${redis.port}/2`),
}, async ({ hosts }) => {
  await talk(...(await coupleAcross(hosts)));
});

hostsTest('a reload, and its people meet those of the other host', PATIENT, {}, async ({ hosts }) => {
  const [one, other] = hosts;
  const [, b] = await coupleAcross(hosts);
  await one.reload();
  await b.hears('lost in=60');
  await talk(...(await coupleAcross([one, other], { lobby: 'new.example' })));
  await other.reload();
  await talk(...(await coupleAcross([one, other], { lobby: 'newer.example' })));
});
