// Good frames in every form that RFC 6455 allows.

import assert from 'node:assert/strict';

import { CLOSE, CONTINUATION, PING, PONG, TEXT, closePayload, encodeFrame } from './client.js';
import { nginxTest } from './harness.js';
import { Person, Talk, couple } from './person.js';
import { until } from './wait.js';

const CONFIGURATION = `
chat_zone main:1m;

server {
    listen 127.0.0.1:%port%;
    listen 127.0.0.1:%tls_port% ssl;
    ssl_certificate %certificate%;
    ssl_certificate_key %key%;
    location = /chat {
        chat main;
        chat_message_max 256k;
        chat_message_rate 1000r/s burst=1000;
    }
}
`;

// A text message as frames, cut at these bytes.
function fragments(payload, ...cuts) {
  const bytes = Buffer.from(payload);
  const borders = [0, ...cuts, bytes.length];
  return borders.slice(1).map((end, i) => encodeFrame({
    opcode: i === 0 ? TEXT : CONTINUATION,
    payload: bytes.subarray(borders[i], end),
    fin: i === cuts.length,
  }));
}

for (const secure of [false, true]) {
  const how = secure ? 'over TLS' : 'in plain';

  nginxTest(`messages of every form of length arrive, ${how}`, CONFIGURATION, async (nginx) => {
    const [a, b] = await couple(nginx, { secure });
    let number = 0;
    for (const size of [125, 126, 127, 4095, 16_384, 65_535, 65_536, 65_537, 200_000]) {
      const head = `say ${++number}\n`;
      const frame = head + 'z'.repeat(size - head.length);
      await a.send(frame);
      await b.hears(frame);
    }
  });

  nginxTest(`one byte at a time, ${how}`, CONFIGURATION, async (nginx) => {
    const [a, b] = await couple(nginx, { secure });
    const long = `say 1\n${'☕'.repeat(50)}`;
    const all = Buffer.concat([
      ...fragments(long, 1, 7, 8, 100),
      encodeFrame({ opcode: PING, payload: 'here?' }),
      encodeFrame({ payload: 'typing' }),
    ]);
    for (const byte of all) await a.client.write(Buffer.of(byte));
    await b.hears(long, 'typing');
    const pong = await a.client.frame();
    assert.deepEqual([pong.opcode, pong.payload.toString()], [PONG, 'here?']);
  });

  nginxTest(`all at once, ${how}`, CONFIGURATION, async (nginx) => {
    const [a, b] = await couple(nginx, { secure });
    const frames = Array.from({ length: 30 }, (_, i) => `say ${i + 1}\n${'w'.repeat(i * 400)}`);
    await a.client.write(Buffer.concat(frames.map((payload) => encodeFrame({ payload }))));
    await b.hears(...frames);
  });
}

nginxTest('fragments make one message, wherever they are cut', CONFIGURATION, async (nginx) => {
  const [a, b] = await couple(nginx);
  const message = 'say 1\n☕ ok';
  const size = Buffer.byteLength(message);
  for (let first = 0; first <= size; first++) {
    for (let second = first; second <= size; second++) {
      await a.client.write(Buffer.concat(fragments(message, first, second)));
      await b.hears(message);
    }
  }
});

nginxTest('control frames may come between fragments, and are answered at once', CONFIGURATION, async (nginx) => {
  const [a, b] = await couple(nginx);
  const [first, second, third] = fragments('say 1\n☕ between', 3, 7);
  await a.client.write(first);
  await a.client.sendFrame({ opcode: PING, payload: 'one' });
  assert.equal((await a.client.frame()).payload.toString(), 'one');
  await a.client.write(second);
  await a.client.sendFrame({ opcode: PONG, payload: 'nobody asked' });
  await a.client.sendFrame({ opcode: PING, payload: 'two' });
  assert.equal((await a.client.frame()).payload.toString(), 'two');
  await b.hearsNothing();
  await a.client.write(third);
  await b.hears('say 1\n☕ between');
});

nginxTest('a Close between fragments closes', CONFIGURATION, async (nginx) => {
  const [a, b] = await couple(nginx);
  await a.client.write(fragments('say 1\nhalf', 4)[0]);
  await a.client.sendClose(1000);
  assert.equal((await a.client.closed({ answer: false })).code, 1000);
  await b.hears('left');
});

nginxTest('a pong has what its ping had', CONFIGURATION, async (nginx) => {
  const { client } = await Person.join(nginx);
  for (const payload of [Buffer.alloc(0), Buffer.from('x'), Buffer.from([0, 255, 128]), Buffer.alloc(125, 'p')]) {
    await client.sendFrame({ opcode: PING, payload });
    const pong = await client.frame();
    assert.equal(pong.opcode, PONG);
    assert.deepEqual(pong.payload, payload);
  }
});

nginxTest('the closing handshake answers with the same code', CONFIGURATION, async (nginx) => {
  for (const code of [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1011, 3000, 4000, 4999]) {
    const { client } = await Person.join(nginx);
    await client.sendClose(code, 'good bye');
    const closed = await client.closed({ answer: false });
    assert.equal(closed.code, code);
    assert.equal(closed.end, 'fin');
  }
});

nginxTest('a Close without a code is answered without one', CONFIGURATION, async (nginx) => {
  const { client } = await Person.join(nginx);
  await client.sendClose();
  const closed = await client.closed({ answer: false });
  assert.equal(closed.code, null);
  assert.equal(closed.end, 'fin');
});

nginxTest('nothing is done behind a Close', CONFIGURATION, async (nginx) => {
  const [a, b] = await couple(nginx);
  await a.client.write(Buffer.concat([
    encodeFrame({ payload: 'say 1\nlast' }),
    encodeFrame({ opcode: CLOSE, payload: closePayload(1000) }),
    encodeFrame({ payload: 'say 2\ntoo late' }),
    encodeFrame({ opcode: PING }),
  ]));
  assert.equal((await a.client.closed({ answer: false })).code, 1000);
  await b.hears('say 1\nlast', 'left');
  await b.hearsNothing();
});

nginxTest('whoever never answers a Close is let go all the same', CONFIGURATION, async (nginx) => {
  const { client } = await Person.join(nginx);
  await client.sendText('shout');
  assert.equal((await client.closed({ answer: false })).code, 1002);
});

nginxTest('half a frame for too long closes with 1008, and nobody else notices', CONFIGURATION, async (nginx) => {
  const talk = await Talk.begin(nginx);
  const halves = {
    'half a header': encodeFrame({ payload: 'x'.repeat(200) }).subarray(0, 3),
    'half a payload': encodeFrame({ payload: 'say 1\nhello' }).subarray(0, 10),
    'half a message': encodeFrame({ payload: 'say 1\nhello', fin: false }),
  };
  const closing = Object.values(halves).map(async (half) => {
    const { client } = await Person.join(nginx);
    await client.write(half);
    return client.closed();
  });
  // One who brings a byte now and then gets no longer for it.
  const { client: trickling } = await Person.join(nginx);
  await trickling.write(encodeFrame({ claims: 4000, payload: 'say 1\n', mask: Buffer.alloc(4) }));
  closing.push(trickling.closed());

  let codes;
  Promise.all(closing).then(
    (all) => (codes = all.map(({ code }) => code)),
    (error) => (codes = error),
  );
  await until(async () => {
    await trickling.write(Buffer.of(0x78));
    await talk.round();
    return codes;
  }, 'everybody who holds back half a frame to be closed');
  assert.deepEqual(codes, [1008, 1008, 1008, 1008]);
});
