// What an idle connection costs: the growth of one worker's memory by a crowd, and what stays when all have gone.

import fs from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

import { descriptors } from '../nginx/processes.js';
import { until } from '../nginx/wait.js';
import { check, Crowd } from './programs.js';
import { row } from './table.js';

const WARM_UP = 10;  // clients who come and go before anything is counted

// How long memory may take to go back to the system, and how little of the growth counts as nothing.
const GIVE_BACK_MS = 30_000;
const POLL_MS = 250;
const NOTHING = 0.02;

// Of a process, in bytes: what is its own (and not a file's), and what it shares through a zone. A proportional share
// of either where it is shared.
function memory(pid) {
  const rollup = fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
  const bytes = (name) => Number(rollup.match(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm'))[1]) * 1024;
  return { own: bytes('Pss_Anon'), zone: bytes('Pss_Shmem') };
}

// Polls until little is left; gives what is left then, or when the time is over.
async function givenBack(pid, before, grown) {
  const deadline = Date.now() + GIVE_BACK_MS;
  for (;;) {
    check();
    const left = memory(pid).own - before;
    if (left <= grown * NOTHING || Date.now() > deadline) return left;
    await pause(POLL_MS);
  }
}

async function leave(crowd, pid, idle) {
  await crowd.step('leave');
  await until(() => check() ?? descriptors(pid) === idle, 'the connections to be closed');
}

// Lets a crowd go through `steps`. Gives the bytes a client after each, `zone` after the last, `kept` of `grown` bytes
// after all have left, and who is online then by the module's own count.
async function weigh(nginx, core, { path, tls, steps, count }) {
  const [pid] = nginx.workers();
  const idle = descriptors(pid);
  const crowd = new Crowd(core, { port: tls ? nginx.tlsPort : nginx.port, path, tls });
  try {
    await crowd.step(`open ${WARM_UP}`);
    await leave(crowd, pid, idle);
    const before = memory(pid);

    const each = {};
    for (const step of steps) {
      await crowd.step(step === 'open' ? `open ${count}` : step);
      each[step] = (memory(pid).own - before.own) / count;
    }
    const full = memory(pid);
    await leave(crowd, pid, idle);
    const kept = await givenBack(pid, before.own, full.own - before.own);
    const online = path === '/chat' ? await crowd.online() : 0;
    return { each, zone: (full.zone - before.zone) / count, grown: full.own - before.own, kept, online };
  } finally {
    await crowd.close();
  }
}

const COLUMNS = [22, -10, -12, -13, -11, -9, -21];

function tell({ name, count, each, zone, grown, kept }) {
  const bytes = (value) => (value === undefined ? '' : `${Math.round(value)} B`);
  const megabytes = (value) => (Math.max(0, value) / 1e6).toFixed(1);
  const cells = [name, count.toLocaleString('en'), bytes(each.open), bytes(each.greet), bytes(each.pair), bytes(zone)];
  cells.push(`${megabytes(kept)} of ${megabytes(grown)} MB`);
  console.log(row(...cells.map((cell, i) => [cell, COLUMNS[i]])));
}

// `settings`: {cores: {server, load}, clients, tlsClients}; `withServer(body)` runs `body` with a fresh nginx.
export async function weighAll(withServer, { cores, clients, tlsClients }) {
  const chat = { path: '/chat', steps: ['open', 'greet', 'pair'] };
  const crowds = [
    { name: 'chat_echo', path: '/echo', steps: ['open'], count: clients },
    { name: 'chat', ...chat, count: clients },
    { name: 'chat, TLS', ...chat, count: tlsClients, tls: true },
  ];
  console.log('\nMemory an idle connection on one worker, and what the worker keeps when all have left\n');
  const heads = ['', 'clients', 'connected', 'hello read', 'in a chat', 'zone', 'kept at the end'];
  console.log(row(...heads.map((head, i) => [head, COLUMNS[i]])));
  for (const crowd of crowds) {
    await withServer(async (nginx) => {
      const weight = await weigh(nginx, cores.load, crowd);
      tell({ ...crowd, ...weight });
      if (weight.online !== 0) throw new Error(`all have left, and ${weight.online} are online`);
    });
  }
  console.log(`
Bytes of the worker's own memory (PSS, anonymous) a client, without the kernel's; "zone": shared memory, an address
for each client. A chat_echo has no session. When all had left, the module's counter was back at zero each time.`);
}
