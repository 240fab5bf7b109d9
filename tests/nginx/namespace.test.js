// A host that is cut off: its network ends, without anybody being told, and begins again.

import { test } from 'node:test';

import { withNginx } from './harness.js';
import { makeSecret } from './hosts.js';
import { Link } from './link.js';
import { Person } from './person.js';
import { meetApart, talk } from './placed.js';
import { Redis } from './redis.js';

// Its people come over a Unix socket in its folder: that can be reached from any network.
const configuration = (redis, secret) => `
chat_secret ${secret};
chat_zone main:1m;
chat_redis zone=main ${redis} connect_timeout=1s timeout=1s;

server {
    listen unix:%folder%/chat.sock;
    chat_patience 1h;
    chat_find_rate 1000r/s burst=1000;
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

const join = (host, options) => Person.join(host, { socket: `${host.folder}/chat.sock`, ...options });

async function couple(one, other, options) {
  const people = [await join(one, options), await join(other, options)];
  await meetApart(...people);
  return people;
}

// Runs `body` with two hosts, each in a network of its own, and the link between these. Redis is beside the first.
async function withLink(t, body) {
  const tell = (line) => t.diagnostic(line);
  const link = await Link.make();
  try {
    const redis = await Redis.start({ through: link.through(0), address: link.address(0) });
    let failed = true;
    try {
      const secret = makeSecret(redis.folder);
      const host = (side, run) =>
        withNginx(configuration(redis.tcpUrl, secret), { workers: 2, through: link.through(side) }, run, tell);
      await host(0, (near) => host(1, (far) => body({ link, redis, near, far })));
      failed = false;
    } finally {
      await redis.stop({ failed });
    }
  } finally {
    link.close();
  }
}

const hearBoth = (people, frame) => Promise.all(people.map((person) => person.hears(frame)));

test('a host that is cut off from Redis and the others goes on by itself, and comes back', (t) =>
  withLink(t, async ({ link, near, far }) => {
    const across = await couple(near, far);
    await talk(...across);
    const inside = await couple(far, far, { lobby: 'far.example' });
    const waiting = await join(far, { lobby: 'wait.example' });
    await waiting.waits();

    link.cut();
    await hearBoth(across, 'lost in=60');
    await talk(...inside);
    await talk(...(await couple(far, far, { lobby: 'new.example' })));
    await talk(...(await couple(near, near, { lobby: 'new.example' })));
    for (const person of across) await person.say(2, WHILE_AWAY);
    for (const person of [...across, waiting]) await person.hearsNothing();

    link.mend();
    await hearBoth(across, 'back');
    await talk(...across, 2, WHILE_AWAY);
    const seeker = await join(near, { lobby: 'wait.example' });
    await Promise.all([seeker.seeks(), waiting.matched()]);
    await talk(...(await couple(near, far, { lobby: 'after.example' })));
  }));

test('cut off for longer than the window: each side is told that the other has left', (t) =>
  withLink(t, async ({ link, near, far }) => {
    const across = await couple(near, far, { path: '/short' });
    link.cut();
    await hearBoth(across, 'lost in=1');
    await hearBoth(across, 'left');
    link.mend();
    await talk(...(await couple(near, far, { lobby: 'after.example' })));
    for (const person of across) await person.hearsNothing();
  }));
