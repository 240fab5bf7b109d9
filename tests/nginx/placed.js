// People at a certain worker. The kernel spreads connections over the workers as it likes (with `reuseport` evenly), so
// people come until one of them is where they are wanted.

import { Person } from './person.js';
import { ownerOf } from './processes.js';
import { until } from './wait.js';

// Gives the pid of the worker that serves somebody.
export function workerOf(nginx, person, port = nginx.port) {
  const ends = { clientPort: person.client.localPort, serverPort: port };
  return until(() => ownerOf([...nginx.workers(), ...nginx.leavingWorkers()], ends), 'a worker to have the connection');
}

// Somebody who is connected to the worker `pid`. Options as for Person.join.
export async function joinWorker(nginx, pid, options = {}) {
  return until(async () => {
    const person = await Person.join(nginx, options);
    if ((await workerOf(nginx, person, options.port)) === pid) return person;
    person.close();
    return null;
  }, `a connection to worker ${pid}`);
}

// One at each worker.
export async function joinEach(nginx, options = {}) {
  const people = [];
  for (const pid of nginx.workers()) people.push(await joinWorker(nginx, pid, options));
  return people;
}

// They look, one after the other, and meet each other; nobody else may wait in their lobby. `wish` is of both.
export async function meetApart(a, b, wish) {
  await a.waits(wish);
  const matches = await Promise.all([a.matched(), b.seeks(wish)]);
  await a.send('typing');
  await b.hears('typing');
  return matches;
}

// Two people at two workers of one host who have met.
export async function coupleApart(nginx, options = {}) {
  const [first, second] = nginx.workers();
  const people = [await joinWorker(nginx, first, options), await joinWorker(nginx, second, options)];
  await meetApart(...people);
  return people;
}

// Two people at one worker who have met.
export async function coupleTogether(nginx, options = {}) {
  const [pid] = nginx.workers();
  const a = await joinWorker(nginx, pid, options);
  const b = await joinWorker(nginx, pid, options);
  await meetApart(a, b);
  return [a, b];
}

// A message each way, of which both are told that it has arrived. `first` is its number.
export async function talk(a, b, number = 1, text = `how are you? ${number}`) {
  for (const [from, to] of [[a, b], [b, a]]) {
    await from.say(number, text);
    await to.hears(`say ${number}\n${text}`);
    await to.got(number);
    await from.hears(`got ${number}`);
  }
}
