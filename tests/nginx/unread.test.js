// A reader who takes nothing for 30 s, however much may be pending, is let go. In a file of its own, as it takes so long.

import { nginxTest } from './harness.js';
import { couple } from './person.js';

const CONFIGURATION = `
chat_zone main:1m;

server {
    listen 127.0.0.1:%port%;
    location = /chat {
        chat main;
        chat_pending 64m;
        chat_message_max 1m;
        chat_message_rate 1000r/s burst=1000;
    }
}
`;

// More than the kernel holds for two sockets.
const MESSAGES = 24;

nginxTest('who reads nothing is let go, though they answer and much may be pending', CONFIGURATION, async (nginx) => {
  const [a, b] = await couple(nginx);
  b.client.pause();
  for (let n = 1; n <= MESSAGES; n++) await a.say(n, 'x'.repeat(1_000_000));
  await a.hears('lost in=60');
});
