// Seats are taken again at other workers and hosts: after a drop, a kill, a reload, an upgrade, the loss of Redis.

import assert from 'node:assert/strict';

import { nginxTest } from './harness.js';
import { coupleAcross, hostsTest } from './hosts.js';
import { Person } from './person.js';
import { coupleApart, coupleTogether, joinWorker, talk } from './placed.js';
import { alive } from './processes.js';
import { until } from './wait.js';

const SERVER = `
server {
    listen 127.0.0.1:%port% reuseport;
    chat_drain 300ms;
    chat_message_rate 1000r/s burst=1000;
    chat_sessions_per_address 0;
    location = /chat {
        chat main;
    }
    location = /short {
        chat main;
        chat_window 2s;
    }
}
`;
const CONFIGURATION = `chat_zone main:1m; ${SERVER}`;
const CLUSTER = `
chat_secret %secret%;
chat_zone main:1m;
chat_redis zone=main %redis% connect_timeout=1s timeout=1s;
${SERVER}`;

const THREE = { workers: 3 };
const KILLED = { workers: 2, allow: /exited on signal 9/ };

// Takes the seat of `person` again at the worker `pid`.
async function resumeAt(nginx, pid, person, options = {}) {
  const again = await joinWorker(nginx, pid, options);
  await again.resume(person.token);
  return again;
}

// Kills workers as a crash would, and gives the new ones.
async function killWorkers(nginx, pids) {
  const count = nginx.workers().length;
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  await until(() => pids.every((pid) => !alive(pid)) && nginx.workers().length === count, 'new workers');
  return nginx.workers().filter((pid) => !pids.includes(pid));
}

// Two who are there talk, whichever words of loss and return come before: what is said to nobody is said again.
async function stillTalk(a, b, number = 1) {
  for (const [from, to] of [[a, b], [b, a]]) {
    await until(async () => {
      await from.say(number, 'still here');
      return (await to.hearsUntilPong()).includes(`say ${number}\nstill here`);
    }, 'one to hear the other');
  }
}

nginxTest('at another worker, from one that both were at', CONFIGURATION, THREE, async (nginx) => {
  const [a, b] = await coupleTogether(nginx);
  const [, second, third] = nginx.workers();
  await talk(a, b);
  a.drop();
  await b.hears('lost in=60');
  const again = await resumeAt(nginx, second, a);
  assert.equal(again.lost, 0);
  await b.hears('back');
  await talk(again, b, 2);
  b.drop();
  await again.hears('lost in=60');
  const other = await resumeAt(nginx, third, b);
  assert.equal(other.lost, 0);
  await again.hears('back');
  await talk(again, other, 3);
});

nginxTest('from worker to worker, while the line before is only silent', CONFIGURATION, THREE, async (nginx) => {
  const [a, b] = await coupleApart(nginx);
  let last = a;
  for (const pid of nginx.workers().toReversed()) {
    const again = await resumeAt(nginx, pid, last);
    assert.equal(again.lost, 0);
    await b.hears('back');
    await last.hears('bye replaced');
    assert.equal((await last.client.closed()).code, 4000);
    last = again;
    await again.send('typing');
    await b.hears('typing');
  }
  await talk(last, b);
});

nginxTest('a token that was left, or was used, is stale at another worker too', CONFIGURATION, THREE, async (nginx) => {
  const [a, b] = await coupleApart(nginx);
  const [, , third] = nginx.workers();
  a.drop();
  await b.hears('lost in=60');
  const again = await resumeAt(nginx, third, a);
  await b.hears('back');
  await again.send('typing');
  await b.hears('typing');
  for (const pid of nginx.workers()) {
    const replay = await joinWorker(nginx, pid);
    await replay.send(`resume ${a.token} got=0`);
    await replay.hears('refused resume stale');
  }
  await again.leave();
  await b.hears('left');
  for (const pid of nginx.workers()) {
    const late = await joinWorker(nginx, pid);
    await late.send(`resume ${again.token} got=0`);
    await late.hears('refused resume stale');
  }
});

nginxTest('the window goes on at the worker that was left', CONFIGURATION, { workers: 2 }, async (nginx) => {
  const [a, b] = await coupleApart(nginx, { path: '/short' });
  a.drop();
  await b.hears('lost in=2', 'left');
});

