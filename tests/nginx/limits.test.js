// What can grow has a bound: people in a worker, people from an address, what a reader does not read.

import assert from 'node:assert/strict';

import { encodeFrame } from './client.js';
import { SANITIZED, nginxTest } from './harness.js';
import { Person, Talk, couple } from './person.js';
import { until } from './wait.js';

const CONFIGURATION = `
chat_zone main:1m;
chat_zone other:1m;

server {
    listen 127.0.0.1:%port%;
    listen 127.0.0.1:%tls_port% ssl;
    ssl_certificate %certificate%;
    ssl_certificate_key %key%;
    location = /two {
        chat main;
        chat_sessions 2;
    }
    location = /each {
        chat main;
        chat_sessions_per_address 2;
    }
    location = /each/other {
        chat other;
        chat_sessions_per_address 2;
    }
    location = /default {
        chat main;
    }
    location = /unlimited {
        chat main;
        chat_sessions_per_address 0;
    }
}
`;

const FLOODED = `
chat_zone main:1m;

server {
    listen 127.0.0.1:%port%;
    listen 127.0.0.1:%tls_port% ssl;
    ssl_certificate %certificate%;
    ssl_certificate_key %key%;
    location = /chat {
        chat main;
        chat_pending 16k;
        chat_message_max 64k;
        chat_message_rate 100000r/s burst=100000;
    }
}
`;

async function isFull(nginx, options) {
  const person = await Person.knock(nginx, options);
  const retry = await person.sentAway('full');
  assert.ok(retry >= 1 && retry <= 60_000, `retry=${retry}`);
  const closed = await person.client.closed();
  assert.equal(closed.code, 1013);
  assert.equal(closed.end, 'fin');
}

// Tries to come in until it works: a place is free once the worker has seen somebody go.
function comesIn(nginx, options) {
  return until(async () => {
    const person = await Person.knock(nginx, options);
    const word = await person.client.text();
    if (word.startsWith('hello ')) return person;
    assert.match(word, /^bye full /);
    person.close();
    return null;
  }, 'a free place');
}

nginxTest('chat_sessions bounds the people of a worker', CONFIGURATION, async (nginx) => {
  const [a, b] = await couple(nginx, { path: '/two' });
  await isFull(nginx, { path: '/two' });
  await isFull(nginx, { path: '/two', from: '127.0.0.9' });
  await a.say(1, 'nobody else here');
  await b.hears('say 1\nnobody else here');

  a.close();
  await b.hears('left');
  const c = await comesIn(nginx, { path: '/two' });
  await isFull(nginx, { path: '/two' });
  await c.waits();
  await b.meets();
});

nginxTest('chat_sessions_per_address bounds each address by itself', CONFIGURATION, async (nginx) => {
  const one = { path: '/each', from: '127.0.0.5' };
  const two = { path: '/each', from: '127.0.0.6' };
  const people = [await Person.join(nginx, one), await Person.join(nginx, one)];
  await isFull(nginx, one);
  await Person.join(nginx, two);
  await Person.join(nginx, two);
  await isFull(nginx, two);
  await Person.join(nginx, { ...one, path: '/each/other' });

  for (const person of people) {
    person.close();
    await comesIn(nginx, one);
    await isFull(nginx, one);
  }
});

nginxTest('who was turned away was never counted', CONFIGURATION, async (nginx) => {
  const options = { path: '/each', from: '127.0.0.5' };
  const first = await Person.join(nginx, options);
  await Person.join(nginx, options);
  for (let i = 0; i < 20; i++) await isFull(nginx, options);
  first.close();
  await comesIn(nginx, options);
  await isFull(nginx, options);
});

nginxTest('an address may have 20 people unless told otherwise', CONFIGURATION, async (nginx) => {
  for (let i = 0; i < 20; i++) await Person.join(nginx, { path: '/default' });
  await isFull(nginx, { path: '/default' });
  for (let i = 0; i < 25; i++) await Person.join(nginx, { path: '/unlimited' });
});

nginxTest('addresses are counted over all workers', CONFIGURATION, { workers: 2 }, async (nginx) => {
  const options = { path: '/each', from: '127.0.0.5' };
  await Person.join(nginx, options);
  await Person.join(nginx, options);
  for (let i = 0; i < 10; i++) await isFull(nginx, options);
});

