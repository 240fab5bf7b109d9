// Reload, quit, upgrade and kill: who is there is told when to come back, and can.

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { Client, upgradeRequest } from './client.js';
import { nginxTest } from './harness.js';
import { Person, couple } from './person.js';
import { alive, descriptors } from './processes.js';
import { until } from './wait.js';

const CONFIGURATION = `
chat_zone main:1m;
chat_drain 500ms;

server {
    listen 127.0.0.1:%port%;
    listen 127.0.0.1:%tls_port% ssl;
    ssl_certificate %certificate%;
    ssl_certificate_key %key%;
    location = /chat {
        chat main;
    }
    location = /each {
        chat main;
        chat_sessions_per_address 2;
    }
    location = /echo {
        chat_echo;
    }
}
`;

const isSentBack = (person) => person.isSentBack();

function haveExited(pids) {
  return until(() => pids.every((pid) => !alive(pid)), `worker ${pids} to exit`);
}

async function someOfEach(nginx) {
  const people = [await Person.join(nginx, { lobby: 'idle.example' })];
  for (const secure of [false, true]) {
    const waiting = await Person.join(nginx, { lobby: `waiting-${secure}.example`, secure });
    await waiting.waits();
    people.push(waiting, ...(await couple(nginx, { secure, lobby: `chat-${secure}.example` })));
  }
  return people;
}

nginxTest('reload sends everybody back, each with a time of their own', CONFIGURATION, async (nginx) => {
  const old = nginx.workers();
  const people = await someOfEach(nginx);
  await nginx.reload();
  const times = await Promise.all(people.map(isSentBack));
  assert.ok(new Set(times).size > 1, `not all at ${times[0]} ms`);
  for (const time of times) assert.ok(time >= 1 && time <= 500, `${time} ms`);
  await haveExited(old);
  const [a, b] = await couple(nginx);
  await a.say(1, 'we are back');
  await b.hears('say 1\nwe are back');
});

// Each of these takes as long as the module waits for somebody who does not answer.
describe('who does not answer', { concurrency: true }, () => {
  nginxTest('while an old worker still closes, the new one serves', CONFIGURATION, async (nginx) => {
    const old = nginx.workers();
    const stubborn = await Person.join(nginx);  // never answers the Close
    await nginx.reload();
    const [a, b] = await couple(nginx, { lobby: 'new.example' });
    await a.say(1, 'new here');
    await b.hears('say 1\nnew here');
    await stubborn.sentAway('restart');
    assert.equal((await stubborn.client.closed({ answer: false })).code, 1012);
    await haveExited(old);
  });

  nginxTest('a reader that never reads does not hold an old worker', CONFIGURATION, async (nginx) => {
    const old = nginx.workers();
    const people = await someOfEach(nginx);
    for (const person of people) person.client.pause();
    await nginx.reload();
    await haveExited(old);
  });

  nginxTest('an echo that is full does not hold an old worker', CONFIGURATION, async (nginx) => {
    const old = nginx.workers();
    const client = nginx.closeAtStop(await Client.open({ port: nginx.port }));
    await client.handshake({ path: '/echo' });
    client.pause();
    for (let i = 0; i < 16; i++) client.sendFrame({ opcode: 2, payload: Buffer.alloc(2 ** 20) });
    await nginx.reload();
    await haveExited(old);
  });
});

nginxTest('an echo is closed with 1012 too', CONFIGURATION, async (nginx) => {
  const client = nginx.closeAtStop(await Client.open({ port: nginx.port }));
  await client.handshake({ path: '/echo' });
  await nginx.reload();
  assert.equal((await client.closed()).code, 1012);
});

nginxTest('a request that was under way is answered 503', CONFIGURATION, async (nginx) => {
  const old = nginx.workers();
  const idle = descriptors(old[0]);
  const client = nginx.closeAtStop(await Client.open({ port: nginx.port }));
  const request = upgradeRequest();
  await client.write(request.slice(0, 20));
  await until(() => descriptors(old[0]) > idle, 'the connection to be taken');
  await nginx.reload();
  await client.write(request.slice(20));
  assert.equal((await client.response()).status, 503);
  await haveExited(old);
});

nginxTest('reload after reload', CONFIGURATION, async (nginx) => {
  for (let i = 0; i < 5; i++) {
    const [a, b] = await couple(nginx);
    await a.say(1, `round ${i}`);
    await b.hears(`say 1\nround ${i}`);
    const old = nginx.workers();
    await nginx.reload();
    await Promise.all([isSentBack(a), isSentBack(b)]);
    await haveExited(old);
  }
});

