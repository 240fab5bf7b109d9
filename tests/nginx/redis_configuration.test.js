// chat_redis and chat_secret: their good forms, and each mistake found by `nginx -t` with its line and a sentence that helps.
// No Redis is asked.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';

import { checkConfiguration } from './harness.js';
import { makeSecret } from './hosts.js';

const FOLDER = fs.mkdtempSync(path.join(os.tmpdir(), 'chat-secret-'));
after(() => fs.rmSync(FOLDER, { recursive: true }));

const SECRET = makeSecret(FOLDER);
const PASSWORD = 'not-to-be-told';

// How a secret is made.
const RECIPE = /openssl rand -out \S+ 32/;

const around = (lines) => `
chat_zone main:1m;
chat_zone other:1m;
${lines}
server {
    listen 127.0.0.1:%port%;
    location = /chat {
        chat main;
    }
}
`;

const withSecret = (line) => around(`chat_secret ${SECRET};\n${line}`);

async function isFine(configuration) {
  const { ok, text } = await checkConfiguration(configuration);
  assert.ok(ok, `${configuration}\n${text}`);
  assert.doesNotMatch(text, /\[(warn|alert|emerg)\]/);
}

// One sentence, which names `where` (a word that stands in the line at fault) and each of `words`.
async function isMistake(configuration, where, ...words) {
  const { ok, text, line } = await checkConfiguration(configuration);
  assert.ok(!ok, `${configuration} is taken`);
  const emerg = text.split('\n').filter((each) => each.includes('[emerg]'));
  assert.equal(emerg.length, 1, `one sentence, not\n${text}`);
  const [sentence] = emerg;
  assert.ok(sentence.endsWith(`nginx.conf:${line(where)}`), `at line ${line(where)}: ${sentence}`);
  for (const word of words) assert.ok(word instanceof RegExp ? word.test(sentence) : sentence.includes(word), `${word} in ${sentence}`);
  assert.ok(!text.includes(PASSWORD), `no password is told: ${text}`);
  return sentence;
}

const ADDRESSES = ['redis://127.0.0.1', 'redis://127.0.0.1/', 'redis://localhost:6379', 'redis://127.0.0.1:6379/0', 'redis://[::1]:7000/15']
  .concat([`redis://somebody:${PASSWORD}@127.0.0.1:6379/3`, `redis://:${PASSWORD}@127.0.0.1`, 'redis://:p%40ss%2Fword@127.0.0.1'])
  .concat(['unix:/run/redis/redis.sock', 'sentinel://127.0.0.1:26379/chat', 'sentinel://127.0.0.1:26379,127.0.0.1:26380,[::1]:26381/chat/2'])
  .concat([`sentinel://somebody:${PASSWORD}@127.0.0.1:26379/chat`]);

const OPTIONS = ['user=somebody password=p', 'password=p', 'db=0', 'db=15', 'connect_timeout=500ms', 'timeout=2s connect_timeout=1s']
  .concat(['user=somebody password=p db=3 connect_timeout=1s timeout=1s']);

