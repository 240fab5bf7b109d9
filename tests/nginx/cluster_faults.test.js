// Redis goes, hangs, comes back empty; a worker dies that others counted on. Nothing of a host's own notices; chats across
// hosts are lost and back.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

import { coupleAcross, hostsTest, waitsInRedis } from './hosts.js';
import { SANITIZED } from './harness.js';
import { Person } from './person.js';
import { coupleApart, coupleTogether, joinEach, joinWorker, meetApart, talk, workerOf } from './placed.js';
import { alive } from './processes.js';
import { until } from './wait.js';

const CONFIGURATION = `
chat_secret %secret%;
chat_zone main:1m;
chat_redis zone=main %redis% connect_timeout=1s timeout=1s;

server {
    listen 127.0.0.1:%port% reuseport;
    chat_patience 1h;
    chat_find_rate 1000r/s burst=1000;
    chat_message_rate 100000r/s burst=100000;
    chat_sessions_per_address 0;
    location = /chat {
        chat main;
    }
    location = /short {
        chat main;
        chat_window 1s;
    }
}
`;

const WHILE_AWAY = 'while nobody hears';
const KILLED = { allow: /exited on signal 9/ };

async function hearBoth(people, frame) {
  await Promise.all(people.map((person) => person.hears(frame)));
}

// Nobody of this host depends on Redis: those who talk go on, and who comes meets who is there.
async function goesOn(host, talking, number, name) {
  for (const pair of talking) await talk(...pair, number);
  await talk(...(await coupleTogether(host, { lobby: `together-${name}.example` })));
  await talk(...(await coupleApart(host, { lobby: `apart-${name}.example` })));
}

// While Redis is away in one way or another. `away` makes it so, `mend` ends it.
async function survives({ redis, hosts }, away, mend) {
  const [one, other] = hosts;
  const inside = [await coupleTogether(one), await coupleApart(one, { lobby: 'apart.example' })];
  const across = await coupleAcross(hosts, { lobby: 'across.example' });
  await talk(...across);
  const [waiting] = await joinEach(one, { lobby: 'wait.example' });
  await waitsInRedis(redis, waiting);

  await away(redis);
  await hearBoth(across, 'lost in=60');
  await goesOn(one, inside, 1, 'away');
  for (const person of across) await person.say(2, WHILE_AWAY);
  for (const person of [...across, waiting, ...inside.flat()]) await person.hearsNothing();

  await mend(redis);
  await hearBoth(across, 'back');
  await talk(...across, 2, WHILE_AWAY);
  await talk(...across, 3);
  await goesOn(one, inside, 2, 'back');
  const [seeker] = await joinEach(other, { lobby: 'wait.example' });
  await meetsWaiting(seeker, waiting);
  await talk(...(await coupleAcross(hosts, { lobby: 'new.example' })));
}

// `seeker` looks and meets `waiting`.
async function meetsWaiting(seeker, waiting, wish) {
  await Promise.all([seeker.seeks(wish), waiting.matched()]);
  await talk(seeker, waiting);
}

hostsTest('Redis is killed, and started again', CONFIGURATION, {}, (all) =>
  survives(all, (redis) => redis.kill(), (redis) => redis.restart({ empty: true })));

hostsTest('Redis hangs, and goes on', CONFIGURATION, {}, (all) =>
  survives(all, (redis) => redis.pause(), (redis) => redis.resume()));

hostsTest('Redis hangs, is killed, and started again', CONFIGURATION, {}, (all) =>
  survives(all, (redis) => redis.pause(), async (redis) => {
    await redis.kill();
    await redis.restart({ empty: true });
  }));

hostsTest('again and again', CONFIGURATION, {}, async ({ redis, hosts }) => {
  const across = await coupleAcross(hosts);
  for (let i = 1; i <= 3; i++) {
    await redis.kill();
    await hearBoth(across, 'lost in=60');
    await redis.restart({ empty: true });
    await hearBoth(across, 'back');
    await talk(...across, i);
  }
});

hostsTest('Redis is emptied: who waits is found again', CONFIGURATION, {}, async ({ redis, hosts }) => {
  const [one, other] = hosts;
  const [waiting] = await joinEach(one);
  await waitsInRedis(redis, waiting);
  await redis.command('FLUSHALL');
  const [seeker] = await joinEach(other);
  await meetsWaiting(seeker, waiting);
});

hostsTest('its scripts are forgotten, and given anew', CONFIGURATION, {}, async ({ redis, hosts }) => {
  await coupleAcross(hosts);
  await redis.command('SCRIPT', 'FLUSH');
  await talk(...(await coupleAcross(hosts, { lobby: 'after.example' })));
});

