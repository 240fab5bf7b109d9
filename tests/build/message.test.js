// What a message makes nginx do: one read, one write, and nothing allocated. Counted by what is loaded ahead of the C
// library (calls.cpp).

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

import { encodeFrame } from '../nginx/frames.js';
import { ROOT, withNginx } from '../nginx/harness.js';
import { Person, couple } from '../nginx/person.js';

const CONFIGURATION = `
chat_zone main:1m;
chat_message_rate 1000r/s burst=1000;
server {
    listen 127.0.0.1:%port%;
    location = /chat { chat main; }
}
`;

const BURST = 8;
const ROUNDS = 50;

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chat-calls-'));
after(() => fs.rmSync(folder, { recursive: true }));

function compile() {
  const library = path.join(folder, 'calls.so');
  const flags = ['-std=c++20', '-fno-exceptions', '-fno-rtti', '-O1', '-fPIC', '-shared'];
  execFileSync(process.env.CXX ?? 'c++', [...flags, '-o', library, path.join(ROOT, 'tests/build/calls.cpp')]);
  return library;
}

// Everything that one process of nginx and its worker have asked for so far.
class Calls {
  #file = path.join(folder, 'calls');

  constructor() {
    fs.writeFileSync(this.#file, '');
  }

  // What starts a program so that it is counted.
  get through() {
    return ['env', `LD_PRELOAD=${compile()}`, `CALLS_FILE=${this.#file}`];
  }

  now() {
    const [reads, writes, allocations, nodelays] = new BigUint64Array(new Uint8Array(fs.readFileSync(this.#file)).buffer);
    return { reads, writes, allocations, nodelays };
  }

  // What comes on top while `body` runs.
  async during(body) {
    const before = this.now();
    await body();
    return Object.fromEntries(Object.entries(this.now()).map(([name, count]) => [name, Number(count - before[name])]));
  }
}

test('a message is read once, written once, and nothing is allocated for it', async (t) => {
  const calls = new Calls();
  const body = async (nginx) => {
    const { nodelays } = await calls.during(() => Person.join(nginx, { lobby: 'elsewhere.example' }));
    assert.equal(nodelays, 1, 'what is written is on its way at once');

    const [a, b] = await couple(nginx);
    let number = 0;
    const alone = async () => {
      const text = `say ${++number}\n${'x'.repeat(64)}`;
      await a.send(text);
      await b.hears(text);
      await b.got(number);
      await a.hears(`got ${number}`);
    };
    const burst = async () => {
      const texts = Array.from({ length: BURST }, () => `say ${++number}\n${'x'.repeat(64)}`);
      await a.client.write(Buffer.concat(texts.map((payload) => encodeFrame({ payload }))));
      await b.hears(...texts);
      await b.got(number);
      await a.hears(`got ${number}`);
    };
    // The message and its confirmation.
    const twice = { reads: 2 * ROUNDS, writes: 2 * ROUNDS, allocations: 0, nodelays: 0 };
    for (const round of [alone, burst]) {
      await round();
      const rounds = await calls.during(async () => {
        for (let i = 0; i < ROUNDS; i++) await round();
      });
      assert.deepEqual(rounds, twice, round.name);
    }
  };
  await withNginx(CONFIGURATION, { through: calls.through }, body, (line) => t.diagnostic(line));
});
