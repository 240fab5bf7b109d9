// What a relayed message costs: the module beside a bare epoll relay, in interleaved rounds on one core.

import { measure, startRelay } from './programs.js';
import { row, spread } from './table.js';

const SHAPES = [
  { name: 'alone', burst: 1, aims: { module: 1.1, tls: 2.5 } },
  { name: 'burst of 8', burst: 8, aims: { module: 2.5 } },
];

// The servers of one round, in order.
function servers(nginx, relay) {
  const server = nginx.workers()[0];
  return {
    relay: { port: relay.port, server: relay.pid, bare: true },
    module: { port: nginx.port, server },
    tls: { port: nginx.tlsPort, server, tls: true },
  };
}

// Every other round the other way round, so that a machine that slows down favours nobody.
async function round(number, core, targets, talk) {
  const names = Object.keys(targets);
  if (number % 2 === 0) names.reverse();
  const costs = {};
  for (const name of names) costs[name] = await measure(core, { ...targets[name], ...talk });
  return costs;
}

function tellRound(number, shape, { relay, module, tls }) {
  const against = (cost) => `${cost.us.toFixed(2)} us (${(cost.us / relay.us).toFixed(2)})`;
  console.log(
    row([`  round ${number}, ${shape.name}`, 23], [`relay ${relay.us.toFixed(2)} us`, -14],
      [`module ${against(module)}`, -26], [`TLS ${against(tls)}`, -24]),
  );
}

const COLUMNS = [22, -10, -10, -8, -17, -6, -13, -7];

function tellServer(label, rounds, name, aim) {
  const median = (pick) => spread(rounds.map(pick)).median;
  const ratio = spread(rounds.map((costs) => costs[name].us / costs.relay.us));
  const messages = rounds.reduce((sum, costs) => sum + costs[name].messages, 0);
  const cells = [
    label,
    median((costs) => costs.relay.us).toFixed(2),
    median((costs) => costs[name].us).toFixed(2),
    ratio.median.toFixed(2),
    `${ratio.min.toFixed(2)} to ${ratio.max.toFixed(2)}`,
    aim?.toFixed(1) ?? '',
    messages.toLocaleString('en'),
    `${Math.round(100 * median((costs) => costs[name].busy))} %`,
  ];
  console.log(row(...cells.map((cell, i) => [cell, COLUMNS[i]])));
}

function tell(results) {
  const heads = ['', 'relay us', 'module us', 'ratio', 'min to max', 'aim', 'messages', 'busy'];
  console.log(`\n${row(...heads.map((head, i) => [head, COLUMNS[i]]))}`);
  for (const { shape, rounds } of results) {
    tellServer(shape.name, rounds, 'module', shape.aims.module);
    tellServer(`${shape.name}, TLS`, rounds, 'tls', shape.aims.tls);
  }
  const all = results.flatMap(({ rounds }) => rounds);
  const relayed = all.reduce((sum, { relay }) => sum + relay.messages, 0);
  console.log(`
CPU time of the server's process a message, medians; the ratio is that of each round. "busy": how much of its core
the module's worker used. The bare relay passed on ${relayed.toLocaleString('en')} messages. It speaks no TLS, nothing
stands before it, so a ratio with TLS (${all[0].tls.cipher}) counts all of the encryption.`);
}

// `settings`: {cores: {server, load}, pairs, rounds, seconds}.
export async function compare(nginx, settings) {
  const { cores, pairs, rounds: count, seconds } = settings;
  console.log(`\nRelay: ${pairs} pairs, messages of 64 bytes, ${count} rounds of ${seconds} s for each server\n`);
  const relay = await startRelay(cores.server);
  try {
    const targets = servers(nginx, relay);
    const results = SHAPES.map((shape) => ({ shape, rounds: [] }));
    for (let number = 1; number <= count; number++) {
      for (const { shape, rounds } of results) {
        const costs = await round(number, cores.load, targets, { pairs, seconds, burst: shape.burst });
        rounds.push(costs);
        tellRound(number, shape, costs);
      }
    }
    tell(results);
  } finally {
    await relay.close();
  }
}
