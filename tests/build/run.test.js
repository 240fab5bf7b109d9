// nginx-conf/run, which `make run` calls: it serves until it is ended, and says in one sentence why it cannot.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

import { ROOT, withNginx } from '../nginx/harness.js';
import { alive } from '../nginx/processes.js';
import { until, within } from '../nginx/wait.js';

const MODULE = process.env.CHAT_MODULE ?? path.join(ROOT, 'build/ngx_http_chat_module.so');

// What `make` leaves behind, in a folder of its own.
const build = fs.mkdtempSync(path.join(os.tmpdir(), 'chat-run-'));
fs.chmodSync(build, 0o755);
fs.copyFileSync(MODULE, path.join(build, 'ngx_http_chat_module.so'));
after(() => fs.rmSync(build, { recursive: true }));

function script(name, ...parameters) {
  return spawnSync(path.join(ROOT, 'nginx-conf', name), parameters, { encoding: 'utf8' });
}

const run = (address, port) => script('run', build, address, String(port));

async function freePort() {
  const server = net.createServer();
  const port = await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('it says where it listens when it does, serves page and chat, and goes with who started it', async () => {
  const port = await freePort();
  const child = spawn(path.join(ROOT, 'nginx-conf/run'), [build, '127.0.0.1', String(port)]);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
  await until(() => said.includes(`https://127.0.0.1:${port}/`) || child.exitCode !== null, 'the address');
  const health = script('health', `127.0.0.1:${port}`);
  assert.equal(health.status, 0, `${health.stdout}${said}`);

  const pid = Number(fs.readFileSync(path.join(build, 'run/nginx.pid'), 'utf8'));
  child.kill('SIGKILL');
  await until(() => !alive(pid), 'nginx to end');
  assert.doesNotMatch(said, /\[(alert|emerg|error|crit)\]/);

  // The certificate is good for a while, so it stays.
  const certificate = path.join(build, 'run/tls/certificate.pem');
  const before = fs.readFileSync(certificate, 'utf8');
  assert.equal(script('certificate', path.dirname(certificate)).status, 0);
  assert.equal(fs.readFileSync(certificate, 'utf8'), before);
});

test('Ctrl-C ends it', async () => {
  const port = await freePort();
  const command = `'${ROOT}/nginx-conf/run' '${build}' 127.0.0.1 ${port}`;
  const terminal = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null']);
  let said = '';
  terminal.stdout.on('data', (text) => (said += text));
  await until(() => said.includes('Ctrl-C ends it.') || terminal.exitCode !== null, 'the address');
  const pid = Number(fs.readFileSync(path.join(build, 'run/nginx.pid'), 'utf8'));
  const closed = new Promise((resolve) => terminal.on('close', resolve));
  terminal.stdin.write('\x03');
  assert.equal(await within(closed, 'the end'), 0, said);
  assert.match(said, /Chatsj has ended\.\r?\n$/);
  assert.equal(alive(pid), false);
});

test('a health check of nothing fails', async () => {
  const { status, stdout } = script('health', `127.0.0.1:${await freePort()}`);
  assert.equal(status, 1);
  assert.equal(stdout, 'the page: no answer\n');
});

test('a port that is taken', async () => {
  await withNginx('server { listen 127.0.0.1:%port%; }', {}, (nginx) => {
    const { status, stderr } = run('127.0.0.1', nginx.port);
    assert.equal(status, 1);
    assert.equal(stderr, `Port ${nginx.port} of 127.0.0.1 is taken: make run PORT=${nginx.port + 1} takes another.\n`);
  });
});

for (const port of ['0', '65536', 'https', '']) {
  test(`"${port}" for a port`, () => {
    const { status, stderr } = run('127.0.0.1', port);
    assert.equal(status, 1);
    assert.equal(stderr, `PORT=${port} is not a port: 1 to 65535.\n`);
  });
}

test('an address of another machine', async () => {
  const { status, stderr } = run('192.0.2.1', await freePort());
  assert.equal(status, 1);
  assert.equal(stderr, "ADDRESS=192.0.2.1 is none of this machine's addresses.\n");
});

test('a word that is no address', async () => {
  const { status, stderr } = run('no.such.host.invalid', await freePort());
  assert.equal(status, 1);
  assert.equal(stderr, 'ADDRESS=no.such.host.invalid is not an address.\n');
});

// A checkout that anybody may read, run by somebody who has no rights.
function runWithoutRights(name, prepare, port) {
  const checkout = fs.mkdtempSync(path.join(build, `${name}-`));
  fs.chmodSync(checkout, 0o755);
  for (const each of ['nginx-conf', 'html']) fs.cpSync(path.join(ROOT, each), path.join(checkout, each), { recursive: true });
  const own = path.join(checkout, 'build');
  fs.mkdirSync(own);
  fs.copyFileSync(MODULE, path.join(own, 'ngx_http_chat_module.so'));
  prepare(own);
  const command = [path.join(checkout, 'nginx-conf/run'), own, '127.0.0.1', String(port)];
  if (process.getuid() === 0) command.unshift('setpriv', '--reuid', 'www-data', '--regid', 'www-data', '--clear-groups');
  return { own, ...spawnSync(command[0], command.slice(1), { encoding: 'utf8' }) };
}

const ofEverybody = (own) => fs.chmodSync(own, 0o777);

// In some containers anybody may have any port.
const privileged = Number(fs.readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8')) - 1;
if (privileged > 0) {
  test('a port that takes rights', () => {
    const { status, stderr } = runWithoutRights('port', ofEverybody, privileged);
    assert.equal(status, 1);
    assert.equal(stderr, `Port ${privileged} takes root's rights: make run PORT=8443 does not.\n`);
  });
}

test('a folder of somebody else', async () => {
  const { status, stderr, own } = runWithoutRights('folder', (folder) => fs.chmodSync(folder, 0o555), await freePort());
  assert.equal(status, 1);
  assert.equal(stderr, `${own}/run cannot be written to: make clean as who made it.\n`);
});

test('a module that is none', async () => {
  const breakModule = (own) => {
    ofEverybody(own);
    fs.writeFileSync(path.join(own, 'ngx_http_chat_module.so'), 'no module');
  };
  const { status, stderr } = runWithoutRights('module', breakModule, await freePort());
  assert.equal(status, 1);
  assert.equal(stderr, 'The module cannot be loaded here, as if it was built elsewhere: make clean, then make run.\n');
});

test('the example of a site is good as it stands', () => {
  const folder = path.join(build, 'site');
  fs.mkdirSync(folder);
  const { status } = script('certificate', path.join(folder, 'tls'));
  assert.equal(status, 0);
  fs.symlinkSync(path.join(ROOT, 'nginx-conf/snippets'), path.join(folder, 'snippets'));
  // Its own certificate is on its own machine, and port 80 and 443 are another's here.
  const site = fs.readFileSync(path.join(ROOT, 'nginx-conf/site.conf'), 'utf8')
    .replace('/etc/ssl/certs/chat.example.org.pem', 'tls/certificate.pem')
    .replace('/etc/ssl/private/chat.example.org.key', 'tls/key.pem')
    .replaceAll(/listen (\[::\]:)?(80|443)/g, (_, v6, port) => `listen unix:${folder}/${v6 ? 'v6' : 'v4'}-${port}`);
  fs.writeFileSync(path.join(folder, 'nginx.conf'), `load_module ${MODULE};
    pid nginx.pid; error_log stderr; events {}
    http { client_body_temp_path body; chat_zone chat:1m; ${site} }`);
  const binary = process.env.NGINX_BINARY ?? '/usr/sbin/nginx';
  const nginx = spawnSync(binary, ['-t', '-p', folder, '-c', path.join(folder, 'nginx.conf'), '-e', 'stderr'], {
    encoding: 'utf8',
  });
  assert.equal(nginx.status, 0, nginx.stderr);
  assert.doesNotMatch(nginx.stderr, /\[(warn|emerg)\]/);
});
