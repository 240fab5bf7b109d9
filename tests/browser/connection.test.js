// A server that goes and comes back.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';

import { withNginx } from '../nginx/harness.js';
import { until } from '../nginx/wait.js';
import { Person, meet, openBrowser, site } from './people.js';

const GONE = /WebSocket connection to .* failed/;

// Ends nginx at once, and gives what starts it again.
async function kill(nginx) {
  nginx.signal('SIGTERM');
  await nginx.exited();
  return async () => {
    spawn('sh', ['-c', `exec ${nginx.command}`], { stdio: 'ignore' }).unref();
    await until(() => nginx.workers().length === 1, 'nginx to come back');
  };
}

// It is another server then, with other keys: what the one before sealed opens nothing there.
test('the server goes: the page says so, keeps what was said in sight, and is back by itself', (t) =>
  withNginx(site(), {}, async (nginx) => {
    const browser = await openBrowser();
    try {
      const one = await Person.arrive(browser, nginx);
      const other = await Person.arrive(browser, nginx, { size: 'phone' });
      await meet(one, other);
      await one.say('hello');
      await other.reads('hello');
      for (const person of [one, other]) person.expect(GONE);
      const again = await kill(nginx);
      for (const person of [one, other]) {
        await person.reads('No connection. Trying again…');
        await person.reads('hello');
        await person.passesAudit('no connection');
      }
      await one.say('are you there?');
      await one.marked('are you there?', 'On its way');
      await again();
      for (const person of [one, other]) {
        await person.gone('#link');
        await person.reads('You were gone for too long, or the stranger left. This chat is over.');
        await person.passesAudit('too late');
      }
      await one.marked('are you there?', 'Not delivered');
      for (const person of [one, other]) await person.press('Find someone new');
      for (const person of [one, other]) await person.stage('chat');
      await other.say('there you are');
      await one.reads('there you are');
      for (const person of [one, other]) await person.go();
    } finally {
      await browser.close();
    }
  }, (line) => t.diagnostic(line)));

test('a page that is opened while the server is away connects when it is there', (t) =>
  withNginx(site(), {}, async (nginx) => {
    const browser = await openBrowser();
    try {
      const one = await Person.arrive(browser, nginx);
      await one.page.waitForFunction(() => document.getElementById('link').hidden);
      one.expect(GONE);
      const again = await kill(nginx);
      await one.reads('No connection. Trying again…');
      await one.start();
      await one.reads('As soon as there is a connection.');
      await again();
      // The page may be quicker than the press.
      await Promise.race([one.press('Try now').catch(() => {}), one.gone('#link')]);
      await one.gone('#link');
      await one.stage('waiting');
      assert.match(await one.page.textContent('#waiting-text'), /Whoever else/);
      await one.go();
    } finally {
      await browser.close();
    }
  }, (line) => t.diagnostic(line)));

test('a server that has put everybody without a wish out: start connects again', (t) =>
  withNginx(site('chat_idle 300ms;'), {}, async (nginx) => {
    const browser = await openBrowser();
    try {
      const one = await Person.arrive(browser, nginx);
      await until(() => one.sockets[0]?.isClosed(), 'the server to close');
      assert.equal(await one.page.isHidden('#link'), true);
      await one.start();
      await until(() => one.sockets.length === 2, 'a second connection');
      await one.stage('waiting');
      await one.go();
    } finally {
      await browser.close();
    }
  }, (line) => t.diagnostic(line)));
