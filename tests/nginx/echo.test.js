// chat_echo: what comes goes back, of any kind and form, up to its limit.

import assert from 'node:assert/strict';

import { BINARY, CONTINUATION, Client, PING, TEXT, encodeFrame } from './client.js';
import { SANITIZED, nginxTest } from './harness.js';
import { Talk } from './person.js';

const CONFIGURATION = `
chat_zone main:1m;

server {
    listen 127.0.0.1:%port%;
    listen 127.0.0.1:%tls_port% ssl;
    ssl_certificate %certificate%;
    ssl_certificate_key %key%;
    location = /chat {
        chat main;
        chat_message_rate 1000r/s burst=1000;
    }
    location = /echo {
        chat_echo;
    }
    location = /small {
        chat_echo 1k;
    }
    location = /million {
        chat_echo 1m;
    }
}
`;

const MIB = 2 ** 20;

async function open(nginx, { path = '/echo', secure = false } = {}) {
  const client = nginx.closeAtStop(await Client.open({ port: secure ? nginx.tlsPort : nginx.port, secure }));
  const response = await client.handshake({ path, headers: { 'Sec-WebSocket-Protocol': undefined } });
  assert.equal(response.header('Sec-WebSocket-Protocol'), undefined);
  return client;
}

async function echoes(client, opcode, payload) {
  client.sendFrame({ opcode, payload });
  const message = await client.message();
  assert.equal(message.opcode, opcode);
  assert.ok(message.payload.equals(Buffer.from(payload)), `${message.payload.length} bytes, the same`);
}

for (const secure of [false, true]) {
  const how = secure ? 'over TLS' : 'in plain';

  nginxTest(`text and binary of every size come back, ${how}`, CONFIGURATION, async (nginx) => {
    const client = await open(nginx, { secure });
    for (const size of [0, 1, 125, 126, 127, 128, 65_535, 65_536, 65_537, 1_000_000]) {
      await echoes(client, TEXT, '*'.repeat(size));
      await echoes(client, BINARY, Buffer.alloc(size, 0xfe));
    }
    await echoes(client, TEXT, 'Hello-µ@ßöäüàá-UTF-8!! ☕ 👩‍👩‍👧 \u0000');
  });

  nginxTest(`16 MiB come back, and not a byte more, ${how}`, CONFIGURATION, async (nginx) => {
    const client = await open(nginx, { secure });
    await echoes(client, BINARY, Buffer.alloc(16 * MIB, 0xab));
    await echoes(client, TEXT, 'é'.repeat(8 * MIB));
    client.sendFrame({ opcode: BINARY, payload: Buffer.alloc(16 * MIB + 1) });
    assert.equal((await client.closed({ skip: true })).code, 1009);
  });
}

nginxTest('a limit of its own', CONFIGURATION, async (nginx) => {
  const client = await open(nginx, { path: '/small' });
  await echoes(client, TEXT, 'x'.repeat(1024));
  client.sendText('x'.repeat(1025));
  assert.equal((await client.closed({ skip: true })).code, 1009);
});

nginxTest('a limit holds over fragments', CONFIGURATION, async (nginx) => {
  const client = await open(nginx, { path: '/small' });
  client.sendFrame({ payload: 'x'.repeat(1000), fin: false });
  client.sendFrame({ opcode: CONTINUATION, payload: 'x'.repeat(25) });
  assert.equal((await client.closed({ skip: true })).code, 1009);
});

nginxTest('fragments come back as the same message, with pongs in between', CONFIGURATION, async (nginx) => {
  const client = await open(nginx);
  const pongs = [];
  client.sendFrame({ payload: 'one ', fin: false });
  client.sendFrame({ opcode: PING, payload: 'first' });
  client.sendFrame({ opcode: CONTINUATION, payload: '', fin: false });
  client.sendFrame({ opcode: CONTINUATION, payload: 'two ', fin: false });
  client.sendFrame({ opcode: PING, payload: 'second' });
  client.sendFrame({ opcode: CONTINUATION, payload: 'three' });
  const message = await client.message(pongs);
  assert.deepEqual([message.opcode, message.payload.toString()], [TEXT, 'one two three']);
  assert.deepEqual(pongs, ['first', 'second']);
});

