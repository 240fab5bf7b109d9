// Broken and hostile frames: the offender's connection ends with the right code and reaches its end in order, while
// two who chat in the same worker notice nothing.

import assert from 'node:assert/strict';

import { BINARY, CLOSE, CONTINUATION, PING, PONG, closePayload, encodeFrame } from './client.js';
import { nginxTest } from './harness.js';
import { Person, Talk } from './person.js';

const CONFIGURATION = `
chat_zone main:1m;

server {
    listen 127.0.0.1:%port%;
    listen 127.0.0.1:%tls_port% ssl;
    ssl_certificate %certificate%;
    ssl_certificate_key %key%;
    chat_message_rate 10000r/s burst=10000;
    location = /chat {
        chat main;
    }
}
`;

const frame = (options) => encodeFrame(options);
const text = (payload) => encodeFrame({ payload });
const bytes = (...values) => Buffer.from(values);
const join = (...parts) => Buffer.concat(parts);

const PROTOCOL = 1002;
const UNSUPPORTED = 1003;
const NOT_UTF8 = 1007;
const TOO_BIG = 1009;

const CASES = {
  'frames that RFC 6455 forbids': {
    'a text without a mask': [PROTOCOL, frame({ payload: 'ping', masked: false })],
    'a ping without a mask': [PROTOCOL, frame({ opcode: PING, masked: false })],
    'RSV1': [PROTOCOL, frame({ payload: 'ping', rsv: 4 })],
    'RSV2': [PROTOCOL, frame({ payload: 'ping', rsv: 2 })],
    'RSV3': [PROTOCOL, frame({ payload: 'ping', rsv: 1 })],
    'RSV on a control frame': [PROTOCOL, frame({ opcode: PING, rsv: 4 })],
    ...Object.fromEntries(
      [3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode) => [`reserved opcode ${opcode}`, [PROTOCOL, frame({ opcode })]]),
    ),
    '16 bits of length for 4 bytes': [PROTOCOL, frame({ payload: 'ping', lengthBits: 16 })],
    '64 bits of length for 4 bytes': [PROTOCOL, frame({ payload: 'ping', lengthBits: 64 })],
    '64 bits of length for 200 bytes': [PROTOCOL, frame({ payload: 'x'.repeat(200), lengthBits: 64 })],
    '64 bits of length for 65535 bytes': [PROTOCOL, frame({ lengthBits: 64, claims: 65535 })],
    'a length with its highest bit': [PROTOCOL, frame({ lengthBits: 64, claims: 2n ** 63n })],
    'a ping of 126 bytes': [PROTOCOL, frame({ opcode: PING, payload: 'x'.repeat(126) })],
    'a pong of 70,000 bytes': [PROTOCOL, frame({ opcode: PONG, payload: 'x'.repeat(70_000) })],
    'a Close of 126 bytes': [PROTOCOL, frame({ opcode: CLOSE, payload: closePayload(1000, 'x'.repeat(124)) })],
    'a ping in fragments': [PROTOCOL, frame({ opcode: PING, fin: false })],
    'a Close in fragments': [PROTOCOL, frame({ opcode: CLOSE, fin: false, payload: closePayload(1000) })],
    'a continuation of nothing': [PROTOCOL, frame({ opcode: CONTINUATION, payload: 'ping' })],
    'a continuation after a whole message': [PROTOCOL, join(text('typing'), frame({ opcode: CONTINUATION }))],
    'a text inside a text': [PROTOCOL, join(frame({ payload: 'pi', fin: false }), text('ping'))],
    'a binary inside a text': [PROTOCOL, join(frame({ payload: 'pi', fin: false }), frame({ opcode: BINARY }))],
    'HTTP once more': [PROTOCOL, Buffer.from('GET /chat HTTP/1.1\r\nHost: localhost\r\n\r\n')],
    'zeros': [PROTOCOL, Buffer.alloc(64)],
  },
  'kinds of messages that chat.v1 has not': {
    'binary': [UNSUPPORTED, frame({ opcode: BINARY, payload: 'ping' })],
    'empty binary': [UNSUPPORTED, frame({ opcode: BINARY })],
    'the beginning of a binary': [UNSUPPORTED, frame({ opcode: BINARY, payload: 'pi', fin: false })],
  },
  'text that is not UTF-8': {
    'a lone continuation byte': [NOT_UTF8, text(bytes(0x80))],
    'in a message': [NOT_UTF8, text(join(Buffer.from('say 1\n'), bytes(0xff)))],
    'a character that is cut at the end': [NOT_UTF8, text(join(Buffer.from('say 1\n'), bytes(0xe2, 0x82)))],
    'overlong': [NOT_UTF8, text(bytes(0xc0, 0xaf))],
    'a surrogate': [NOT_UTF8, text(bytes(0xed, 0xa0, 0x80))],
    'above U+10FFFF': [NOT_UTF8, text(bytes(0xf4, 0x90, 0x80, 0x80))],
    'across fragments': [
      NOT_UTF8,
      join(frame({ payload: bytes(0xe2, 0x82), fin: false }), frame({ opcode: CONTINUATION, payload: bytes(0x41) })),
    ],
    'before the message has ended': [NOT_UTF8, frame({ payload: bytes(0x70, 0xff), fin: false })],
    'before the frame has ended': [NOT_UTF8, frame({ payload: bytes(0x70, 0xff), claims: 100 })],
    'in the reason of a Close': [NOT_UTF8, frame({ opcode: CLOSE, payload: join(closePayload(1000), bytes(0xff)) })],
  },
  'verbs that nobody knows': Object.fromEntries(
    ['', ' ', '\n', 'shout', 'FIND', 'Say 1\nx', ' find', 'ping\u0000', 'findx', 'matched -', 'hello max=1', 'pong',
      'waiting', 'left', 'bye full', 'सुनो', '1', '\ufeffping'].map((payload) => [JSON.stringify(payload), [PROTOCOL, text(payload)]]),
  ),
  'verbs with the wrong arguments': Object.fromEntries(
    ['say', 'say\nx', 'say 0\nx', 'say -1\nx', 'say x\nx', 'say 1x\nx', 'say 01x\nx', 'say 4294967296\nx',
      'say 99999999999999999999\nx', 'say 1 2\nx', 'say 1 got\nx', 'say 1 got=x\nx', 'got', 'got x', 'got 1 2',
      'seen', 'seen -1', 'skip', 'skip 1.5', 'typing now', 'away 1', 'leave it', 'block them', 'ping 1',
      'find tea', 'find lang=', 'find lang=e_n', 'resume', 'resume x', 'resume x got=y', 'report', 'report boring\n',
      'report spam from=1\n', 'report spam from=2 upto=1\n', `find lang=${'x'.repeat(600)}`,
    ].map((payload) => [JSON.stringify(payload.slice(0, 40)), [PROTOCOL, text(payload)]]),
  ),
  'messages that are too big': {
    'by what is said': [TOO_BIG, text(`say 1\n${'x'.repeat(4097)}`)],
    'by what is claimed': [TOO_BIG, frame({ claims: 1_000_000 })],
    'by a claim of terabytes': [TOO_BIG, frame({ claims: 2 ** 42 })],
    'in fragments': [
      TOO_BIG,
      join(
        frame({ payload: `say 1\n${'x'.repeat(4000)}`, fin: false }),
        ...[1, 2, 3].map(() => frame({ opcode: CONTINUATION, payload: 'x'.repeat(4000), fin: false })),
      ),
    ],
    'with all of it on its way': [TOO_BIG, text('x'.repeat(8_000_000))],
  },
  'Close frames that may not be': {
    'half of a code': [PROTOCOL, frame({ opcode: CLOSE, payload: bytes(3) })],
    ...Object.fromEntries(
      [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535].map((code) => [
        `code ${code}`,
        [PROTOCOL, frame({ opcode: CLOSE, payload: closePayload(code) })],
      ]),
    ),
  },
};

