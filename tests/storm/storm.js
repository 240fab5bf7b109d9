// Pairs of people on two hosts talk without pause while everything breaks. In the end every message has been shown once,
// in order, to the right one, no chat has ended, and when all have left nothing is left of them.

import assert from 'node:assert/strict';

import { Clock } from '../../html/js/clock.js';
import { withHosts } from '../nginx/hosts.js';
import { Person } from '../nginx/person.js';
import { Redis } from '../nginx/redis.js';
import { until } from '../nginx/wait.js';
import { Diary } from './diary.js';
import { Figures } from './figures.js';
import { Line } from './line.js';
import { Pair } from './pair.js';
import { storm } from './weather.js';

const CONFIGURATION = `
chat_secret %secret%;
chat_zone main:4m;
chat_redis zone=main %link% connect_timeout=1s timeout=1s;

server {
    listen 127.0.0.1:%port% reuseport;
    chat_patience 1h;
    chat_window 60s;
    chat_drain 1s;
    chat_find_rate 100000r/s burst=100000;
    chat_message_rate 100000r/s burst=100000;
    chat_sessions_per_address 0;
    location = /chat {
        chat main;
    }
}
`;

const HOSTS = 2;
const CALM_MS = 120_000; // a silent line takes up to 40 s to be noticed, and then comes a pause
const TOLD = 5; // failures that are told in full

// Gives the figures, or throws. `haste` is as for the weather; where nobody is `patient`, all look at their pages when it is
// over, so that nobody waits for longer; `tell` takes lines of text.
export async function weather({ pairs, seconds, seed, workers = 2, haste = 1, patient = true, tell }) {
  const links = [];
  const start = async () => {
    const redis = await Redis.start({ port: true });
    for (let i = 0; i < HOSTS; i++) links.push(await Line.to(() => ({ port: redis.port, host: redis.host })));
    return redis;
  };
  const each = (text, index) => text.replaceAll('%link%', `redis://127.0.0.1:${links[index].port}`);
  const nginx = { workers, connections: 2048, daemon: true, allow: /exited on signal 9/ };
  const figures = new Figures();
  try {
    await withHosts(
      CONFIGURATION,
      { count: HOSTS, start, each, ...nginx },
      async (hosts) => {
        const crowd = await Crowd.come({ pairs, seed, figures, tell, ...hosts });
        try {
          await crowd.live({ links, patient }, { seed: seed.branch('weather'), seconds, haste, figures });
          await crowd.go();
        } finally {
          crowd.close();
        }
      },
      tell,
    );
  } finally {
    for (const link of links) link.close();
  }
  return figures;
}

class Crowd {
  #pairs = [];
  #failed = [];
  #clock = new Clock({ monotonic: () => performance.now(), wall: () => Date.now() });
  #weather = new Diary(this.#clock);
  #hosts;
  #redis;
  #tell;

  static async come({ pairs, seed, figures, tell, hosts, redis }) {
    const crowd = new Crowd();
    crowd.#hosts = hosts;
    crowd.#redis = redis;
    crowd.#tell = tell;
    const fail = (pair) => crowd.#fails(pair);
    for (let number = 1; number <= pairs; number++) {
      const options = { number, hosts, seed: seed.branch('people'), clock: crowd.#clock, figures, fail };
      crowd.#pairs.push(await Pair.come(options));
    }
    await until(() => crowd.#pairs.every((pair) => pair.met), 'all pairs to meet');
    return crowd;
  }

  // Talks through the storm, and until all that was said has arrived.
  async live(world, weather) {
    const note = (text) => this.#weather.note(text);
    for (const pair of this.#pairs) pair.talk();
    await storm({ ...world, hosts: this.#hosts, redis: this.#redis, pairs: this.#pairs, note }, weather);
    note('calm');
    for (const pair of this.#pairs) pair.hush();
    if (!world.patient) for (const { talkers } of this.#pairs) talkers.forEach((talker) => talker.wake());
    const busy = () => this.#pairs.filter((pair) => !pair.done);
    await until(() => busy().length === 0, 'all to be said', CALM_MS).catch(() => busy().forEach((pair) => this.#fails(pair)));
    assert.equal(this.#failed.length, 0, `${this.#failed.length} of ${this.#pairs.length} pairs failed`);
  }

  // All leave; then nobody is counted and no ticket is left.
  async go() {
    for (const pair of this.#pairs) pair.leave();
    for (const host of this.#hosts) await until(() => isAlone(host), 'nobody to be counted any more');
    await until(async () => (await this.#redis.command('KEYS', 'chatsj:ticket:*')).length === 0, 'no ticket in Redis');
  }

  close() {
    for (const pair of this.#pairs) pair.close();
  }

  #fails(pair) {
    this.#failed.push(pair);
    if (this.#failed.length > TOLD) return this.#tell(pair.describe().split('\n')[0]);
    this.#tell(`${pair.describe()}\n--- weather\n${this.#weather}`);
  }
}

// Whether who comes is the only one there.
async function isAlone(host) {
  const person = await Person.join(host);
  person.close();
  return person.hello.online === 1;
}