nginxTest('one byte at a time', CONFIGURATION, async (nginx) => {
  const client = await open(nginx);
  const text = 'κόσμε ☕';
  for (const byte of encodeFrame({ payload: text })) await client.write(Buffer.of(byte));
  assert.equal((await client.message()).payload.toString(), text);
});

nginxTest('text that is not UTF-8 closes with 1007', CONFIGURATION, async (nginx) => {
  const bad = [
    encodeFrame({ payload: Buffer.from([0xce, 0xba, 0xe1, 0xbd]) }),
    encodeFrame({ payload: Buffer.from([0xf8, 0x88, 0x80, 0x80, 0x80]) }),
    Buffer.concat([
      encodeFrame({ payload: Buffer.from([0xce, 0xba, 0xed]), fin: false }),
      encodeFrame({ opcode: CONTINUATION, payload: Buffer.from([0xa0, 0x80]), fin: false }),
    ]),
  ];
  for (const bytes of bad) {
    const client = await open(nginx);
    client.write(bytes);
    assert.equal((await client.closed({ skip: true })).code, 1007);
  }
});

nginxTest('broken frames close with 1002', CONFIGURATION, async (nginx) => {
  for (const options of [{ masked: false }, { rsv: 4 }, { opcode: 3 }, { opcode: CONTINUATION }]) {
    const client = await open(nginx);
    client.sendFrame(options);
    assert.equal((await client.closed()).code, 1002);
  }
});

nginxTest('a subprotocol is neither asked for nor chosen', CONFIGURATION, async (nginx) => {
  const client = nginx.closeAtStop(await Client.open({ port: nginx.port }));
  const response = await client.handshake({ path: '/echo', headers: { 'Sec-WebSocket-Protocol': 'chat.v1, soap' } });
  assert.equal(response.header('Sec-WebSocket-Protocol'), undefined);
  await echoes(client, TEXT, 'find');
});

nginxTest('no rate limits an echo', CONFIGURATION, async (nginx) => {
  const client = await open(nginx);
  const count = 5000;
  client.write(Buffer.concat(Array.from({ length: count }, (_, i) => encodeFrame({ payload: `${i}` }))));
  for (let i = 0; i < count; i++) assert.equal(await client.text(), `${i}`);
});

// What may lie in the worker for one connection: far less than what was sent.
const GROWTH_MAX = (SANITIZED ? 200 : 8) * MIB;

for (const secure of [false, true]) {
  nginxTest(`a reader that pauses makes the echo wait, not grow, ${secure ? 'over TLS' : 'in plain'}`, CONFIGURATION, async (nginx) => {
    const talk = await Talk.begin(nginx);
    const before = nginx.memory().rss;
    const client = await open(nginx, { path: '/million', secure });
    client.pause();
    const count = 64;
    for (let i = 0; i < count; i++) client.sendFrame({ opcode: BINARY, payload: Buffer.alloc(MIB, i) });
    for (let i = 0; i < 50; i++) await talk.round();
    assert.ok(nginx.memory().rss - before < GROWTH_MAX, `grew by ${nginx.memory().rss - before}`);

    client.resume();
    for (let i = 0; i < count; i++) {
      const { payload } = await client.message();
      assert.ok(payload.equals(Buffer.alloc(MIB, i)), `message ${i} as it was sent`);
      await talk.round();
    }
    assert.ok(nginx.memory().rss - before < GROWTH_MAX, `grew by ${nginx.memory().rss - before}`);
  });
}

nginxTest('pongs that nobody reads make the echo wait too', CONFIGURATION, async (nginx) => {
  const talk = await Talk.begin(nginx);
  const before = nginx.memory().rss;
  const client = await open(nginx);
  client.pause();
  const pings = Buffer.concat(Array.from({ length: 8000 }, () => encodeFrame({ opcode: PING, payload: 'p'.repeat(125) })));
  for (let i = 0; i < 64; i++) client.write(pings);
  for (let i = 0; i < 50; i++) await talk.round();
  assert.ok(nginx.memory().rss - before < GROWTH_MAX, `grew by ${nginx.memory().rss - before}`);
});