// A test for each of `cases` within `t`; when one fails, `t` does.
async function each(t, cases, body) {
  let unfinished = 0;
  for (const [name, value] of Object.entries(cases)) {
    await t.test(name, async () => {
      unfinished++;
      await body(value);
      unfinished--;
    });
  }
  assert.equal(unfinished, 0, `${unfinished} of these failed`);
}

for (const [kind, cases] of Object.entries(CASES)) {
  nginxTest(kind, CONFIGURATION, async (nginx, t) => {
    const talk = await Talk.begin(nginx, { secure: true });
    await each(t, cases, async ([code, hostile]) => {
      const { client } = await Person.join(nginx);
      client.write(hostile);
      await talk.round();
      const closed = await client.closed({ skip: true });
      assert.equal(closed.code, code, closed.reason);
      assert.equal(closed.end, 'fin', 'the end comes in order, so that the code arrives');
      await talk.round();
    });
    talk.close();
  });
}

nginxTest('a broken frame ends a chat for its sender alone, also over TLS', CONFIGURATION, async (nginx) => {
  const talk = await Talk.begin(nginx);
  const a = await Person.join(nginx, { secure: true });
  const b = await Person.join(nginx, { secure: true });
  await a.waits();
  await b.meets();
  await a.matched();
  a.client.sendFrame({ payload: 'typing', masked: false });
  assert.equal((await a.client.closed()).code, PROTOCOL);
  await b.hears('left');
  await b.waits();
  b.client.write(text('x'.repeat(8_000_000)));
  const closed = await b.client.closed();
  assert.deepEqual([closed.code, closed.end], [TOO_BIG, 'fin']);
  await talk.round();
});

