// The page's modules in a program, with the WebSocket of the package `ws`: it meets a person at a window.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { WebSocket } from 'ws';

import { Session } from '../../html/js/session.js';
import { certificate, withNginx } from '../nginx/harness.js';
import { until } from '../nginx/wait.js';
import { Person, openBrowser, site } from './people.js';

// A session, what it heard, and its sockets.
function program(nginx) {
  const heard = [];
  const sockets = [];
  const session = new Session({
    url: `wss://localhost:${nginx.tlsPort}/chat`,
    WebSocket: class extends WebSocket {
      constructor(url, protocol) {
        // nginx listens at 127.0.0.1; Node 18 takes the first address of localhost, which may be ::1.
        super(url, protocol, { ca: certificate().certificate, family: 4 });
        sockets.push(this);
      }
    },
    clock: { now: () => performance.now(), setTimeout, clearTimeout },
    random: Math.random,
    languages: ['en'],
    notify: ({ type, message }) => type === 'message' && heard.push(message.text),
  });
  return { session, heard, sockets };
}

test('a program and a person talk, also after its connection broke', (t) =>
  withNginx(site(), {}, async (nginx) => {
    const browser = await openBrowser();
    const { session, heard, sockets } = program(nginx);
    try {
      const person = await Person.arrive(browser, nginx);
      await person.start('chess');
      await person.stage('waiting');
      session.find(['Chess']);
      await person.stage('chat');
      await until(() => session.stage === 'chat', 'a chat');
      assert.equal(session.partner.common.length, 1);

      await person.say('are you a machine?');
      await until(() => heard.length === 1, 'the question');
      await person.marked('are you a machine?', 'Seen');
      const answer = session.say('yes');
      await person.reads('yes');
      await until(() => answer.state === 'seen', 'its mark');
      await until(() => session.partner.typing === false, 'no typing');

      sockets.at(-1).terminate();
      session.say('did you notice?');
      await person.reads('did you notice?');
      await person.say('what?');
      await until(() => heard.length === 2, 'the chat to go on');
      assert.equal(sockets.length, 2);

      session.leave();
      await person.reads('The stranger left.');
      await person.go();
    } finally {
      session.close();
      await browser.close();
    }
  }, (line) => t.diagnostic(line)));
