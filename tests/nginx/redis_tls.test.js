// The way to Redis over TLS: whoever is not vouched for, or is somebody else, is not told a word.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after } from 'node:test';

import { certificate, freePort } from './harness.js';
import { coupleAcross, hostsTest } from './hosts.js';
import { coupleApart, talk } from './placed.js';
import { Redis } from './redis.js';
import { until } from './wait.js';

const FOLDER = fs.mkdtempSync(path.join(os.tmpdir(), 'chat-redis-tls-'));
after(() => fs.rmSync(FOLDER, { recursive: true, force: true }));
fs.chmodSync(FOLDER, 0o755);  // nginx's workers are somebody else

// Of localhost and 127.0.0.1, and vouched for by itself alone.
const pair = certificate();
const CERTIFICATE = path.join(FOLDER, 'certificate.pem');
const KEY = path.join(FOLDER, 'key.pem');
fs.writeFileSync(CERTIFICATE, pair.certificate);
fs.writeFileSync(KEY, pair.key, { mode: 0o600 });

const PORT = await freePort();
const start = () =>
  Redis.start({
    arguments: ['--tls-port', PORT, '--bind', '127.0.0.1', '127.0.0.2', '--tls-auth-clients', 'no']
      .concat(['--tls-cert-file', CERTIFICATE, '--tls-key-file', KEY]),
  });

const configuration = (host, options) => `
chat_secret %secret%;
chat_zone main:1m;
chat_redis zone=main rediss://${host}:${PORT} ${options};

server {
    listen 127.0.0.1:%port% reuseport;
    chat_patience 1h;
    chat_sessions_per_address 0;
    location = /chat {
        chat main;
    }
}
`;

for (const host of ['127.0.0.1', 'localhost']) {
  hostsTest(`TLS to ${host}`, configuration(host, `ca=${CERTIFICATE}`), { start }, async ({ hosts }) => {
    await talk(...(await coupleAcross(hosts)));
  });
}

// The log says why, Redis carries out nothing, and the host's own people go on.
for (const [what, host, options, why] of [
  ['nobody vouches for it', '127.0.0.1', '', 'self-signed certificate'],
  ['it is of another address', '127.0.0.2', `ca=${CERTIFICATE}`, 'IP address mismatch'],
]) {
  hostsTest(`a certificate is not taken: ${what}`, configuration(host, options), { start, count: 1 }, async ({ redis, hosts }) => {
    const [only] = hosts;
    await until(() => only.log().includes(`redis ${host}:${PORT} is away: ${why}`), 'the log to say why');
    await talk(...(await coupleApart(only)));
    const calls = Object.keys(await redis.calls());
    assert.deepEqual(calls.filter((each) => /^(subscribe|publish|script|evalsha)/.test(each)), []);
  });
}
