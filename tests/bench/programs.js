// The programs of the bench, as processes that speak in lines.

import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { ROOT } from '../nginx/harness.js';

const FOLDER = path.join(ROOT, 'build/bench');

export class Interrupted extends Error {}

// A process on one core. It ends by itself, or when its input does.
class Program {
  static #running = new Set();
  static #interrupted = false;

  #child;
  #name;
  #lines;
  #errors = '';
  #ended;

  constructor(core, name, words) {
    Program.check();
    this.#name = name;
    this.#child = spawn('taskset', ['-c', core, path.join(FOLDER, name), ...words]);
    this.#child.stdin.on('error', () => {});  // it has ended: `line` tells
    this.#child.stderr.on('data', (text) => (this.#errors += text));
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    this.#ended = new Promise((resolve) => this.#child.on('close', resolve).on('error', resolve));
    Program.#running.add(this);
    this.#ended.then(() => Program.#running.delete(this));
  }

  // Ends all that run and lets none start: who waits for one is thrown Interrupted.
  static interrupt() {
    Program.#interrupted = true;
    for (const program of Program.#running) program.#child.kill();
  }

  static check() {
    if (Program.#interrupted) throw new Interrupted();
  }

  get pid() {
    return this.#child.pid;
  }

  // Its next line of output. Throws when it has ended instead.
  async line() {
    const { value, done } = await this.#lines.next();
    Program.check();
    if (!done) return value;
    await this.#ended;
    throw new Error(`${this.#name}: ${this.#errors.trim() || 'ended before its time'}`);
  }

  // Says a line, and gives the answer.
  ask(line) {
    this.#child.stdin.write(`${line}\n`);
    return this.line();
  }

  close() {
    this.#child.stdin.end();
    return this.#ended;
  }
}

export const interrupt = () => Program.interrupt();
export const check = () => Program.check();

// A bare relay that listens: {port, pid, close}.
export async function startRelay(core) {
  const relay = new Program(core, 'relay', []);
  return { port: Number(await relay.line()), pid: relay.pid, close: () => relay.close() };
}

function words({ port, path = '/chat', server, bare, tls, ...rest }) {
  const list = [`port=${port}`, `path=${path}`];
  if (server) list.push(`server=${server}`);
  for (const [name, value] of Object.entries(rest)) list.push(`${name}=${value}`);
  if (bare) list.push('bare');
  if (tls) list.push('tls');
  return list;
}

// Lets pairs talk; `talk` holds what load.cpp takes. Gives {messages, us, busy, cipher}: CPU time a message in
// microseconds, and how much of its core the server used.
export async function measure(core, talk) {
  const load = new Program(core, 'load', ['talk', ...words(talk)]);
  try {
    const cost = JSON.parse(await load.line());
    const { messages, cipher } = cost;
    return { messages, cipher, us: cost.cpu_ns / messages / 1000, busy: cost.cpu_ns / cost.wall_ns };
  } finally {
    await load.close();
  }
}

// Clients that say nothing.
export class Crowd {
  #load;

  constructor(core, target) {
    this.#load = new Program(core, 'load', ['idle', ...words(target)]);
  }

  // `open COUNT`, `greet`, `pair` or `leave` (crowd.h).
  async step(command) {
    await this.#load.ask(command);
  }

  // How many the server says are online.
  async online() {
    return Number((await this.#load.ask('online')).split(' ')[1]);
  }

  close() {
    return this.#load.close();
  }
}
