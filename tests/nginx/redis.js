// A real Redis for a test: on a Unix socket in a folder of its own and, if asked, on a port; it can be killed, stopped in
// its tracks, and started again. And a master with a replica and three sentinels.

import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { freePort } from './harness.js';
import { alive } from './processes.js';
import { Resp } from './resp.js';
import { until } from './wait.js';

const BINARY = process.env.REDIS_BINARY ?? '/usr/bin/redis-server';

const started = new Set();
let watched = false; // the end of the test's process

// A redis-server process, whatever its part is.
class Server {
  #arguments;
  #through;
  #child = null;
  #lines = [];

  // `target` is where it can be reached, as of net.connect. `through` is what runs it: [program, ...arguments].
  constructor({ folder, target, arguments: words, through = [] }) {
    this.folder = folder;
    this.target = target;
    this.#arguments = words;
    this.#through = through;
  }

  get pid() {
    return this.#child?.pid;
  }

  // Starts it, and gives when it answers.
  async begin() {
    const log = fs.openSync(path.join(this.folder, 'redis.log'), 'a');
    const [program, ...words] = [...this.#through, BINARY, ...this.#arguments];
    this.#child = spawn(program, words, { cwd: this.folder, stdio: ['ignore', log, log] });
    fs.closeSync(log);
    let ended = false;
    this.#child.on('error', () => (ended = true)).on('exit', () => (ended = true));
    this.#child.unref();
    endWithUs(this);
    await until(async () => {
      if (ended) throw new Error(`Redis did not start: ${this.log() || BINARY}`);
      return this.#answers();
    }, 'Redis to answer');
  }

  // One that wants a password first answers too.
  #answers() {
    return this.command('PING').then((answer) => answer === 'PONG', ({ message }) => message.startsWith('NOAUTH'));
  }

  log() {
    return fs.readFileSync(path.join(this.folder, 'redis.log'), 'latin1').slice(-2000);
  }

  // One command on a connection of its own; see Resp.
  async command(...words) {
    const line = await Resp.connect(this.target);
    try {
      return await line.command(...words);
    } finally {
      line.close();
    }
  }

  // A connection that stays until the server is stopped.
  async connect() {
    const line = await Resp.connect(this.target);
    this.#lines.push(line);
    return line;
  }

  // Collects each command that Redis carries out from now on: `lines`, as MONITOR writes them, and `mark()`, which gives
  // all that came since the last time, and is certain that nothing of before is missing.
  async monitor() {
    const line = await this.connect();
    const monitor = new Monitor(this);
    line.onPush = (text) => monitor.lines.push(text);
    await line.command('MONITOR');
    return monitor;
  }

  // Ends it as its owner would; it is gone when this gives.
  async stop() {
    for (const line of this.#lines.splice(0)) line.close();
    this.resume();
    await this.#end('SIGTERM');
  }

  // Ends it as a crash would.
  kill() {
    return this.#end('SIGKILL');
  }

  // It does nothing any more, and its connections stay.
  pause() {
    if (alive(this.pid)) process.kill(this.pid, 'SIGSTOP');
  }

  resume() {
    if (alive(this.pid)) process.kill(this.pid, 'SIGCONT');
  }

  // At once, for when the test's process goes.
  abandon() {
    if (alive(this.pid)) process.kill(this.pid, 'SIGKILL');
  }

  async #end(signal) {
    if (alive(this.pid)) process.kill(this.pid, signal);
    await until(() => !alive(this.pid), `Redis to end after ${signal}`);
    started.delete(this);
  }
}

class Monitor {
  lines = [];
  #server;
  #marks = 0;

  constructor(server) {
    this.#server = server;
  }

  async mark() {
    const word = `mark-${++this.#marks}`;
    await this.#server.command('ECHO', word);
    await until(() => this.lines.some((line) => line.includes(word)), 'MONITOR to come so far');
    const all = this.lines.splice(0);
    return all.filter((line) => !line.includes(word) && !/ "(?:MONITOR|PING)"$/i.test(line));
  }
}

// When the test's process goes before its time, its Redis goes too.
function endWithUs(server) {
  if (!watched) process.once('exit', () => started.forEach((each) => each.abandon()));
  watched = true;
  started.add(server);
}

function makeFolder() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chat-redis-'));
  fs.chmodSync(folder, 0o755);  // nginx's workers are somebody else
  return folder;
}

export class Redis {
  // Options: `port` (true: also on a free port of 127.0.0.1), `arguments` for redis-server, `through` and `address` for
  // one in another network namespace, where it listens on that address at port 6379.
  static async start({ port = false, arguments: more = [], through, address } = {}) {
    const redis = new Redis();
    redis.folder = makeFolder();
    redis.socket = path.join(redis.folder, 'redis.sock');
    redis.host = address ?? '127.0.0.1';
    redis.port = address ? 6379 : port ? await freePort() : 0;
    const words = ['--port', redis.port, '--bind', redis.host, '--unixsocket', redis.socket, '--unixsocketperm', 777]
      .concat(['--save', '', '--appendonly', 'no', '--dir', redis.folder])
      .concat(address ? ['--protected-mode', 'no'] : [])
      .concat(more)
      .map(String);
    redis.#server = new Server({ folder: redis.folder, target: { path: redis.socket }, arguments: words, through });
    await redis.#server.begin();
    return redis;
  }

  #server;

  // As `chat_redis` takes it.
  get url() {
    return `unix:${this.socket}`;
  }

  get tcpUrl() {
    return `redis://${this.host}:${this.port}`;
  }

  get pid() {
    return this.#server.pid;
  }

  command(...words) {
    return this.#server.command(...words);
  }

  monitor() {
    return this.#server.monitor();
  }

  pause() {
    this.#server.pause();
  }

