// A storm at will.
//
//   node tests/storm/main.js
//
//   PAIRS (200), SECONDS (120)   who talks, and for how long it storms
//   SEED                         of a storm that was, to have the same disturbances again
//   WORKERS (3)                  of each of the two hosts
//   NGINX_BINARY, CHAT_MODULE, REDIS_BINARY   as the tests have them

import { Seed } from './seed.js';
import { weather } from './storm.js';

function setting(name, usual) {
  const value = Number(process.env[name] || usual);
  if (!(value > 0)) throw new Error(`${name} is to be a number above 0`);
  return value;
}

const pairs = setting('PAIRS', 200);
const seconds = setting('SECONDS', 120);
const workers = setting('WORKERS', 3);
const seed = process.env.SEED ? new Seed(process.env.SEED) : Seed.fresh();

console.log(`${pairs} pairs on 2 hosts with ${workers} workers each, a storm of ${seconds} s, SEED=${seed}`);
try {
  console.log(`\n${await weather({ pairs, seconds, seed, workers, tell: console.error })}`);
} catch (error) {
  console.error(`${error.message}\nto see it again: make storm PAIRS=${pairs} SECONDS=${seconds} SEED=${seed}`);
  process.exitCode = 1;
}
