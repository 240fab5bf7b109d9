// Several hosts, each an nginx with a zone of its own, that share a Redis and a secret.
//
// A configuration is as for harness.js, and in it %redis% is the address of the Redis and %secret% the secret's file.

import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { withNginx } from './harness.js';
import { meetApart } from './placed.js';
import { Person } from './person.js';
import { Redis } from './redis.js';
import { until } from './wait.js';

const SECRET_BYTES = 32;

// A new secret in a file of its own, which only its owner may read.
export function makeSecret(folder, name = 'secret') {
  const file = path.join(folder, name);
  fs.writeFileSync(file, randomBytes(SECRET_BYTES), { mode: 0o600 });
  return file;
}

// Runs `body` with {redis, secret, hosts}. Options, beside those of harness.js for each nginx (with 2 workers, not 1):
// `count` of hosts (2), `start` for what starts the Redis, `each` for a configuration that differs:
// each(configuration, index, {redis}).
export async function withHosts(configuration, options, body, tell = console.error) {
  const { count = 2, start = () => Redis.start(), each = (text) => text, ...rest } = options;
  const redis = await start();
  let failed = true;
  try {
    const secret = makeSecret(redis.folder);
    const write = (index) =>
      each(configuration, index, { redis }).replaceAll('%redis%', redis.url).replaceAll('%secret%', secret);
    const next = (hosts) => {
      if (hosts.length === count) return body({ redis, secret, hosts });
      return withNginx(write(hosts.length), { workers: 2, ...rest }, (nginx) => next([...hosts, nginx]), tell);
    };
    await next([]);
    failed = false;
  } finally {
    await redis.stop({ failed });
    if (failed) tell(`of Redis kept in ${redis.folder}`);
  }
}

export function hostsTest(name, configuration, options, body) {
  test(name, (t) => withHosts(configuration, options, (all) => body(all, t), (line) => t.diagnostic(line)));
}

// Two people at two hosts who have met. Options as for Person.join.
export async function coupleAcross([one, other], options = {}) {
  const people = [await Person.join(one, options), await Person.join(other, options)];
  await meetApart(...people);
  return people;
}

// Lets somebody look for a stranger, and gives when Redis knows of it: it has a key more then. Nobody else may come or go
// meanwhile.
export async function waitsInRedis(redis, person, wish) {
  const keys = async () => (await redis.command('KEYS', '*')).length;
  const before = await keys();
  await person.waits(wish);
  await until(async () => (await keys()) > before, 'the ticket in Redis');
}
