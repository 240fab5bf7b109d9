// Starts a real nginx with the chat module, on ports and in a folder of its own, from the configuration a test gives;
// ends it, and looks through what it logged.
//
//   NGINX_BINARY  the nginx to run; without it /usr/sbin/nginx, or the one in PATH
//   CHAT_MODULE   the module's .so; without it build/ngx_http_chat_module.so; empty when it is linked into that nginx
//
// A configuration is what stands inside `http { }`. In it %port%, %tls_port% and any other %..._port% become free
// ports of 127.0.0.1, %folder% the folder, %certificate% and %key% the files of a certificate for localhost. Or it is a
// function that writes a whole nginx.conf by itself: it gets {folder, module, certificate, key, tls_port}.

import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { alive, masters, memory, workers } from './processes.js';
import { until } from './wait.js';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

const BINARY =
  process.env.NGINX_BINARY ?? (fs.existsSync('/usr/sbin/nginx') ? '/usr/sbin/nginx' : inPath('nginx'));
const MODULE = process.env.CHAT_MODULE ?? path.join(ROOT, 'build/ngx_http_chat_module.so');

// Whether that nginx runs under AddressSanitizer, which needs memory of its own.
export const SANITIZED = fs.existsSync(BINARY) && fs.readFileSync(BINARY).includes('__asan_init');

// Below the range from which the kernel gives ports to outgoing connections.
const PORT_FIRST = 10_000;
const PORT_COUNT = 20_000;
const START_TRIES = 5;

// What no log may contain: a worker that crashed, that forgot a connection, or that a sanitizer complained about.
const TROUBLE = /\[alert\]|\[emerg\]|exited on signal|open socket|Sanitizer|runtime error/;

const started = new Set();

function inPath(name) {
  const folder = (process.env.PATH ?? '').split(':').find((each) => fs.existsSync(path.join(each, name)));
  return folder ? path.join(folder, name) : name;
}

// Made once for each process: a certificate for localhost and 127.0.0.1, with its key.
let pair;
export function certificate() {
  pair ??= makeCertificate();
  return pair;
}

function makeCertificate() {
  const openssl = spawnSync(
    'openssl',
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', '-', '-out', '-']
      .concat(['-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']),
    { encoding: 'latin1' },
  );
  const block = (name) => openssl.stdout.match(new RegExp(`-----BEGIN ${name}-----[^]*?-----END ${name}-----\n`))?.[0];
  if (openssl.status !== 0) throw new Error(`openssl made no certificate: ${openssl.stderr ?? openssl.error}`);
  return { certificate: block('CERTIFICATE'), key: block('PRIVATE KEY') };
}

