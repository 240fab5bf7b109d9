// Fifteen thousand who say nothing, beside two who chat.

import assert from 'node:assert/strict';

import { Client } from './client.js';
import { SANITIZED, nginxTest } from './harness.js';
import { Person, Talk } from './person.js';
import { descriptors } from './processes.js';
import { until } from './wait.js';

const CONFIGURATION = `
chat_zone main:4m;

server {
    listen 127.0.0.1:%port% backlog=4096;
    location = /chat {
        chat main;
        chat_sessions_per_address 0;
        chat_message_rate 1000r/s burst=1000;
    }
}
`;

const CROWD = 15_000;
const AT_ONCE = 50;

// Bytes of a worker for a connection with its session, and for all when they are gone; a sanitizer has needs of its own.
const EACH_MAX = SANITIZED ? 40 * 1024 : 800;
const KEPT_MAX = (SANITIZED ? 400 : 4) * 2 ** 20;

async function joinCrowd(nginx, count, meanwhile) {
  const crowd = [];
  const from = () => `127.0.0.${2 + (crowd.length % 8)}`;
  while (crowd.length < count) {
    const some = await Promise.all(
      Array.from({ length: Math.min(AT_ONCE, count - crowd.length) }, async () => {
        const client = nginx.closeAtStop(await Client.open({ port: nginx.port, from: from() }));
        await client.handshake({ headers: { Host: 'crowd.example' } });
        assert.match(await client.text(), /^hello /);
        return client;
      }),
    );
    crowd.push(...some);
    if (crowd.length % 1000 === 0) await meanwhile();
  }
  return crowd;
}

nginxTest('15,000 who say nothing cost at most 800 bytes each, and nothing once they are gone', CONFIGURATION, {
  connections: 17_000,  // nginx takes connections back when a sixteenth is left
  main: 'worker_rlimit_nofile 20000;',
}, async (nginx, t) => {
  const talk = await Talk.begin(nginx);
  const [worker] = nginx.workers();
  const alone = descriptors(worker);
  for (const client of await joinCrowd(nginx, 500, () => talk.round())) client.close();
  await until(() => descriptors(worker) <= alone, 'the first ones to be gone');
  const before = nginx.memory().pss;

  const crowd = await joinCrowd(nginx, CROWD, () => talk.round());
  const each = (nginx.memory().pss - before) / CROWD;
  t.diagnostic(`${Math.round(each)} bytes of the worker for each of ${CROWD}`);
  assert.ok(each < EACH_MAX, `${each} bytes for each`);
  await talk.round();

  for (const client of crowd) client.close();
  await until(() => descriptors(worker) <= alone, 'everybody to be gone');
  await talk.round();
  await until(() => nginx.memory().pss - before < KEPT_MAX, 'the memory to be given back');
  t.diagnostic(`${nginx.memory().pss - before} bytes kept after they left`);

  await until(async () => {
    const person = await Person.join(nginx, { lobby: 'crowd.example' });
    person.close();
    return person.hello.online <= 2;
  }, 'the count of people to go back');
});
