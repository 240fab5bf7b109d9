// Connections that say nothing: asked by a ping, given up without an answer, sent away when idle.

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { PING, PONG } from './client.js';
import { nginxTest } from './harness.js';
import { Person, Talk, couple } from './person.js';

const CONFIGURATION = `
chat_zone main:1m;

server {
    listen 127.0.0.1:%port%;
    listen 127.0.0.1:%tls_port% ssl;
    ssl_certificate %certificate%;
    ssl_certificate_key %key%;
    location = /chat {
        chat main;
    }
    location = /pinged {
        chat main;
        chat_ping 1s;
    }
    location = /idle {
        chat main;
        chat_idle 1s;
    }
}
`;

describe('silence', { concurrency: true }, () => {
  for (const secure of [false, true]) {
    const how = secure ? 'over TLS' : 'in plain';

    nginxTest(`who answers pings stays, ${how}`, CONFIGURATION, async (nginx) => {
      const [a, b] = await couple(nginx, { secure, first: { path: '/pinged' } });
      for (let i = 0; i < 3; i++) {
        const { opcode, payload } = await a.client.frame();
        assert.equal(opcode, PING);
        await a.client.sendFrame({ opcode: PONG, payload });
      }
      await a.send('typing');
      await b.hears('typing');
    });

    nginxTest(`who answers no ping is dropped and the partner told, ${how}`, CONFIGURATION, async (nginx) => {
      const talk = await Talk.begin(nginx, { secure });
      const [a, b] = await couple(nginx, { secure, first: { path: '/pinged' } });
      assert.equal((await a.client.frame()).opcode, PING);
      await talk.round();
      await b.hears('lost in=60');
      await a.client.ended();
      await talk.round();
    });
  }

  nginxTest('a line that stops in the middle of a message has dropped', CONFIGURATION, async (nginx) => {
    const [a, b] = await couple(nginx);
    await a.client.sendFrame({ payload: 'say 1\nhal', claims: 100 });
    await b.hears('lost in=60');
    await Person.resume(nginx, a.token);
    await b.hears('back');
  });

  nginxTest('any byte is an answer', CONFIGURATION, async (nginx) => {
    const a = await Person.join(nginx, { path: '/pinged' });
    for (let i = 0; i < 3; i++) {
      assert.equal((await a.client.frame()).opcode, PING);
      await a.hearsNothing();
    }
  });

  nginxTest('who does nothing at all is sent away as idle', CONFIGURATION, async (nginx) => {
    const waiting = await Person.join(nginx, { path: '/idle', lobby: 'a.example' });
    await waiting.waits();
    const [a, b] = await couple(nginx, { path: '/idle', lobby: 'b.example' });
    const idle = await Person.join(nginx, { path: '/idle', lobby: 'c.example' });
    await idle.hears('bye idle');
    const closed = await idle.client.closed();
    assert.equal(closed.code, 1000);
    assert.equal(closed.end, 'fin');

    // Neither who waits nor who is in a chat is idle.
    await waiting.hearsNothing();
    await a.send('typing');
    await b.hears('typing');

    // Whose chat is over is.
    await a.leave();
    await b.hears('left', 'bye idle');
    assert.equal((await b.client.closed()).code, 1000);
    await a.hears('bye idle');
    assert.equal((await a.client.closed()).code, 1000);
  });
});