function listens(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

// A port of 127.0.0.1 that nobody has, and that is not in `taken`; it is put there.
export async function freePort(taken = new Set()) {
  for (;;) {
    const port = PORT_FIRST + Math.floor(Math.random() * PORT_COUNT);
    if (taken.has(port)) continue;
    const server = net.createServer();
    const free = await new Promise((resolve) => {
      server.on('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!free) continue;
    await new Promise((resolve) => server.close(resolve));
    taken.add(port);
    return port;
  }
}

// A folder with an nginx.conf made from a test's configuration.
class Folder {
  #ports = {};

  static async make(configuration, options = {}) {
    const folder = new Folder();
    folder.path = fs.mkdtempSync(path.join(os.tmpdir(), 'chat-nginx-'));
    fs.chmodSync(folder.path, 0o755);  // workers run as somebody else
    fs.mkdirSync(folder.in('temp'));
    const { certificate: text, key } = certificate();
    fs.writeFileSync(folder.in('certificate.pem'), text);
    fs.writeFileSync(folder.in('key.pem'), key, { mode: 0o600 });
    await folder.configure(configuration, options);
    return folder;
  }

  in(name) {
    return path.join(this.path, name);
  }

  get ports() {
    return this.#ports;
  }

  get conf() {
    return this.in('nginx.conf');
  }

  // What starts this nginx by hand, in the foreground.
  get arguments() {
    return ['-p', this.path, '-e', this.in('error.log'), '-c', this.conf];
  }

  get command() {
    return [BINARY, ...this.arguments].join(' ');
  }

  // Writes nginx.conf; the names of ports keep their ports when it is written again.
  async configure(configuration, options = {}) {
    const whole = typeof configuration === 'function';
    const text = whole ? '%tls_port%' : template(configuration, options);
    const taken = new Set(Object.values(this.#ports));
    for (const [, name] of text.matchAll(/%((?:\w+_)?port)%/g)) this.#ports[name] ??= await freePort(taken);
    const values = {
      ...this.#ports,
      folder: this.path,
      certificate: this.in('certificate.pem'),
      key: this.in('key.pem'),
    };
    if (whole) return configuration({ ...values, module: MODULE });
    fs.writeFileSync(this.conf, text.replace(/%(\w+)%/g, (name, inner) => values[inner] ?? name));
  }

  async changePorts(configuration, options) {
    this.#ports = {};
    await this.configure(configuration, options);
  }

  read(name) {
    return fs.existsSync(this.in(name)) ? fs.readFileSync(this.in(name), 'utf8') : '';
  }

  log() {
    return this.read('error.log') + this.read('stderr.log');
  }

  remove() {
    fs.rmSync(this.path, { recursive: true, force: true });
  }
}

function template(configuration, { workers = 1, connections = 1024, daemon = false, main = '' }) {
  const load = MODULE === '' ? '' : `load_module ${MODULE};`;
  const user = process.getuid() === 0 ? 'user www-data;' : '';
  // nginx keeps these to itself otherwise, and the binary that USR2 starts runs without.
  const env = SANITIZED ? 'env ASAN_OPTIONS; env LSAN_OPTIONS; env UBSAN_OPTIONS;' : '';
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `    ${name}_temp_path %folder%/temp/${name};`);
  // On a slow machine some wait longer than the usual ping takes, and it is not what they wait for.
  const quiet = configuration.includes('chat_ping') ? '' : '    chat_ping 10m;';
  return `${load}
${user}
daemon ${daemon ? 'on' : 'off'};
pid %folder%/nginx.pid;
error_log %folder%/error.log info;
worker_processes ${workers};
${env}
${main}
events {
    worker_connections ${connections};
}
http {
${temp.join('\n')}
    access_log off;
${quiet}
${configuration}
}
`;
}

export class Nginx {
  #folder;
  #configuration;
  #options;
  #closers = new Set();

  // Gives an nginx that listens. Options: `workers` (1; or 'auto') and `connections` (1024) of each, `main` for directives
  // outside of `http`, `through` for what runs it ([program, ...arguments], to enter another network namespace), `allow`
  // for the one pattern of trouble in the log that a test provokes, `daemon` for one that can be upgraded: nginx does not
  // take USR2 from the process that started it.
  static async start(configuration, options = {}) {
    const nginx = new Nginx();
    nginx.#configuration = configuration;
    nginx.#options = options;
    nginx.#folder = await Folder.make(configuration, options);
    for (let tries = 1; ; tries++) {
      const problem = await nginx.#launch();
      if (!problem) return nginx;
      if (tries === START_TRIES || !problem.includes('Address already in use')) {
        throw new Error(`nginx did not start:\n${problem}\nto see it again: ${nginx.command}`);
      }
      for (const name of ['error.log', 'stderr.log']) fs.rmSync(nginx.#folder.in(name), { force: true });
      await nginx.#folder.changePorts(configuration, options);
    }
  }

  get folder() {
    return this.#folder.path;
  }

  get command() {
    return this.#folder.command;
  }

  get port() {
    return this.#folder.ports.port;
  }

  get tlsPort() {
    return this.#folder.ports.tls_port;
  }

  get ports() {
    return this.#folder.ports;
  }

  // What was logged so far.
  log() {
    return this.#folder.log();
  }

  // As many as nginx itself counts.
  get #workerCount() {
    const { workers: count = 1 } = this.#options;
    return count === 'auto' ? os.cpus().length : count;
  }

  // The workers that take connections, as pids.
  workers() {
    return workers(this.folder).serving;
  }

  // The workers that finish what they have, as pids.
  leavingWorkers() {
    return workers(this.folder).leaving;
  }

  masters() {
    return masters(this.folder);
  }

  // The memory of all workers together.
  memory() {
    const each = this.workers().map(memory);
    return { rss: each.reduce((sum, { rss }) => sum + rss, 0), pss: each.reduce((sum, { pss }) => sum + pss, 0) };
  }

  // Something to close, by its close(), before nginx is asked to quit.
  closeAtStop(client) {
    this.#closers.add(client);
    return client;
  }

  // Writes another configuration, to be read at the next reload.
  async configure(configuration) {
    await this.#folder.configure(configuration, this.#options);
    this.#configuration = configuration;
  }

  // Reads the configuration anew; a new one can be given. Gives the new workers once they alone serve.
  async reload(configuration = this.#configuration) {
    const before = new Set(this.workers());
    await this.configure(configuration);
    this.signal('SIGHUP');
    return until(() => {
      const serving = this.workers();
      return serving.length === this.#workerCount && !serving.some((pid) => before.has(pid)) && serving;
    }, 'new workers instead of the old');
  }

  // Starts the binary anew beside the running one (USR2), then lets the old one finish (QUIT). Gives its pid.
  async upgrade() {
    const [old] = this.masters();
    process.kill(old, 'SIGUSR2');
    const fresh = await until(() => this.masters().find((pid) => pid !== old), 'a new master after USR2');
    await until(() => workers(this.folder).serving.length === 2 * this.#workerCount, 'its workers');
    process.kill(old, 'SIGQUIT');
    return { old, fresh };
  }

  // To all its masters; one, unless a binary upgrade is under way.
  signal(name) {
    for (const pid of this.masters()) process.kill(pid, name);
  }

  exited() {
    return until(() => this.masters().length === 0, 'nginx to exit');
  }

  // Quits. Fails when nginx does not, or when something in its log is trouble. The folder stays if that is so, or if
  // the test has failed.
  async stop({ failed = false } = {}) {
    for (const client of this.#closers) await client.close();
    const everybody = [...this.masters(), ...this.workers(), ...this.leavingWorkers()];
    this.signal('SIGQUIT');
    const quit = await this.exited().then(() => true, () => false);
    if (!quit) await this.#terminate(everybody);
    started.delete(this);

    const trouble = this.log().split('\n').filter((line) => TROUBLE.test(line) && !this.#options.allow?.test(line));
    if (!quit) trouble.unshift('nginx did not quit when asked');
    if (trouble.length === 0 && !failed) return this.#folder.remove();
    if (trouble.length > 0) throw new Error(`${trouble.slice(0, 20).join('\n')}\nto see it again: ${this.command}`);
  }

  async #terminate(everybody) {
    this.signal('SIGTERM');
    await this.exited().catch(() => {});
    for (const pid of everybody) if (alive(pid)) process.kill(pid, 'SIGKILL');
  }

  // Gives nothing when nginx listens, or what it said when it did not come up.
  async #launch() {
    const errors = fs.openSync(this.#folder.in('stderr.log'), 'a');
    const [program, ...words] = [...(this.#options.through ?? []), BINARY, ...this.#folder.arguments];
    const child = spawn(program, words, { stdio: ['ignore', errors, errors] });
    fs.closeSync(errors);
    let ended = false;
    child.on('exit', (code) => (ended = code !== 0)).on('error', () => (ended = true));
    child.unref();
    endWithUs(this);

    await until(() => ended || workers(this.folder).serving.length === this.#workerCount, 'workers');
    for (const port of Object.values(this.#folder.ports)) await until(async () => ended || listens(port), `port ${port}`);
    return ended ? this.log() || `${BINARY} cannot be run` : null;
  }
}

// When the test's process goes before its time, its nginx goes too.
function endWithUs(nginx) {
  if (started.size === 0 && process.listenerCount('SIGTERM') === 0) {
    process.on('exit', () => started.forEach((each) => each.signal('SIGTERM')));
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(name, () => process.exit(1));
  }
  started.add(nginx);
}

// Runs `body` with an nginx of its own. What is thrown by either the body or the teardown fails the test, and then
// `tell` is called with where everything lies and how to start it again.
export async function withNginx(configuration, options, body, tell = console.error) {
  const nginx = await Nginx.start(configuration, options);
  let failed = true;
  try {
    await body(nginx);
    failed = false;
  } finally {
    try {
      await nginx.stop({ failed });
    } catch (error) {
      if (!failed) {
        failed = true;
        throw error;
      }
      tell(error.message);
    } finally {
      if (failed) tell(`kept in ${nginx.folder}; to start it again: ${nginx.command}`);
    }
  }
}

// A test with an nginx of its own.
export function nginxTest(name, configuration, ...rest) {
  const body = rest.pop();
  const [options = {}] = rest;
  test(name, (t) => withNginx(configuration, options, (nginx) => body(nginx, t), (line) => t.diagnostic(line)));
}

// What `nginx -t` says of a configuration: {ok, text}, and `line(text)` gives the number of the last line of nginx.conf
// that contains a text.
export async function checkConfiguration(configuration, options = {}) {
  const folder = await Folder.make(configuration, options);
  const lines = folder.read('nginx.conf').split('\n');
  const child = spawn(BINARY, ['-t', '-p', folder.path, '-e', 'stderr', '-c', folder.conf]);
  let text = '';
  child.stderr.on('data', (bytes) => (text += bytes));
  const [status, signal] = await new Promise((resolve, reject) => {
    child.on('close', (...end) => resolve(end)).on('error', reject);
  });
  folder.remove();
  if (signal) throw new Error(`nginx -t crashed (${signal}) with${configuration}`);
  const line = (wanted) => lines.length - [...lines].reverse().findIndex((each) => each.includes(wanted));
  return { ok: status === 0, text, line };
}