nginxTest('a reload brings new settings', CONFIGURATION, async (nginx) => {
  const before = await Person.join(nginx);
  assert.equal(before.hello.max, 4096);
  await nginx.reload(CONFIGURATION.replace('chat main;', 'chat main; chat_message_max 100;'));
  await isSentBack(before);
  assert.equal((await Person.join(nginx)).hello.max, 100);
});

nginxTest('a zone may change its size, come and go', CONFIGURATION, async (nginx) => {
  const changes = {
    'another size': CONFIGURATION.replace('main:1m', 'main:2m'),
    'a second zone': CONFIGURATION.replace('chat_zone main:1m;', 'chat_zone main:2m; chat_zone other:1m;'),
    'another name': CONFIGURATION.replaceAll('main', 'other'),
    'as it was': CONFIGURATION,
  };
  for (const configuration of Object.values(changes)) {
    const there = await Person.join(nginx, { path: '/each' });
    await nginx.reload(configuration);
    await isSentBack(there);
    const [a, b] = await couple(nginx);
    a.close();
    await b.hears('left');
    b.close();
  }
});

nginxTest('a reload with a mistake changes nothing', CONFIGURATION, { allow: /chat_patience/ }, async (nginx) => {
  const [a, b] = await couple(nginx);
  await nginx.configure(CONFIGURATION.replace('chat main;', 'chat main; chat_patience x;'));
  nginx.signal('SIGHUP');
  await until(() => /\[emerg\].*chat_patience/.test(nginx.log()), 'the mistake in the log');
  await a.say(1, 'still here');
  await b.hears('say 1\nstill here');
});

nginxTest('people of an address are counted over a reload', CONFIGURATION, async (nginx) => {
  for (let i = 0; i < 3; i++) {
    const people = [await Person.join(nginx, { path: '/each' }), await Person.join(nginx, { path: '/each' })];
    const third = await Person.knock(nginx, { path: '/each' });
    await third.sentAway('full');
    await third.client.closed();
    const old = nginx.workers();
    await nginx.reload();
    await Promise.all(people.map(isSentBack));
    await haveExited(old);
  }
});

nginxTest('quit sends everybody back and exits', CONFIGURATION, { workers: 2 }, async (nginx) => {
  const people = await Promise.all([1, 2, 3, 4].map(() => Person.join(nginx)));
  nginx.signal('SIGQUIT');
  await Promise.all(people.map(isSentBack));
  await nginx.exited();
});

nginxTest('stop ends at once', CONFIGURATION, async (nginx) => {
  const people = await someOfEach(nginx);
  nginx.signal('SIGTERM');
  await nginx.exited();
  for (const { client } of people) while (await client.frame().catch(() => null));
});

nginxTest('worker_shutdown_timeout holds', CONFIGURATION, { main: 'worker_shutdown_timeout 100ms;' }, async (nginx) => {
  const old = nginx.workers();
  const people = await someOfEach(nginx);
  for (const person of people) person.client.pause();
  await nginx.reload();
  await haveExited(old);
});

nginxTest('a binary upgrade sends everybody over to the new one', CONFIGURATION, { daemon: true }, async (nginx) => {
  const people = await someOfEach(nginx);
  const { old, fresh } = await nginx.upgrade();
  await Promise.all(people.map(isSentBack));
  await until(() => !alive(old), 'the old master to exit');
  assert.deepEqual(nginx.masters(), [fresh]);
  const [a, b] = await couple(nginx);
  await a.say(1, 'over here');
  await b.hears('say 1\nover here');
});

nginxTest('a worker that was killed or ended takes nobody else and no place with it', CONFIGURATION, {
  workers: 2,
  allow: /exited on signal 9/,
}, async (nginx) => {
  for (const signal of ['SIGKILL', 'SIGTERM', 'SIGKILL']) {
    const people = [await Person.join(nginx, { path: '/each' }), await Person.join(nginx, { path: '/each' })];
    const third = await Person.knock(nginx, { path: '/each' });
    await third.sentAway('full');

    const killed = nginx.workers();
    for (const pid of killed) process.kill(pid, signal);
    for (const { client } of people) await client.ended();
    await until(() => nginx.workers().filter((pid) => !killed.includes(pid)).length === 2, 'new workers');
  }
  await Person.join(nginx, { path: '/each' });
  await Person.join(nginx, { path: '/each' });
});