// What is wrong, and what the sentence says of it. It names no part of an address but a host: a password may stand where it
// should not.
const BAD_ADDRESSES = {
  'http://127.0.0.1': 'begins with none',
  '127.0.0.1:6379': 'begins with none',
  'redis:127.0.0.1': 'begins with none',
  'redis://': 'the host is missing',
  'redis://:6379': 'the host is missing',
  'redis://127.0.0.1:0': 'the port',
  'redis://127.0.0.1:x': 'the port',
  'redis://127.0.0.1:': 'the port',
  'redis://127.0.0.1:65536': 'the port',
  'redis://127.0.0.1:6379/x': 'the database',
  'redis://127.0.0.1:6379/-1': 'the database',
  'redis://127.0.0.1:6379/1/2': 'the database',
  'redis://127.0.0.1/99999999999': 'the database',
  'redis://[::1:6379': '"]" is missing',
  [`redis://somebody:${PASSWORD}@127.0.0.1:x`]: 'the port',
  [`redis://somebody:${PASSWORD}@`]: 'the host is missing',
  [`redis://somebody:${PASSWORD}`]: 'the port',
  [`redis://:${PASSWORD}`]: 'the host is missing',
  [`redis://somebody:${PASSWORD}/127.0.0.1`]: 'the port',
  [`redis://127.0.0.1/0?password=${PASSWORD}`]: 'the database',
  [`redis://somebody:${PASSWORD}@no.such.host.invalid`]: '"no.such.host.invalid"',
  [`redis:///${PASSWORD}@127.0.0.1`]: 'a password is missing',
  [`rediss:${PASSWORD}@127.0.0.1`]: 'begins with none',
  [`redis://:%${PASSWORD}@127.0.0.1`]: '"%"',
  [`sentinel://:${PASSWORD}@127.0.0.1:26379`]: 'name is missing',
  [`sentinel://127.0.0.1:26379/chat/${PASSWORD}`]: 'the database',
  'redis://no.such.host.invalid': '"no.such.host.invalid"',
  'unix:': 'the path',
  'unix:relative.sock': 'the path',
  [`unix:/${'x'.repeat(120)}`]: 'too long',
  'sentinel://127.0.0.1:26379': 'name is missing',
  'sentinel://127.0.0.1:26379/': 'name is missing',
  'sentinel:///chat': 'the host is missing',
  'sentinel://127.0.0.1:26379,/chat': 'the host is missing',
  'sentinel://127.0.0.1:x/chat': 'the port',
  'sentinel://127.0.0.1:26379/chat/x': 'the database',
};

const UNKNOWN = 'an unknown option';

const BAD_OPTIONS = {
  'connect_timeout=0': '"connect_timeout"',
  'connect_timeout=x': '"connect_timeout"',
  'timeout=': '"timeout"',
  'timeout=-1s': '"timeout"',
  'db=x': '"db"',
  'db=-1': '"db"',
  'db=': '"db"',
  'password=': '"password"',
  'user=': '"user"',
  'user=somebody': '"user"',
  'db=1 db=2': '"db"',
  'sentinel_password=p': '"sentinel_password"',
  'sentinel_user=somebody': '"sentinel_user"',
  [`pasword=${PASSWORD}`]: UNKNOWN,
  [`password ${PASSWORD}`]: UNKNOWN,
  [`db=1 ${PASSWORD}`]: UNKNOWN,
  [`redis://:${PASSWORD}@127.0.0.1`]: UNKNOWN,
  [`password=${PASSWORD} password=${PASSWORD}`]: '"password"',
  fast: UNKNOWN,
};

