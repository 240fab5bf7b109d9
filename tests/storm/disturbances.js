// What can happen to those who talk. Each is a function of the world and of chance, and gives when it is over.
//
// The world: { hosts, redis, links, pairs, patient, note }. `links` are the lines from the hosts to Redis; only where it is
// `patient` things take long, and somebody is left alone with a silent line, which takes 30 s to be noticed; `note` writes
// down what happens.

import { setTimeout as pause } from 'node:timers/promises';

import { until } from '../nginx/wait.js';

const AWAY_MS = [500, 6_000]; // Redis, or a link to it
const SOON_MS = [500, 2_000]; // the same where nobody is patient
const WOKEN_AFTER_MS = [500, 4_000];
const MANY = 20; // one of so many

const away = ({ patient }, chance) => pause(chance.between(...(patient ? AWAY_MS : SOON_MS)));

function somebody({ pairs }, chance) {
  return chance.pick(chance.pick(pairs).talkers);
}

// The line is dead, and the page is looked at some time later.
function woken(world, chance) {
  const talker = somebody(world, chance);
  talker.breakLine('silence', 'woken');
  setTimeout(() => talker.wake(), chance.between(...WOKEN_AFTER_MS)).unref();
}

// Workers of a host, those that drain too.
function kill({ hosts, note }, chance, choose) {
  const index = chance.below(hosts.length);
  const pids = choose([...hosts[index].workers(), ...hosts[index].leavingWorkers()]);
  note(`kill ${pids} of host ${index}`);
  for (const pid of pids) end(pid);
}

function end(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended meanwhile
  }
}

async function change({ hosts, note }, chance, name, act) {
  const index = chance.below(hosts.length);
  note(`${name} host ${index}`);
  await act(hosts[index]);
  note(`${name} host ${index}: done`);
}

async function cut(world, chance, links, name) {
  const { note } = world;
  note(`${name} cut`);
  for (const link of links) link.hold();
  await away(world, chance);
  for (const link of links) link.release();
  note(`${name} joined`);
}

async function disturbRedis({ redis, note }, name, act) {
  note(name);
  await act(redis);
  note(`${name}: over`);
}

export const disturbances = {
  reset: (world, chance) => somebody(world, chance).breakLine('reset'),
  finish: (world, chance) => somebody(world, chance).breakLine('finish'),
  'both reset': ({ pairs }, chance) => chance.pick(pairs).talkers.forEach((talker) => talker.breakLine('reset')),
  'many reset': ({ pairs }, chance) => {
    const some = pairs.flatMap(({ talkers }) => talkers).filter(() => chance.below(MANY) === 0);
    for (const talker of some) talker.breakLine('reset');
  },
  silence: (world, chance) =>
    world.patient ? somebody(world, chance).breakLine('silence') : woken(world, chance),
  woken,

  kill: (world, chance) => kill(world, chance, (pids) => [chance.pick(pids)]),
  'kill all': (world, chance) => kill(world, chance, (pids) => pids),

  reload: (world, chance) => change(world, chance, 'reload', (host) => host.reload()),
  // Until the old one has gone: nginx takes no other USR2 before.
  upgrade: (world, chance) =>
    change(world, chance, 'upgrade', async (host) => {
      await host.upgrade();
      await until(() => host.masters().length === 1, 'the old master to go');
    }),

  'redis killed': (world, chance) =>
    disturbRedis(world, 'redis killed', async (redis) => {
      await redis.kill();
      await away(world, chance);
      await redis.restart({ empty: true });
    }),
  'redis restarted': (world) => disturbRedis(world, 'redis restarted', (redis) => redis.restart()),
  'redis stopped': (world, chance) =>
    disturbRedis(world, 'redis stopped', async (redis) => {
      redis.pause();
      await away(world, chance);
      redis.resume();
    }),

  'host cut': (world, chance) => {
    const index = chance.below(world.links.length);
    return cut(world, chance, [world.links[index]], `host ${index}`);
  },
  'hosts cut': (world, chance) => cut(world, chance, world.links, 'hosts'),
};
