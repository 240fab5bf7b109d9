// A Redis that is watched by sentinels: its replica takes over, and the hosts follow.

import { coupleAcross, hostsTest } from './hosts.js';
import { Person } from './person.js';
import { coupleApart, talk } from './placed.js';
import { Sentinels } from './redis.js';
import { until } from './wait.js';

const CONFIGURATION = `
chat_secret %secret%;
chat_zone main:1m;
chat_redis zone=main %redis% connect_timeout=1s timeout=1s;

server {
    listen 127.0.0.1:%port% reuseport;
    chat_patience 1h;
    chat_find_rate 1000r/s burst=1000;
    chat_sessions_per_address 0;
    location = /chat {
        chat main;
    }
}
`;

const PASSWORDS = { password: 'of-redis', sentinelPassword: 'of-sentinels' };
const OPTIONS = 'password=of-redis sentinel_password=of-sentinels';

// A host follows with two connections, that for commands and that for what others write, one after the other: until both
// hosts have both, their people may be lost and back more than once. What passes both ways shows that they have.
async function reach(people) {
  for (const [from, to] of [people, [...people].reverse()]) {
    await until(async () => {
      await from.send('typing');
      return (await to.hearsUntilPong()).includes('typing');
    }, 'a frame to pass');
  }
  // Behind all that is still under way.
  for (const [from, to] of [people, [...people].reverse()]) {
    await from.send('away');
    await until(async () => (await to.hearsUntilPong()).includes('away'), 'the last of it');
  }
}

async function failsOver({ redis, hosts }) {
  const across = await coupleAcross(hosts);
  await talk(...across);
  const inside = await coupleApart(hosts[0], { lobby: 'inside.example' });
  const waiting = await Person.join(hosts[0], { lobby: 'wait.example' });
  await waiting.waits();

  await redis.failOver();
  for (const word of ['lost in=60', 'back']) await Promise.all(across.map((person) => person.hears(word)));
  await reach(across);
  await talk(...across, 2);
  await talk(...inside);
  const seeker = await Person.join(hosts[1], { lobby: 'wait.example' });
  await Promise.all([seeker.seeks(), waiting.matched()]);
  await talk(...(await coupleAcross(hosts, { lobby: 'after.example' })));
}

hostsTest('the master dies: the hosts follow its replica', CONFIGURATION, { start: () => Sentinels.start() }, failsOver);

hostsTest('with passwords', CONFIGURATION.replace('%redis%', `%redis% ${OPTIONS}`), {
  start: () => Sentinels.start(PASSWORDS),
}, failsOver);

hostsTest('a sentinel is dead already', CONFIGURATION, { start: () => Sentinels.start() }, async ({ redis, hosts }) => {
  await redis.killSentinel();
  await Promise.all(hosts.map((host) => host.reload()));
  await failsOver({ redis, hosts });
});
