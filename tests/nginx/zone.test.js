// The zone outlives whoever dies while they have it, or leave something there.

import assert from 'node:assert/strict';
import fs from 'node:fs';

import { nginxTest } from './harness.js';
import { Person } from './person.js';
import { coupleApart, coupleTogether, joinWorker, talk } from './placed.js';
import { alive } from './processes.js';
import { until } from './wait.js';
import { ZoneMemory } from './zone_memory.js';

const ZONE_BYTES = 1024 * 1024;

const CONFIGURATION = `
chat_zone main:1m;
server {
    listen 127.0.0.1:%port% reuseport;
    chat_patience 1h;
    chat_sessions_per_address 0;
    location = /chat {
        chat main;
    }
}
`;
const KILLED = { workers: 2, allow: /exited on signal 9/ };
const LOCKED = { workers: 2, allow: /exited on signal 9|was locked by/ };

// Gives the worker that comes in its place.
async function killWorker(nginx, pid) {
  const before = nginx.workers();
  process.kill(pid, 'SIGKILL');
  return until(() => {
    const fresh = nginx.workers().find((each) => !before.includes(each));
    return !alive(pid) && nginx.workers().length === before.length && fresh;
  }, 'a new worker');
}

nginxTest('a worker dies with the lock, in the middle of a change: the zone begins anew, and all meet', CONFIGURATION, LOCKED, async (nginx) => {
  const [victim, other] = nginx.workers();
  const inside = [await joinWorker(nginx, other), await joinWorker(nginx, other)];
  await Promise.all([inside[0].seeks(), inside[1].seeks()]);
  const waiting = await joinWorker(nginx, other, { lobby: 'wait.example' });
  await waiting.waits();

  const zone = new ZoneMemory([other, victim], ZONE_BYTES);
  const places = zone.pids().filter((pid) => pid !== 0).length;
  zone.takeLock(victim);
  const fresh = await killWorker(nginx, victim);
  await until(() => nginx.log().includes('a worker died while it changed a zone'), 'the log to say so');

  await talk(...inside);
  const seeker = await joinWorker(nginx, fresh, { lobby: 'wait.example' });
  await Promise.all([seeker.seeks(), waiting.matched()]);
  await talk(seeker, waiting);
  await talk(...(await coupleApart(nginx, { lobby: 'apart.example' })));
  await talk(...(await coupleTogether(nginx, { lobby: 'together.example' })));
  assert.equal(nginx.log().match(/a worker died while it changed a zone/g).length, 1);
  assert.equal(zone.pids().filter((pid) => pid !== 0).length, places, 'whoever lives has a place');
  zone.close();
});

const newestPid = () => Number(fs.readFileSync('/proc/loadavg', 'latin1').trim().split(' ').pop());

// Every pid that may come next has a place of somebody who died.
nginxTest('a worker that gets the pid of one that died takes over no place of it', CONFIGURATION, KILLED, async (nginx) => {
  await until(async () => {
    const [survivor, victim] = nginx.workers();
    const zone = new ZoneMemory([survivor, victim], ZONE_BYTES);
    const next = newestPid() + 1;
    const free = zone.pids().flatMap((pid, place) => (pid === 0 ? [place] : []));
    free.forEach((place, i) => zone.take(place, next + i));
    zone.close();
    const fresh = await killWorker(nginx, victim);
    if (fresh < next || fresh >= next + free.length) return false;  // somebody else had them all
    const person = await joinWorker(nginx, fresh);  // now it has started
    person.close();
    const after = new ZoneMemory([survivor, fresh], ZONE_BYTES);
    assert.equal(after.pids().filter((pid) => pid === fresh).length, 1);
    after.close();
    return true;
  }, 'a pid that had a place');
  const people = [await Person.join(nginx), await Person.join(nginx)];
  await Promise.all(people.map((person) => person.seeks()));
  await talk(...people);
});
