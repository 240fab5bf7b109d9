// Two networks that nothing joins but one link, which can be cut and mended: two network namespaces of Linux with a pair
// of veth between them. They end with the processes that hold them. It takes root, and a container takes
// CAP_SYS_ADMIN and CAP_NET_ADMIN.

import { spawn, spawnSync } from 'node:child_process';

import { alive } from './processes.js';
import { until } from './wait.js';

const ADDRESSES = ['10.213.87.1', '10.213.87.2'];  // between these two networks, and nowhere else

const held = new Set();

function run(...words) {
  const { status, stderr, error } = spawnSync(words[0], words.slice(1), { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${words.join(' ')}: ${stderr || error}`);
}

// A process in a network namespace of its own: its pid.
async function hold() {
  const child = spawn('unshare', ['--net', 'sleep', 'infinity'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (bytes) => (complaint += bytes));
  let ended = false;
  child.on('exit', () => (ended = true)).on('error', (error) => (ended = complaint = String(error)));
  child.unref();
  child.stderr.unref();
  if (held.size === 0) process.once('exit', () => held.forEach(end));
  held.add(child.pid);
  const networkOf = (pid) => spawnSync('readlink', [`/proc/${pid}/ns/net`], { encoding: 'utf8' }).stdout;
  await until(() => {
    if (ended) throw new Error(`no network namespace could be had: ${complaint}`);
    return networkOf(child.pid) !== networkOf('self');
  }, 'a network namespace');
  return child.pid;
}

function end(pid) {
  if (alive(pid)) process.kill(pid, 'SIGKILL');
  held.delete(pid);
}

export class Link {
  #pids;

  static async make() {
    const link = new Link();
    link.#pids = [await hold(), await hold()];
    const [here, there] = link.#pids;
    link.#inside(0, 'ip', 'link', 'add', 'chat0', 'type', 'veth', 'peer', 'name', 'chat0', 'netns', String(there));
    link.#pids.forEach((_, side) => {
      link.#inside(side, 'ip', 'address', 'add', `${ADDRESSES[side]}/30`, 'dev', 'chat0');
      for (const device of ['lo', 'chat0']) link.#inside(side, 'ip', 'link', 'set', device, 'up');
    });
    if (!alive(here) || !alive(there)) throw new Error('a network namespace has ended');
    return link;
  }

  // What runs a program on a side (0 or 1): [program, ...arguments].
  through(side) {
    return ['nsenter', `--net=/proc/${this.#pids[side]}/ns/net`, '--'];
  }

  address(side) {
    return ADDRESSES[side];
  }

  // What is sent from now on goes nowhere; side 0 is not told. (It keeps its own address: it is side 1 that goes down.)
  cut() {
    this.#inside(1, 'ip', 'link', 'set', 'chat0', 'down');
  }

  mend() {
    this.#inside(1, 'ip', 'link', 'set', 'chat0', 'up');
  }

  close() {
    this.#pids.forEach(end);
  }

  #inside(side, ...words) {
    run(...this.through(side), ...words);
  }
}
