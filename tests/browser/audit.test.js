// Each state of the page, light and dark, wide and narrow: the accessibility audit finds nothing, nothing is cut off,
// what can be pressed is large enough, and nothing comes from or goes to anywhere else.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { withNginx } from '../nginx/harness.js';
import { Person, openBrowser, site } from './people.js';

const TOUCH = 44; // CSS pixels

async function largeEnough(person, where) {
  const small = await person.page.evaluate(
    (least) =>
      [...document.querySelectorAll('button, input, textarea')]
        .filter((element) => element.checkVisibility())
        .map((element) => ({ id: element.id, box: element.getBoundingClientRect() }))
        .filter(({ box }) => box.height < least || box.width < least)
        .map(({ id }) => id),
    TOUCH,
  );
  assert.deepEqual(small, [], where);
}

for (const size of ['desktop', 'phone', 'narrow']) {
  for (const colorScheme of ['light', 'dark']) {
    test(`${size}, ${colorScheme}`, (t) =>
      withNginx(site(), {}, async (nginx) => {
        const browser = await openBrowser();
        try {
          const one = await Person.arrive(browser, nginx, { size, colorScheme });
          const other = await Person.arrive(browser, nginx);
          const hosts = new Set();
          one.page.on('request', (request) => hosts.add(new URL(request.url()).host));
          one.page.on('websocket', (socket) => hosts.add(new URL(socket.url()).host));
          await one.page.reload();
          const check = async (where) => {
            await one.passesAudit(where);
            await largeEnough(one, where);
          };
          await one.page.fill('#interest', 'music, old films,');
          await check('start');
          await one.start();
          await one.stage('waiting');
          await check('waiting');
          await other.start('music');
          await one.stage('chat');
          await check('met');
          await one.say('hello');
          await other.say('Donaudampfschifffahrtsgesellschaft'.repeat(9));
          await other.say('مرحبا بالعالم');
          await one.reads('مرحبا بالعالم');
          await other.page.type('#draft', 'm');
          await one.shown('#typing');
          await check('talking');
          await one.press(/^Next/);
          await one.reads('Sure?');
          await check('asked whether sure');
          await one.page.fill('#draft', 'x'.repeat(5000));
          await one.reads('Too long by 904 characters.');
          await check('too long');
          await other.press('Leave');
          await other.press('Sure?');
          await one.reads('The stranger left.');
          await check('left');
          assert.deepEqual([...hosts], [`localhost:${nginx.tlsPort}`]);
          assert.deepEqual(await one.page.context().cookies(), []);
          assert.deepEqual(await one.page.evaluate(() => [localStorage.length, sessionStorage.length]), [0, 0]);
          for (const person of [one, other]) await person.go();

          const reader = await Person.arrive(browser, nginx, { size, colorScheme, path: '/privacy.html' });
          await reader.passesAudit('privacy');
          reader.expect(/404/);
          await reader.page.goto(`https://localhost:${nginx.tlsPort}/nobody/here`);
          await reader.reads('Nobody here');
          await reader.passesAudit('not found');
          await reader.go();
        } finally {
          await browser.close();
        }
      }, (line) => t.diagnostic(line)));
  }
}

test('without JavaScript the page says what is missing', (t) =>
  withNginx(site(), {}, async (nginx) => {
    const browser = await openBrowser();
    try {
      const one = await Person.arrive(browser, nginx, { javaScriptEnabled: false });
      assert.match(await one.page.textContent('.notice'), /needs JavaScript/);
      assert.equal(await one.page.isVisible('#find'), false);
      await one.go();
    } finally {
      await browser.close();
    }
  }, (line) => t.diagnostic(line)));
