// `make install` puts everything where Debian's nginx looks, readable by its workers whatever umask it ran with.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

import { ROOT } from '../nginx/harness.js';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chat-install-'));
after(() => fs.rmSync(folder, { recursive: true }));

function files(below) {
  return fs.readdirSync(below, { withFileTypes: true }).flatMap((entry) => {
    const each = path.join(below, entry.name);
    return entry.isDirectory() ? files(each) : entry.isFile() ? [each] : [];
  });
}

test('installs below DESTDIR', () => {
  const to = path.join(folder, 'new');
  const build = path.dirname(process.env.CHAT_MODULE ?? path.join(ROOT, 'build/ngx_http_chat_module.so'));
  execFileSync('bash', ['-c', 'umask 077; exec make -C "$1" "BUILD=$2" "DESTDIR=$3" install', 'install', ROOT, build, to], {
    env: { ...process.env, MAKEFLAGS: '' },
  });
  const installed = files(to).map((each) => path.relative(to, each));
  for (const wanted of [
    'usr/lib/nginx/modules/ngx_http_chat_module.so',
    'usr/share/nginx/modules-available/mod-http-chat.conf',
    'etc/nginx/snippets/chat.conf',
    'etc/nginx/snippets/chat-tls.conf',
    'usr/share/chatsj/html/index.html',
    'usr/share/chatsj/html/js/main.js',
    'usr/share/chatsj/site.conf',
  ]) {
    assert.ok(installed.includes(wanted), wanted);
  }
  for (const each of files(to)) assert.equal(fs.statSync(each).mode & 0o044, 0o044, `${each} can be read by all`);
  const enabled = path.join(to, 'etc/nginx/modules-enabled/50-mod-http-chat.conf');
  assert.equal(fs.readlinkSync(enabled), '/usr/share/nginx/modules-available/mod-http-chat.conf');
});
