// What several hosts with one Redis cost: Redis commands a second against the people who come a second, and how long a
// message takes to somebody at the same worker, at another of the same host, and at another host.
//
//   node tests/bench/cluster.js
//
//   SECONDS (4)      for each rate of people
//   MESSAGES (2000)  for each way
//   NGINX_BINARY, CHAT_MODULE, REDIS_BINARY   as the tests have them
//
// Everything runs on this machine, the people too, so the times say what the ways differ by, and not what they would be
// between machines. It reports, and asserts nothing.

import os from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

import { Person } from '../nginx/person.js';
import { coupleAcross, withHosts } from '../nginx/hosts.js';
import { coupleApart, coupleTogether, joinEach } from '../nginx/placed.js';
import { row } from './table.js';

const HOSTS = 2;
const WORKERS = [1, 2, 4];  // of each host
const RATES = [20, 100, 400];  // people a second
const STEP_MS = 10;
const TOLD = 4;  // kinds of commands

const SECONDS = setting('SECONDS', 4);
const MESSAGES = setting('MESSAGES', 2000);

const CONFIGURATION = `
error_log %folder%/error.log warn;
chat_secret %secret%;
chat_zone chat:8m;
chat_redis zone=chat %redis%;
chat_message_rate 1000000r/s burst=1000000;
chat_find_rate 60000r/m burst=10000;
chat_sessions_per_address 0;
server {
    listen 127.0.0.1:%port% reuseport;
    location = /chat { chat chat; }
}
`;

function setting(name, usual) {
  const value = Number(process.env[name] ?? usual);
  if (!(value > 0)) throw new Error(`${name} is to be a number above 0`);
  return value;
}

// Somebody who comes, meets a stranger, and goes.
async function visit(host) {
  const person = await Person.join(host);
  await person.seeks();
  person.close();
}

// Lets people come at a rate, to one host after the other; an even number of them, so that nobody stays alone. Gives how
// many.
async function letCome(hosts, rate) {
  const count = 2 * Math.round((rate * SECONDS) / 2);
  const begin = performance.now();
  const visits = [];
  while (visits.length < count) {
    const due = Math.min(count, Math.floor(((performance.now() - begin) / 1000) * rate));
    while (visits.length < due) visits.push(visit(hosts[visits.length % hosts.length]));
    await pause(STEP_MS);
  }
  await Promise.all(visits);
  return count;
}

// Commands that Redis carries out while `body` runs: {all, seconds, kinds}. Ours are not counted.
async function commandsDuring(redis, body) {
  const before = await redis.calls();
  const begin = performance.now();
  await body();
  const seconds = (performance.now() - begin) / 1000;
  const after = await redis.calls();
  const kinds = Object.entries(after).map(([name, calls]) => [name, calls - (before[name] ?? 0)]);
  const others = kinds.filter(([name, calls]) => name !== 'info' && calls > 0).sort(([, a], [, b]) => b - a);
  return { all: others.reduce((sum, [, calls]) => sum + calls, 0), seconds, kinds: others };
}

const COMMAND_COLUMNS = [16, -14, -12, -13, -13];
const told = (columns, cells) => console.log(row(...cells.map((cell, i) => [cell, columns[i] ?? 0])));

async function countCommands() {
  console.log(`\nRedis commands: ${HOSTS} hosts, people who come, meet and go, ${SECONDS} s for each rate\n`);
  told(COMMAND_COLUMNS, ['workers', 'people/s', 'commands/s', 'of a worker', 'of a person', '   most']);
  for (const workers of WORKERS) {
    await withHosts(CONFIGURATION, { count: HOSTS, workers, connections: 4096 }, async ({ redis, hosts }) => {
      for (const host of hosts) for (const person of await joinEach(host)) person.close();
      const idle = await commandsDuring(redis, () => pause(SECONDS * 1000));
      tellCommands(workers, 0, 0, idle);
      for (const rate of RATES) {
        let people;
        const during = await commandsDuring(redis, async () => (people = await letCome(hosts, rate)));
        tellCommands(workers, people / during.seconds, people, during);
      }
    });
  }
}

function tellCommands(workers, rate, people, { all, seconds, kinds }) {
  const most = kinds.slice(0, TOLD).map(([name, calls]) => `${name} ${(calls / seconds).toFixed(0)}`).join(', ');
  const each = people > 0 ? (all / people).toFixed(2) : '';
  const cells = [`${HOSTS} x ${workers}`, rate.toFixed(0), (all / seconds).toFixed(0)];
  told(COMMAND_COLUMNS, [...cells, (all / seconds / HOSTS / workers).toFixed(1), each, `   ${most}`]);
}

// The times in milliseconds that messages of 64 bytes take from one to the other, one after the other.
async function timesOf([a, b]) {
  const times = [];
  const text = 'x'.repeat(64);
  for (let number = 1; number <= MESSAGES; number++) {
    const begin = performance.now();
    a.say(number, text);
    await b.client.text();
    times.push(performance.now() - begin);
    b.got(number);
    await a.client.text();
  }
  return times.sort((x, y) => x - y);
}

const TIME_COLUMNS = [24, -12, -12, -12];

async function measureTimes() {
  console.log(`\nA message's way: ${MESSAGES} of 64 bytes, one after the other\n`);
  told(TIME_COLUMNS, ['', 'median us', '99 % us', 'longest us']);
  await withHosts(CONFIGURATION, { count: HOSTS, workers: 2 }, async ({ hosts }) => {
    const ways = {
      'same worker': await coupleTogether(hosts[0], { lobby: 'together.example' }),
      'another worker': await coupleApart(hosts[0], { lobby: 'apart.example' }),
      'another host': await coupleAcross(hosts, { lobby: 'across.example' }),
    };
    for (const [name, pair] of Object.entries(ways)) {
      const times = await timesOf(pair);
      const at = (part) => (1000 * times[Math.min(times.length - 1, Math.floor(times.length * part))]).toFixed(0);
      told(TIME_COLUMNS, [name, at(0.5), at(0.99), at(1)]);
    }
  });
}

const [{ model }] = os.cpus();
console.log(`${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`);
console.log(`${os.cpus().length} cores (${model.trim()}), Linux ${os.release()}, load ${os.loadavg()[0].toFixed(1)} before the start`);
await countCommands();
await measureTimes();
