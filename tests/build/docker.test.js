// The Dockerfile: what it copies is there, reaches the builder, and is all that `make` and nginx-conf/serve need.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

import { ROOT } from '../nginx/harness.js';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chat-docker-'));
after(() => fs.rmSync(folder, { recursive: true }));

const dockerfile = fs.readFileSync(path.join(ROOT, 'Dockerfile'), 'utf8');
const sent = fs.readFileSync(path.join(ROOT, '.dockerignore'), 'utf8').split('\n')
  .filter((line) => line.startsWith('!')).map((line) => line.slice(1));

// A folder with what a stage copies from the checkout, each to the place that it has there, and nothing else.
function copied(name, stage) {
  const to = path.join(folder, name);
  for (const [, words] of stage.matchAll(/^COPY (?!--from)(.+)$/gm)) {
    const sources = words.split(' ');
    const destination = sources.pop();
    for (const source of sources) {
      assert.ok(sent.includes(source), `${source} is in .dockerignore`);
      assert.ok([source, `/chatsj/${source}`, './'].includes(destination), words);
      fs.cpSync(path.join(ROOT, source), path.join(to, source), { recursive: true });
    }
  }
  return to;
}

const [, , build, run] = dockerfile.split(/^FROM .*$/m);

test('make has what it needs where the image is built, and says nothing of what is not there', () => {
  // Where its input is a socket, as it would be from here, bash may take itself for a remote shell and read /etc/bash.bashrc.
  const stdio = ['ignore', 'pipe', 'pipe'];
  const env = { ...process.env, MAKEFLAGS: '', BUILD: 'build' };
  const options = { cwd: copied('build', build), encoding: 'utf8', stdio, env };
  const configured = spawnSync('make', ['build/module/Makefile'], options);
  assert.deepEqual([configured.status, configured.stderr], [0, '']);
  const { status, stdout, stderr } = spawnSync('make', ['--dry-run'], options);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /-o \S+\/addon\/nginx\/module\.o/);
});

test('nginx-conf/serve finds what it runs and serves', () => {
  const there = copied('run', run);
  const serve = dockerfile.match(/^CMD \["\/chatsj\/(.+)"\]$/m)[1];
  const health = dockerfile.match(/CMD \["\/chatsj\/(.+?)", "127\.0\.0\.1:8443"\]$/m)[1];
  for (const each of [serve, health, 'nginx-conf/prepare', 'nginx-conf/certificate']) {
    assert.ok(fs.statSync(path.join(there, each)).mode & 0o001, `${each} can be run by anybody`);
  }
  assert.match(fs.readFileSync(path.join(there, serve), 'utf8'), /\/chatsj\/html/);
  assert.ok(fs.existsSync(path.join(there, 'html/index.html')));
  assert.match(dockerfile, /^USER www-data$/m);
});