nginxTest('nothing that comes behind a broken frame has an effect', CONFIGURATION, async (nginx) => {
  const a = await Person.join(nginx);
  const b = await Person.join(nginx);
  await a.waits();
  await b.meets();
  await a.matched();
  a.client.write(join(text('say 1\nbefore'), text('shout'), text('say 2\nbehind')));
  await b.hears('say 1\nbefore', 'left');
  await b.hearsNothing();
});

nginxTest('a frame that claims more than it brings ends with its connection', CONFIGURATION, async (nginx) => {
  const talk = await Talk.begin(nginx);
  for (const claims of [1, 125, 126, 4000]) {
    const a = await Person.join(nginx);
    const b = await Person.join(nginx);
    await a.waits();
    await b.meets();
    await a.matched();
    await a.client.sendFrame({ payload: 'x', claims: claims + 1 });
    a.client.finish();
    await b.hears('lost in=60');
    await talk.round();
    b.close();
  }
});

nginxTest('bytes at random never reach anybody', CONFIGURATION, async (nginx) => {
  const talk = await Talk.begin(nginx);
  let seed = 20_240_229;
  const random = () => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) >> 16;
  for (let round = 0; round < 200; round++) {
    const { client } = await Person.join(nginx, { lobby: 'noise.example' });
    client.write(Buffer.from(Array.from({ length: 1 + (random() % 300) }, () => random() & 0xff)));
    client.finish();
    if (round % 10 === 0) await talk.round();
    const skipped = [];
    for (;;) {
      const seen = await client.frame().catch(() => null);
      if (seen === null) break;
      skipped.push(seen);
    }
    for (const { opcode, payload } of skipped) {
      assert.ok(opcode === CLOSE || opcode === PONG, `${opcode} ${payload}`);
    }
    client.close();
  }
  await talk.round();
});

nginxTest('a flood of frames closes with 1008', CONFIGURATION.replace('chat_message_rate 10000r/s burst=10000;', ''), async (nginx, t) => {
  const often = (bytes) => Array.from({ length: 2000 }, () => bytes);
  const fragment = (payload, fin = false) => frame({ opcode: CONTINUATION, payload, fin });
  const floods = {
    'typing': often(text('typing')),
    'pings': often(frame({ opcode: PING })),
    'pongs that nobody asked for': often(frame({ opcode: PONG })),
    'fragments of one byte': [frame({ payload: 's', fin: false }), ...often(fragment('x')), fragment('x', true)],
    'fragments of nothing': [frame({ fin: false }), ...often(fragment('')), fragment('', true)],
  };
  const talk = await Talk.begin(nginx);
  await each(t, floods, async (flood) => {
    const { client } = await Person.join(nginx);
    client.write(join(...flood, text('this would be an unknown verb')));
    const closed = await client.closed({ skip: true });
    assert.equal(closed.code, 1008, closed.reason);
  });
  await talk.round();
});
