// A checkout may lie anywhere: nginx's own scripts take a ".c" in a path for a source's name.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

import { ROOT } from '../nginx/harness.js';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chat-path-'));
after(() => fs.rmSync(folder, { recursive: true }));

test('a folder that is called like a source', () => {
  const build = path.join(folder, 'chat.example.com', '.cache');
  const environment = { ...process.env, MAKEFLAGS: '' };
  execFileSync('make', ['-C', ROOT, `BUILD=${build}`, `${build}/module/Makefile`], { env: environment });
  const plan = ['--dry-run', '-C', `${build}/module-source`, '-f', '../module/Makefile', 'modules'];
  const { status, stdout, stderr } = spawnSync('make', plan, { encoding: 'utf8', env: environment });
  assert.equal(status, 0, stderr);
  assert.match(stdout, /-o \.\.\/module\/addon\/chat\/hub\.o/);
});

test('a folder with a space is refused in one sentence', () => {
  const spaced = path.join(folder, 'my chat');
  fs.mkdirSync(spaced);
  fs.copyFileSync(path.join(ROOT, 'Makefile'), path.join(spaced, 'Makefile'));
  const { status, stderr } = spawnSync('make', { cwd: spaced, encoding: 'utf8' });
  assert.equal(status, 2);
  assert.match(stderr, /cannot build in a folder with a space in its path/);
});
