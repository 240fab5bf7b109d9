// The harness itself: what must fail a test does, and what a failed test leaves behind.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { test } from 'node:test';

import { withNginx } from './harness.js';
import { until } from './wait.js';

const CONFIGURATION = `
server {
    listen 127.0.0.1:%port%;
    return 204;
}
`;

// Runs `body`, which must fail with `reason`. Looks at what was told with `look`, which gets the folder too, and clears up.
async function fails(reason, body, look = () => {}) {
  const told = [];
  let folder;
  const outer = withNginx(CONFIGURATION, {}, async (nginx) => {
    folder = nginx.folder;
    await body(nginx);
  }, (line) => told.push(line));
  await assert.rejects(outer, reason);
  look(told.join('\n'), folder);
  fs.rmSync(folder, { recursive: true });
}

test('a worker that crashed fails a test', () =>
  fails(/\[alert\].*exited on signal 9/, async (nginx) => {
    const [killed] = nginx.workers();
    process.kill(killed, 'SIGKILL');
    await until(() => nginx.workers().some((pid) => pid !== killed), 'another worker');
  }));

for (const trouble of ['[alert] 1#1: something', '[emerg] 1#1: something', '[alert] 1#1: *7 open socket #9 left in connection 3',
  '==1==ERROR: AddressSanitizer: heap-use-after-free', 'hub.cpp:1:1: runtime error: signed integer overflow']) {
  test(`"${trouble}" in the log fails a test`, () =>
    fails(new RegExp(trouble.slice(0, 7).replace(/[[\]]/g, '\\$&')), (nginx) =>
      fs.appendFileSync(`${nginx.folder}/error.log`, `${trouble}\n`)));
}

test('a failed test leaves its configuration, its log, and a command that runs it again', () =>
  fails(/as it must/, () => assert.fail('as it must'), (told, folder) => {
    assert.deepEqual(['nginx.conf', 'error.log'].filter((name) => !fs.existsSync(`${folder}/${name}`)), []);
    const [, command] = told.match(/to start it again: (.+)$/);
    execFileSync('sh', ['-c', `${command} -t`], { stdio: 'ignore' });
  }));

test('a test that is good leaves nothing', async () => {
  let folder;
  await withNginx(CONFIGURATION, {}, (nginx) => (folder = nginx.folder));
  assert.equal(fs.existsSync(folder), false);
});