describe('chat_redis', { concurrency: 4 }, () => {
  test('good forms', async () => {
    for (const address of ADDRESSES) await isFine(withSecret(`chat_redis zone=main ${address};`));
    for (const options of OPTIONS) await isFine(withSecret(`chat_redis zone=main redis://127.0.0.1 ${options};`));
    const sentinel = 'sentinel://127.0.0.1:26379/chat sentinel_user=somebody sentinel_password=p';
    await isFine(withSecret(`chat_redis zone=main ${sentinel} user=u password=p;`));
  });

  test('a zone each, and the same Redis for both', () =>
    isFine(withSecret('chat_redis zone=main unix:/run/redis.sock;\nchat_redis zone=other unix:/run/redis.sock;')));

  test('the secret and the zone may stand behind it', () =>
    isFine(`chat_redis zone=late unix:/run/redis.sock;\nchat_zone late:1m;\nchat_secret ${SECRET};`));

  for (const [address, word] of Object.entries(BAD_ADDRESSES)) {
    test(`bad address: ${address.slice(0, 60)}`, () =>
      isMistake(withSecret(`chat_redis zone=main ${address}; # here`), '# here', 'chat_redis', word));
  }

  for (const [options, word] of Object.entries(BAD_OPTIONS)) {
    test(`bad option: ${options}`, () =>
      isMistake(withSecret(`chat_redis zone=main redis://127.0.0.1 ${options}; # here`), '# here', 'chat_redis', word));
  }

  test('a zone that is not there, or not named', async () => {
    const unknown = await checkConfiguration(withSecret('chat_redis zone=unknown redis://127.0.0.1;'));
    assert.ok(!unknown.ok);
    assert.match(unknown.text, /\[emerg\].*unknown/);
    await isMistake(withSecret('chat_redis redis://127.0.0.1 db=1; # here'), '# here', 'chat_redis', 'zone');
    await isMistake(withSecret(`chat_redis ${PASSWORD} redis://127.0.0.1; # here`), '# here', 'chat_redis', 'zone');
    await isMistake(withSecret(`chat_redis redis://:${PASSWORD}@127.0.0.1 zone=main; # here`), '# here', 'chat_redis', 'zone');
    await isMistake(withSecret('chat_redis zone= redis://127.0.0.1; # here'), '# here', 'chat_redis', 'zone');
    await isMistake(withSecret('chat_redis zone=main; # here'), '# here', 'chat_redis');
    await isMistake(withSecret('chat_redis; # here'), '# here', 'chat_redis');
  });

  test('a zone that is joined twice', () =>
    isMistake(withSecret('chat_redis zone=main unix:/a;\nchat_redis zone=main unix:/b; # here'), '# here', 'chat_redis', /main|duplicate/));

  test('where it may not stand', async () => {
    const line = 'chat_redis zone=main unix:/run/redis.sock; # here';
    await isMistake(withSecret(`server {\n${line}\n}`), '# here', 'chat_redis', 'not allowed here');
    await isMistake(withSecret(`server { location / {\n${line}\n} }`), '# here', 'chat_redis', 'not allowed here');
  });

  test('TLS', () => isFine(withSecret('chat_redis zone=main rediss://127.0.0.1:6380;')));
});

function secretOf(bytes) {
  const file = path.join(FOLDER, `of-${bytes}`);
  fs.writeFileSync(file, Buffer.alloc(bytes, 'x'), { mode: 0o600 });
  return file;
}

describe('chat_secret', { concurrency: 4 }, () => {
  test('good forms', async () => {
    for (const bytes of [32, 33, 4096]) await isFine(around(`chat_secret ${secretOf(bytes)};\nchat_redis zone=main unix:/run/redis.sock;`));
    await isFine(around(`chat_secret ${SECRET};`));
  });

  test('a Redis without a secret: says how to make one', async () => {
    const { ok, text } = await checkConfiguration(around('chat_redis zone=main unix:/run/redis.sock;'));
    assert.ok(!ok, 'it is taken');
    assert.match(text, /\[emerg\].*chat_secret/);
    assert.match(text, RECIPE);
  });

  test('one that is too short: says how to make one', async () => {
    for (const bytes of [0, 1, 31]) {
      const file = secretOf(bytes);
      await isMistake(around(`chat_secret ${file}; # here`), '# here', 'chat_secret', file, RECIPE);
    }
  });

  test('a file that is not there: says how to make it', async () => {
    const file = path.join(FOLDER, 'missing');
    await isMistake(around(`chat_secret ${file}; # here`), '# here', 'chat_secret', file, RECIPE);
  });

  test('a folder', () => isMistake(around(`chat_secret ${FOLDER}; # here`), '# here', 'chat_secret', FOLDER));

  test('said twice', () => isMistake(around(`chat_secret ${SECRET};\nchat_secret ${SECRET}; # here`), '# here', 'chat_secret'));

  test('wrong number of arguments, or nothing', async () => {
    await isMistake(around('chat_secret; # here'), '# here', 'chat_secret');
    await isMistake(around(`chat_secret ${SECRET} b; # here`), '# here', 'chat_secret');
    await isMistake(around('chat_secret ""; # here'), '# here', 'chat_secret');
  });

  test('where it may not stand', () =>
    isMistake(around(`server {\nchat_secret ${SECRET}; # here\n}`), '# here', 'chat_secret', 'not allowed here'));
});
