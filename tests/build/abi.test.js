// A module that was compiled for another nginx refuses to start, with a sentence that says why.
//
// Distributions patch nginx without a change of its version: Debian's ngx_connection_t has a bit field more than the
// original of the same number. So here the one file that looks is compiled as the original would have it, with
// ngx_connection.h in a copy that lacks that field, and linked with the rest of what `make` built.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const MODULE = process.env.CHAT_MODULE ?? path.join(ROOT, 'build/ngx_http_chat_module.so');
const BUILT = path.join(path.dirname(MODULE), 'module');
const SOURCE = process.env.NGINX_SOURCE ?? '/usr/share/nginx/src';
const BINARY = process.env.NGINX_BINARY ?? '/usr/sbin/nginx';
const FOLDERS = ['core', 'event', 'event/modules', 'os/unix', 'http', 'http/modules', 'http/v2'];
const FLAGS = ['-std=c++20', '-fno-exceptions', '-fno-rtti', '-fPIC'];

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chat-abi-'));
after(() => fs.rmSync(folder, { recursive: true }));

function objects(file) {
  return fs.statSync(file).isDirectory()
    ? fs.readdirSync(file).flatMap((each) => objects(path.join(file, each)))
    : file.endsWith('.o') ? [file] : [];
}

// The module, with abi.cpp compiled against ngx_connection.h as `change` makes it.
function moduleWith(name, change) {
  const own = path.join(folder, name);
  fs.mkdirSync(own);
  const header = fs.readFileSync(path.join(SOURCE, 'src/core/ngx_connection.h'), 'utf8');
  fs.writeFileSync(path.join(own, 'ngx_connection.h'), change(header));
  const includes = [own, path.join(ROOT, 'src'), BUILT, ...FOLDERS.map((each) => path.join(SOURCE, 'src', each))];
  const abi = path.join(own, 'abi.o');
  execFileSync('g++', [...FLAGS, ...includes.map((each) => `-I${each}`), '-c', path.join(ROOT, 'src/nginx/abi.cpp'), '-o', abi]);
  const others = objects(path.join(BUILT, 'addon')).filter((each) => !each.endsWith('/abi.o'));
  const module = path.join(own, 'module.so');
  const list = path.join(BUILT, 'ngx_http_chat_module_modules.o');
  execFileSync('g++', ['-shared', '-o', module, abi, ...others, list, '-lhiredis', '-lcrypto', '-lutf8proc']);
  return module;
}

function check(module) {
  const configuration = path.join(folder, 'nginx.conf');
  const log = `error_log stderr; pid ${folder}/pid;`;
  fs.writeFileSync(configuration, `load_module ${module}; ${log} events {} http { access_log off; }`);
  return spawnSync(BINARY, ['-t', '-p', folder, '-e', 'stderr', '-c', configuration], { encoding: 'utf8' });
}

test('a module of another layout refuses to start and says why', () => {
  const { status, stderr } = check(moduleWith('other', (header) => {
    const changed = header.replace(/ +unsigned +pipeline:1;\n/, '');
    assert.notEqual(changed, header);
    return changed;
  }));
  assert.equal(status, 1);
  assert.match(stderr, /\[emerg\].*ngx_http_chat_module was built for another nginx than this nginx\/[\d.]+/);
  assert.match(stderr, /build it against the nginx-dev/);
});

test('one of the same layout starts', () => {
  const { status, stderr } = check(moduleWith('same', (header) => header));
  assert.equal(status, 0, stderr);
});
