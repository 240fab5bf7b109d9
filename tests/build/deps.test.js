// .ci/deps, which `make run`, `make test` and `make check` call: it installs what is missing, or says in one sentence why not.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

import { ROOT } from '../nginx/harness.js';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chat-deps-'));
after(() => fs.rmSync(folder, { recursive: true }));

const INSTALLED = ['bash', 'cat', 'env', 'mktemp', 'rm'];

// Runs it on a machine without a compiler, as somebody who is not root; `programs` are scripts of what else there is.
function run(name, programs) {
  const bin = path.join(folder, name);
  fs.mkdirSync(bin);
  const where = (program) => ['/usr/bin', '/bin'].map((each) => path.join(each, program)).find(fs.existsSync);
  for (const program of INSTALLED) fs.symlinkSync(where(program), path.join(bin, program));
  const all = { id: 'echo 1000', ...programs };
  for (const [program, script] of Object.entries(all)) {
    fs.writeFileSync(path.join(bin, program), `#!${bin}/bash\n${script}\n`, { mode: 0o755 });
  }
  const calls = path.join(folder, `${name}.calls`);
  const done = spawnSync(path.join(bin, 'bash'), [path.join(ROOT, '.ci/deps'), 'build'], {
    encoding: 'utf8',
    env: { PATH: bin, CALLS: calls },
  });
  return { ...done, calls: fs.existsSync(calls) ? fs.readFileSync(calls, 'utf8').trim().split('\n') : [] };
}

const APT = 'echo "$*" >> "$CALLS"';
const SUDO = '"$@"';

test('what is missing is named with its reason, and installed', () => {
  const { status, stdout, stderr, calls } = run('good', { 'apt-get': APT, sudo: SUDO });
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^missing: g\+\+ +compiles C\+\+20$/m);
  assert.match(stdout, /^install g\+\+/m);
  assert.equal(calls[0], '-qq update');
  assert.match(calls[1], /^-qq install --no-install-recommends --yes g\+\+/);
});

test('without apt: what it takes', () => {
  const { status, stderr } = run('elsewhere', {});
  assert.equal(status, 1);
  assert.match(stderr, /^There is no apt here to install them with; these are Debian's names of what is needed: g\+\+.*\n$/);
});

test('without the right to install: the command for who has it', () => {
  const { status, stderr, calls } = run('rights', { 'apt-get': APT });
  assert.equal(status, 1);
  assert.match(stderr, /^Neither root nor sudo is here to install them: as root, apt-get install g\+\+.*\n$/);
  assert.deepEqual(calls, []);
});

test('an archive that does not answer: what apt said, and what is missing', () => {
  const { status, stderr } = run('archive', { 'apt-get': 'echo "E: no archive"; exit 100', sudo: SUDO });
  assert.equal(status, 1);
  assert.match(stderr, /^E: no archive\nThey could not be installed: g\+\+.*\n$/);
});
