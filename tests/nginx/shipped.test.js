// nginx-conf/ as it is shipped: a whole nginx that serves the page and the chat over TLS.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';

import { Client } from './client.js';
import { ROOT, certificate, nginxTest } from './harness.js';
import { Person, meet } from './person.js';

// It says `worker_processes auto`.
const workers = os.cpus().length;

// As nginx-conf/run does it, with the page where workers can read it.
function shipped({ folder, module, certificate, key, tls_port: port }) {
  const html = path.join(folder, 'page');
  fs.cpSync(path.join(ROOT, 'html'), html, { recursive: true });
  execFileSync(path.join(ROOT, 'nginx-conf/prepare'), [folder, module || '/dev/null', html, `127.0.0.1:${port}`]);
  fs.mkdirSync(path.join(folder, 'tls'));
  fs.symlinkSync(certificate, path.join(folder, 'tls/certificate.pem'));
  fs.symlinkSync(key, path.join(folder, 'tls/key.pem'));

  // nginx.conf is told where to run by the command line; the tests have none of their own. A static module is not loaded.
  const conf = path.join(folder, 'nginx.conf');
  let text = `daemon off;\n${fs.readFileSync(conf, 'utf8')}`;
  if (module === '') text = text.replace(/^load_module .*$/m, '');
  fs.unlinkSync(conf);
  fs.writeFileSync(conf, text);
}

function get(nginx, target, options = {}) {
  return new Promise((resolve, reject) => {
    const request = https.get(
      { host: '127.0.0.1', port: nginx.tlsPort, path: target, servername: 'localhost', agent: false,
        ca: certificate().certificate, headers: { Host: 'localhost' }, ...options },
      (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => resolve({
          status: response.statusCode,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }));
      },
    );
    request.on('error', reject);
  });
}

// The rules for a page that loads its own files, and nothing else.
function isGuarded({ headers }) {
  assert.match(headers['strict-transport-security'], /^max-age=\d{8,}\b/);
  assert.equal(headers['referrer-policy'], 'no-referrer');
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.equal(headers.server, 'nginx', 'no version');
  assert.equal(headers['set-cookie'], undefined);

  const policy = Object.fromEntries(
    headers['content-security-policy'].split(';').map((each) => each.trim().split(/ (.*)/s)),
  );
  assert.equal(policy['default-src'], "'none'");
  for (const name of ['base-uri', 'form-action', 'frame-ancestors']) assert.equal(policy[name], "'none'");
  for (const [name, value] of Object.entries(policy)) assert.match(value, /^'(self|none)'$/, `${name} without an exception`);
}

nginxTest('the page comes over TLS with every header that guards it', shipped, { workers }, async (nginx) => {
  const page = await get(nginx, '/');
  assert.equal(page.status, 200);
  assert.equal(page.headers['content-type'], 'text/html; charset=utf-8');
  assert.equal(page.body, fs.readFileSync(path.join(ROOT, 'html/index.html'), 'utf8'));
  isGuarded(page);
});

const TYPES = {
  '.html': /^text\/html; charset=utf-8$/,
  '.css': /^text\/css; charset=utf-8$/,
  '.js': /^text\/javascript; charset=utf-8$/,
  '.svg': /^image\/svg\+xml/,
};

function* files(folder) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const name = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* files(name);
    else if (entry.isFile()) yield name;
  }
}

nginxTest('each file of the page comes with its type and the same headers', shipped, { workers }, async (nginx) => {
  const html = path.join(ROOT, 'html');
  for (const file of files(html)) {
    const type = TYPES[path.extname(file)];
    if (!type || file.endsWith('404.html')) continue;
    const response = await get(nginx, `/${path.relative(html, file)}`);
    assert.equal(response.status, 200, file);
    assert.match(response.headers['content-type'], type, file);
    isGuarded(response);
  }
});

nginxTest('what is not there is said so, as guarded as the rest', shipped, { workers }, async (nginx) => {
  for (const target of ['/nothing', '/js/nothing.js', '/.git/config', '/../nginx.conf', '/404.html']) {
    const response = await get(nginx, target);
    assert.ok([400, 404].includes(response.status), `${target}: ${response.status}`);
    if (response.status === 404) isGuarded(response);
  }
});

nginxTest('TLS 1.2 and 1.3 are spoken, nothing older', shipped, { workers }, async (nginx) => {
  const connect = (version, ciphers) => new Promise((resolve, reject) => {
    const socket = tls.connect({
      port: nginx.tlsPort, host: '127.0.0.1', servername: 'localhost', ca: certificate().certificate,
      minVersion: version, maxVersion: version, ciphers,
    });
    socket.on('secureConnect', () => resolve(socket.getProtocol())).on('error', reject);
    socket.on('secureConnect', () => socket.destroy());
  });
  assert.equal(await connect('TLSv1.3'), 'TLSv1.3');
  assert.equal(await connect('TLSv1.2'), 'TLSv1.2');
  await assert.rejects(connect('TLSv1.1', 'DEFAULT:@SECLEVEL=0'));
  await assert.rejects(connect('TLSv1.2', 'AES128-SHA'));
});

nginxTest('two talk, and nothing of it is written anywhere', shipped, { workers }, async (nginx) => {
  const a = await Person.join(nginx, { secure: true });
  const b = await Person.join(nginx, { secure: true });
  await meet(a, b);
  await a.say(1, 'a word that is nowhere else');
  await b.hears('say 1\na word that is nowhere else');
  await get(nginx, '/');
  await a.leave();
  await b.hears('left');
  for (const file of files(nginx.folder)) {
    const text = fs.readFileSync(file, 'latin1');
    assert.ok(!text.includes('a word that is nowhere else'), file);
    if (file.endsWith('.log')) assert.doesNotMatch(text, /127\.0\.0\.1|GET/, file);
  }
});

nginxTest("only the site's own page may connect", shipped, { workers }, async (nginx) => {
  const host = `localhost:${nginx.tlsPort}`;
  const answers = { [`https://${host}`]: 101, 'https://evil.example': 403, null: 403 };
  for (const [Origin, status] of Object.entries(answers)) {
    const client = nginx.closeAtStop(await Client.open({ port: nginx.tlsPort, secure: true }));
    assert.equal((await client.ask({ headers: { Host: host, Origin } })).status, status, Origin);
  }
});