nginxTest('a worker is killed: those of it come back, to those who were elsewhere and to each other', CONFIGURATION, KILLED, async (nginx) => {
  const [first] = nginx.workers();
  const apart = await coupleApart(nginx, { lobby: 'apart.example' });
  const together = await coupleTogether(nginx, { lobby: 'together.example' });
  await killWorkers(nginx, [first]);
  await apart[1].hears('lost in=60');
  const back = await Person.resume(nginx, apart[0].token, { lobby: 'apart.example' });
  assert.equal(back.lost, 0);
  await stillTalk(back, apart[1]);

  const again = await Promise.all(together.map(({ token }) => Person.resume(nginx, token, { lobby: 'together.example' })));
  await stillTalk(...again);
});

nginxTest('all workers are killed, again and again', CONFIGURATION, KILLED, async (nginx) => {
  let pair = await coupleApart(nginx);
  for (let round = 1; round <= 3; round++) {
    await killWorkers(nginx, nginx.workers());
    pair = await Promise.all(pair.map(({ token }) => Person.resume(nginx, token)));
    await stillTalk(...pair, round);
  }
});

// Waits until they are sent away, and comes back.
async function comesBack(nginx, person) {
  await person.client.closed({ skip: true });
  return Person.resume(nginx, person.token);
}

nginxTest('ten reloads, and nobody is missed for longer than a moment', CONFIGURATION, { workers: 2 }, async (nginx) => {
  let pair = await coupleApart(nginx);
  for (let round = 1; round <= 10; round++) {
    await nginx.reload();
    pair = await Promise.all(pair.map((person) => comesBack(nginx, person)));
    await stillTalk(...pair, round);
  }
});

nginxTest('a reload that changes the size of the zone', CONFIGURATION, { workers: 2 }, async (nginx) => {
  let pair = await coupleApart(nginx);
  await nginx.reload(CONFIGURATION.replace('main:1m', 'main:2m'));
  pair = await Promise.all(pair.map((person) => comesBack(nginx, person)));
  await stillTalk(...pair);
});

nginxTest('a binary upgrade', CONFIGURATION, { workers: 2, daemon: true }, async (nginx) => {
  let pair = await coupleApart(nginx);
  await nginx.upgrade();
  pair = await Promise.all(pair.map((person) => comesBack(nginx, person)));
  await stillTalk(...pair);
});

hostsTest('at another host', CLUSTER, {}, async ({ hosts }) => {
  const [one, other] = hosts;
  const [a, b] = await coupleTogether(one);
  a.drop();
  await b.hears('lost in=60');
  const again = await Person.resume(other, a.token);
  assert.equal(again.lost, 0);
  await b.hears('back');
  await talk(again, b);
  b.drop();
  await again.hears('lost in=60');
  const both = await Person.resume(other, b.token);
  await again.hears('back');
  await talk(again, both, 2);
});

hostsTest('a host is killed, and its people come back to the other', CLUSTER, { allow: /exited on signal 9/ }, async ({ hosts }) => {
  const [one, other] = hosts;
  const across = await coupleAcross(hosts, { lobby: 'across.example' });
  const inside = await coupleApart(one, { lobby: 'inside.example' });
  // Its master is stopped first, or it would start them anew.
  one.signal('SIGSTOP');
  for (const pid of one.workers()) process.kill(pid, 'SIGKILL');
  try {
    const back = await Person.resume(other, across[0].token, { lobby: 'across.example' });
    await stillTalk(back, across[1]);
    const both = await Promise.all(inside.map(({ token }) => Person.resume(other, token, { lobby: 'inside.example' })));
    await stillTalk(...both);
  } finally {
    one.signal('SIGCONT');
  }
});

hostsTest('without Redis seats are taken again inside of a host, and across when it is there', CLUSTER, {}, async ({ redis, hosts }) => {
  const [one] = hosts;
  const inside = await coupleApart(one, { lobby: 'inside.example' });
  const across = await coupleAcross(hosts, { lobby: 'across.example' });
  await redis.kill();
  await across[0].hears('lost in=60');
  inside[0].drop();
  await inside[1].hears('lost in=60');
  const again = await Person.resume(one, inside[0].token, { lobby: 'inside.example' });
  await stillTalk(again, inside[1]);

  across[0].drop();
  const lonely = await Person.resume(one, across[0].token, { lobby: 'across.example' });
  await redis.restart({ empty: true });
  await stillTalk(lonely, across[1]);
});