  resume() {
    this.#server.resume();
  }

  kill() {
    return this.#server.kill();
  }

  // Starts it again, after a kill or as it is; `empty` without what it held.
  async restart({ empty = false } = {}) {
    if (alive(this.pid)) {
      if (!empty) await this.command('SAVE');
      await this.#server.stop();
    }
    if (empty) fs.rmSync(path.join(this.folder, 'dump.rdb'), { force: true });
    await this.#server.begin();
  }

  // All keys, each with its type and the seconds it has to live (-1: for ever).
  async keys() {
    const found = [];
    for (const key of await this.command('KEYS', '*')) {
      const ttl = await this.command('TTL', key);
      const type = await this.command('TYPE', key);
      if (type !== 'none') found.push({ key, type, ttl });
    }
    return found;
  }

  // How many commands of a kind it has carried out, by their names in lower case.
  async calls() {
    const text = await this.command('INFO', 'commandstats');
    return Object.fromEntries([...text.matchAll(/^cmdstat_(\S+?):calls=(\d+)/gm)].map(([, name, calls]) => [name, Number(calls)]));
  }

  async stop({ failed = false } = {}) {
    await this.#server.stop();
    if (!failed) fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

const SENTINELS = 3;
const QUORUM = 2;
const MASTER = 'chat';

// A master, a replica, and three sentinels of which two have to agree.
export class Sentinels {
  #folder = makeFolder();
  #servers = [];
  #sentinels = [];

  // `password` is that of master and replica, and `sentinelPassword` that of the sentinels.
  static async start({ password, sentinelPassword } = {}) {
    const all = new Sentinels();
    try {
      const [master, replica] = [await all.#serve(password), await all.#serve(password)];
      await replica.run('REPLICAOF', '127.0.0.1', master.target.port);
      await until(async () => /master_link_status:up/.test(await replica.run('INFO', 'replication')), 'the replica');
      for (let i = 0; i < SENTINELS; i++) await all.#watch(master.target.port, password, sentinelPassword);
      await until(() => all.#agree(), 'the sentinels to know each other and the replica');
      return all;
    } catch (error) {
      await all.stop({ failed: true });
      throw error;
    }
  }

  // As `chat_redis` takes it.
  get url() {
    return `sentinel://${this.#sentinels.map(({ target }) => `127.0.0.1:${target.port}`).join(',')}/${MASTER}`;
  }

  get folder() {
    return this.#folder;
  }

  // A command for the master that the sentinels name.
  async command(...words) {
    const port = await this.masterPort();
    return this.#servers.find(({ target }) => target.port === port).run(...words);
  }

  // Where the master is, once all sentinels name the same.
  masterPort() {
    return until(async () => {
      const named = await Promise.all(this.#sentinels.map((each) => each.run('SENTINEL', 'get-master-addr-by-name', MASTER)));
      const ports = new Set(named.map(([, port]) => Number(port)));
      return ports.size === 1 && [...ports][0];
    }, 'the sentinels to name one master');
  }

  // The master dies; gives when its replica is the master for all.
  async failOver() {
    const before = await this.masterPort();
    await this.#servers.find(({ target }) => target.port === before).server.kill();
    await until(async () => (await this.masterPort()) !== before, 'another master');
    await until(async () => /role:master/.test(await this.command('INFO', 'replication')), 'it to be a master');
  }

  // A sentinel dies; the others go on.
  killSentinel() {
    const [{ server }] = this.#sentinels.splice(0, 1);
    return server.kill();
  }

  async stop({ failed = false } = {}) {
    for (const { server } of [...this.#sentinels, ...this.#servers]) await server.kill();
    if (!failed) fs.rmSync(this.#folder, { recursive: true, force: true });
  }

  async #serve(password) {
    const words = ['--save', '', '--appendonly', 'no', '--repl-diskless-sync-delay', '0'];
    if (password) words.push('--requirepass', password, '--masterauth', password);
    return this.#add(this.#servers, words, password);
  }

  async #watch(port, password, sentinelPassword) {
    const lines = [
      `sentinel monitor ${MASTER} 127.0.0.1 ${port} ${QUORUM}`,
      `sentinel down-after-milliseconds ${MASTER} 500`,
      `sentinel failover-timeout ${MASTER} 2000`,
    ];
    if (password) lines.push(`sentinel auth-pass ${MASTER} ${password}`);
    if (sentinelPassword) lines.push(`requirepass ${sentinelPassword}`, `sentinel sentinel-pass ${sentinelPassword}`);
    await this.#add(this.#sentinels, null, sentinelPassword, lines);
  }

  async #add(to, words, password, lines = []) {
    const port = await freePort();
    const folder = path.join(this.#folder, String(port));
    fs.mkdirSync(folder);
    const target = { port, host: '127.0.0.1' };
    const place = [`port ${port}`, 'bind 127.0.0.1', `dir ${folder}`];
    const conf = path.join(folder, 'redis.conf');
    fs.writeFileSync(conf, [...place, ...lines, ''].join('\n'));
    const server = new Server({ folder, target, arguments: [conf, ...(words ?? ['--sentinel'])] });
    const run = async (...command) => {
      const line = await Resp.connect(target);
      try {
        if (password) await line.command('AUTH', password);
        return await line.command(...command);
      } finally {
        line.close();
      }
    };
    const added = { server, target, run };
    to.push(added);
    await server.begin();
    return added;
  }

  async #agree() {
    const knows = async (sentinel) => {
      const [text] = await sentinel.run('SENTINEL', 'masters');
      const field = (name) => Number(text[text.indexOf(name) + 1]);
      return field('num-slaves') === 1 && field('num-other-sentinels') === SENTINELS - 1;
    };
    return (await Promise.all(this.#sentinels.map(knows))).every(Boolean);
  }
}
