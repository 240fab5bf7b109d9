// The bench: called by ./run, which says how.

import { spawnSync } from 'node:child_process';
import os from 'node:os';

import { withNginx } from '../nginx/harness.js';
import { weighAll } from './memory.js';
import { check, interrupt, Interrupted } from './programs.js';
import { compare } from './relay.js';

const CONNECTIONS = 20_000;
const SPARE_DESCRIPTORS = 200;

const CONFIGURATION = `
error_log %folder%/error.log warn;
chat_zone chat:8m;
chat_message_rate 1000000r/s burst=1000000;
chat_find_rate 60000r/m burst=10000;
chat_sessions_per_address 100000;
chat_ping 1h;
chat_idle 1h;
ssl_certificate %certificate%;
ssl_certificate_key %key%;
ssl_protocols TLSv1.2 TLSv1.3;
server {
    listen 127.0.0.1:%port%;
    listen 127.0.0.1:%tls_port% ssl;
    server_name localhost;
    location = /chat { chat chat; }
    location = /echo { chat_echo; }
}
`;

function setting(name, usual) {
  const value = Number(process.env[name] ?? usual);
  if (!(value > 0)) throw new Error(`${name} is to be a number above 0`);
  return value;
}

// An even number of clients that the descriptors of nginx and of the generator suffice for.
function crowdSize(name, usual) {
  const asked = setting(name, usual);
  const descriptors = Number(spawnSync('sh', ['-c', 'ulimit -n'], { encoding: 'latin1' }).stdout) || CONNECTIONS;
  const most = Math.min(descriptors, CONNECTIONS) - SPARE_DESCRIPTORS;
  if (asked > most) console.log(`${name}: ${most} instead of ${asked}, as no more descriptors are allowed`);
  return 2 * Math.floor(Math.min(asked, most) / 2);
}

function tellMachine(cores) {
  const nginx = spawnSync(process.env.NGINX_BINARY ?? '/usr/sbin/nginx', ['-V'], { encoding: 'latin1' }).stderr ?? '';
  const version = (pattern) => nginx.match(pattern)?.[1] ?? 'unknown';
  const [{ model }] = os.cpus();
  const date = new Date().toISOString().slice(0, 16).replace('T', ' ');
  const load = os.loadavg()[0].toFixed(1);
  console.log(`${date} UTC`);
  console.log(`${os.cpus().length} cores (${model.trim()}), Linux ${os.release()}, load ${load} before the start`);
  console.log(`nginx ${version(/nginx\/(\S+)/)}, OpenSSL ${version(/OpenSSL (\S+)/)}`);
  console.log(`servers on core ${cores.server}, generator on core ${cores.load}`);
}

// Runs `body` with an nginx of its own, which is gone afterwards, unless something failed: then its folder stays.
async function withServer(body) {
  const options = { connections: CONNECTIONS, main: 'worker_cpu_affinity 1;' };
  check();
  await withNginx(CONFIGURATION, options, async (nginx) => {
    try {
      await body(nginx);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
    }
  });
  check();
}

async function main(parts) {
  const unknown = parts.find((part) => part !== 'relay' && part !== 'memory');
  if (unknown) throw new Error(`${unknown}: there are the parts relay and memory`);
  const has = (part) => parts.length === 0 || parts.includes(part);

  const cores = { server: '0', load: os.cpus().length > 1 ? '1' : '0' };
  const talk = { cores, pairs: setting('PAIRS', 200), rounds: setting('ROUNDS', 9), seconds: setting('SECONDS', 1) };
  const crowd = { cores, clients: crowdSize('CLIENTS', 15_000), tlsClients: crowdSize('TLS_CLIENTS', 15_000) };
  tellMachine(cores);
  if (has('relay')) await withServer((nginx) => compare(nginx, talk));
  if (has('memory')) await weighAll(withServer, crowd);
}

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(name, interrupt);

main(process.argv.slice(2)).catch((error) => {
  if (!(error instanceof Interrupted)) console.error(error.message);
  process.exitCode = error instanceof Interrupted ? 130 : 1;
});