hostsTest('a connection to it is cut, and made anew', CONFIGURATION, {}, async ({ redis, hosts }) => {
  const across = await coupleAcross(hosts);
  await redis.command('CLIENT', 'KILL', 'TYPE', 'pubsub');
  await redis.command('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  await hearBoth(across, 'lost in=60');
  await hearBoth(across, 'back');
  await talk(...across);
  await talk(...(await coupleAcross(hosts, { lobby: 'after.example' })));
});

hostsTest('a Redis that is there later', CONFIGURATION, {}, async ({ redis, hosts }) => {
  await redis.kill();
  await Promise.all(hosts.map((host) => host.reload()));
  const [one, other] = hosts;
  const [waiting] = await joinEach(one);
  await waiting.waits();
  const [seeker] = await joinEach(other);
  await seeker.waits();
  await goesOn(one, [], 1, 'alone');
  await redis.restart({ empty: true });
  await Promise.all([waiting.matched(), seeker.matched()]);
  await talk(waiting, seeker);
});

hostsTest('who is lost for longer than the window has left', CONFIGURATION, {}, async ({ redis, hosts }) => {
  const across = await coupleAcross(hosts, { path: '/short' });
  const patient = await coupleAcross(hosts, { lobby: 'patient.example' });
  await redis.kill();
  await hearBoth(across, 'lost in=1');
  await hearBoth(patient, 'lost in=60');
  await hearBoth(across, 'left');
  await redis.restart({ empty: true });
  await hearBoth(patient, 'back');
  await talk(...patient);
  for (const person of across) await person.hearsNothing();
});

hostsTest('who leaves while lost has left when the other is back', CONFIGURATION, {}, async ({ redis, hosts }) => {
  const [a, b] = await coupleAcross(hosts);
  await redis.kill();
  await hearBoth([a, b], 'lost in=60');
  await a.leave();
  await a.hearsNothing();
  await redis.restart({ empty: true });
  const word = await b.client.text();
  if (word === 'back') await b.hears('left');
  else assert.equal(word, 'left');
  await talk(...(await coupleAcross(hosts, { lobby: 'after.example' })));
});

const UNCONFIRMED = 32;
const ROUNDS = 40;
const LONG = 'x'.repeat(4000);
const GROWTH_MAX = (SANITIZED ? 64 : 4) * 2 ** 20;

hostsTest('what cannot be sent is not kept', CONFIGURATION, {}, async ({ redis, hosts }, t) => {
  const [host] = hosts;
  const [a, b] = await coupleAcross(hosts);
  await talk(a, b);
  redis.pause();
  await hearBoth([a, b], 'lost in=60');
  const flood = async () => {
    for (let i = 0; i < UNCONFIRMED; i++) await a.say(i + 2, LONG);
    await a.hearsNothing();
  };
  const [visitor] = await joinEach(host, { lobby: 'seek.example' });
  const seek = async () => {
    await visitor.waits({ interests: ['tea', 'chess'] });
    await visitor.leave();
  };
  await flood();
  await seek();
  const before = host.memory().pss;
  for (let i = 0; i < ROUNDS; i++) {
    await flood();
    for (let j = 0; j < 20; j++) await seek();
  }
  const growth = host.memory().pss - before;
  t.diagnostic(`${growth} bytes more after ${ROUNDS * UNCONFIRMED * LONG.length} that were said to nobody`);
  assert.ok(growth < GROWTH_MAX, `${growth} bytes`);
  redis.resume();
  await hearBoth([a, b], 'back');
  await a.say(2, LONG);
  await b.hears(`say 2\n${LONG}`);
});

// Without descriptors nginx cannot try out something of its own either, and goes on.
const DEAF = { count: 1, workers: 3, allow: /exited on signal 9|socketpair\(\) failed/ };

// The descriptor that a worker listens to the others with.
function mailDescriptor(pid) {
  const names = fs.readFileSync('/proc/net/unix', 'latin1').split('\n').filter((line) => line.includes('@chatsj-'));
  const inodes = new Set(names.map((line) => `socket:[${line.trim().split(/\s+/)[6]}]`));
  return Number(fs.readdirSync(`/proc/${pid}/fd`).find((fd) => inodes.has(fs.readlinkSync(`/proc/${pid}/fd/${fd}`))));
}

// The worker in the place of `pid`.
async function replaceWorker(host, pid) {
  const before = host.workers();
  await killWorker(host, pid);
  return host.workers().find((each) => !before.includes(each));
}

hostsTest('a worker that others cannot reach promises nobody to them', CONFIGURATION, DEAF, async ({ redis, hosts: [host] }) => {
  const usual = await replaceWorker(host, host.workers()[0]);
  const descriptor = await until(() => mailDescriptor(usual), 'it to listen');
  // The next in its place has one descriptor less, until it has closed those that it inherits.
  execFileSync('prlimit', ['--pid', host.masters()[0], `--nofile=${descriptor}:${descriptor}`]);
  const deaf = await replaceWorker(host, usual);
  await until(() => host.log().includes('a worker cannot be reached by the others'), 'the log to say so');

  const ghost = await joinWorker(host, deaf, { lobby: 'wait.example' });
  await ghost.waits();
  const healthy = host.workers().find((pid) => pid !== deaf);
  await waitsInRedis(redis, await joinWorker(host, healthy, { lobby: 'other.example' }));
  const tickets = (await redis.keys()).filter(({ key }) => key.startsWith('chatsj:ticket:'));
  assert.equal(tickets.length, 1);
  const waiting = await joinWorker(host, healthy, { lobby: 'wait.example' });
  await waiting.waits();
  await waiting.hearsNothing();
  await ghost.hearsNothing();
});

async function killWorker(host, pid) {
  const count = host.workers().length;
  process.kill(pid, 'SIGKILL');
  await until(() => !alive(pid) && host.workers().length === count, 'a new worker');
}

hostsTest('a killed worker whose people wait in Redis: nobody is left waiting for them', CONFIGURATION, KILLED, async ({ redis, hosts }) => {
  const [one, other] = hosts;
  const [victim] = one.workers();
  const ghosts = [await joinWorker(one, victim), await joinWorker(one, victim)];
  await waitsInRedis(redis, ghosts[0], { interests: ['tea'] });
  await ghosts[1].waits({ interests: ['chess'] });
  await killWorker(one, victim);

  const [hopeful] = await joinEach(other);
  await hopeful.waits({ interests: ['tea'] });
  const [another] = await joinEach(one);
  await meetsWaiting(another, hopeful, { interests: ['tea'] });
  await until(async () => (await redis.keys()).every(({ ttl }) => ttl >= 0), 'what is left to have an end');
});

hostsTest('a worker is killed while it is asked for somebody: who asks goes on', CONFIGURATION, KILLED, async ({ redis, hosts }) => {
  const [one, other] = hosts;
  const [victim] = one.workers();
  const ghost = await joinWorker(one, victim);
  await waitsInRedis(redis, ghost);
  const [ticket] = await redis.command('KEYS', 'chatsj:ticket:*');
  process.kill(victim, 'SIGSTOP');
  const [hopeful, another] = await joinEach(other);
  await hopeful.waits();
  await until(async () => (await redis.command('EXISTS', ticket)) === 0, 'the ticket to be taken');
  await killWorker(one, victim);
  await meetsWaiting(another, hopeful);
});

hostsTest('a killed worker whose people talk with another host: they are lost, then left', CONFIGURATION, KILLED, async ({ hosts }) => {
  const [one] = hosts;
  const [a, b] = await coupleAcross(hosts, { path: '/short' });
  await talk(a, b);
  await killWorker(one, await workerOf(one, a));
  const word = await b.client.text();
  if (word === 'lost in=1') await b.hears('left');
  else assert.equal(word, 'left');
  await b.hearsNothing();
});

hostsTest('a whole host dies: the other goes on', CONFIGURATION, { allow: /exited on signal 9/ }, async ({ hosts }) => {
  const [one, other] = hosts;
  const inside = [await coupleTogether(other)];
  const [a, b] = await coupleAcross(hosts, { path: '/short' });
  const [ghost] = await joinEach(one, { lobby: 'wait.example' });
  await ghost.waits();
  for (const pid of [...one.masters(), ...one.workers()]) process.kill(pid, 'SIGKILL');
  await until(() => one.workers().length === 0 && one.masters().length === 0, 'the host to be gone');
  const word = await b.client.text();
  if (word === 'lost in=1') await b.hears('left');
  else assert.equal(word, 'left');
  await goesOn(other, inside, 1, 'alone');
  const [hopeful, another] = await joinEach(other, { lobby: 'wait.example' });
  await Promise.all([hopeful.seeks(), another.seeks()]);
  a.close();
});

hostsTest('a worker that hangs is lost, and back', CONFIGURATION, {}, async ({ hosts }) => {
  const [one] = hosts;
  const [a, b] = await coupleAcross(hosts);
  await talk(a, b);
  const worker = await workerOf(one, a);
  process.kill(worker, 'SIGSTOP');
  try {
    await b.hears('lost in=60');
  } finally {
    process.kill(worker, 'SIGCONT');
  }
  await b.hears('back');
  await talkOnceBack(a, b);
});

// The one who hung was told of a loss as well, or of none: both are true.
async function talkOnceBack(a, b) {
  await b.say(2, 'are you there?');
  for (;;) {
    const text = await a.client.text();
    if (text === 'say 2\nare you there?') break;
    assert.match(text, /^(lost in=60|back)$/);
    if (text === 'back') await b.say(2, 'are you there?');
  }
  await a.got(2);
  await b.hears('got 2');
}