// Without a sanitizer's own needs.
const GROWTH_MAX = (SANITIZED ? 400 : 4) * 2 ** 20;

for (const secure of [false, true]) {
  nginxTest(`a reader that never reads is closed and grows nothing, ${secure ? 'over TLS' : 'in plain'}`, FLOODED, async (nginx) => {
    const talk = await Talk.begin(nginx);
    const [flooder, reader] = await couple(nginx, { secure });
    reader.client.pause();
    const before = nginx.memory().rss;

    // A message that is not confirmed may be said again, and is passed on again.
    const flood = encodeFrame({ payload: `say 1\n${'x'.repeat(60_000)}` });
    let left = false;
    const leaving = flooder.hears('lost in=60').finally(() => (left = true));
    leaving.catch(() => {});
    let sent = 0;
    while (!left) {
      await flooder.client.write(flood);
      await talk.round();
      sent += flood.length;
      assert.ok(sent < 2 ** 30, 'a gigabyte was taken for somebody who does not read');
    }
    await leaving;
    assert.ok(nginx.memory().rss - before < GROWTH_MAX, `grew by ${nginx.memory().rss - before}`);

    // What the kernel holds may still come, and the code if it has not been cut off.
    reader.client.resume();
    const end = await reader.client.closed({ skip: true }).then(({ code }) => code, (error) => error.message);
    assert.ok(end === 4001 || /connection ended/.test(end), end);
    await flooder.waits();
    await talk.round();
  });
}

nginxTest('a reader that is slow but reads is closed by nothing', FLOODED.replace('chat_pending 16k', 'chat_pending 4m'), async (nginx) => {
  const [a, b] = await couple(nginx);
  const message = `say 1\n${'x'.repeat(60_000)}`;
  for (let round = 0; round < 20; round++) {
    b.client.pause();
    for (let i = 0; i < 10; i++) await a.send(message);
    b.client.resume();
    for (let i = 0; i < 10; i++) await b.hears(message);
  }
});

// Somebody is always behind, by less than chat_pending: what was read must not count on.
nginxTest('a reader over TLS who keeps pace is closed by nothing', FLOODED.replace('chat_pending 16k', 'chat_pending 1m')
  .replace('%tls_port% ssl', '%tls_port% ssl sndbuf=16k'), async (nginx) => {
  const [a, b] = await couple(nginx, { secure: true });
  const message = `say 1\n${'x'.repeat(60_000)}`;
  const each = async (count, act) => {
    for (let i = 0; i < count; i++) await act();
  };
  b.client.pause();
  await each(14, () => a.send(message));
  for (let round = 0; round < 30; round++) {
    b.client.resume();
    await each(4, () => b.hears(message));
    b.client.pause();
    await each(4, () => a.send(message));
  }
  b.client.resume();
  await each(14, () => b.hears(message));
});

nginxTest('the longest messages make nobody too slow', FLOODED.replace('chat_pending 16k', 'chat_pending 4k')
  .replace('%port%', '%port% sndbuf=4k'), async (nginx) => {
  const [a, b] = await couple(nginx);
  const message = `say 1\n${'x'.repeat(64 * 1024)}`;
  for (let round = 0; round < 10; round++) {
    await a.send(message);
    await a.send(message);
    await b.hears(message, message);
  }
});

nginxTest('a zone that is full turns people away and keeps who is inside', CONFIGURATION.replace(
  'chat_zone main:1m;',
  'chat_zone main:128k;',
), { connections: 4096 }, async (nginx) => {
  const talk = await Talk.begin(nginx, { path: '/default' });
  const people = [];
  let full = false;
  for (let i = 0; i < 3000 && !full; i++) {
    const from = `127.1.${i >> 8}.${i & 255}`;
    const person = await Person.knock(nginx, { path: '/default', from, lobby: `${i}.example` });
    full = (await person.client.text()).startsWith('bye full ');
    if (!full) people.push(person);
  }
  assert.ok(full, 'no zone is endless');
  await talk.round();
  for (const person of people) person.close();
  await comesIn(nginx, { path: '/default', from: '127.2.0.1' });
  await talk.round();
});
