// A stranger whose connection drops, and who comes back or does not. The server's word for it is put in on its way to the
// page: what one page does is the same, whatever the reason was.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { withNginx } from '../nginx/harness.js';
import { Person, meet, openBrowser, site } from './people.js';

const GONE = /The stranger’s connection dropped\./;

for (const size of ['desktop', 'phone', 'narrow']) {
  test(`the stranger is lost, back, lost and gone: ${size}`, (t) =>
    withNginx(site(), {}, async (nginx) => {
      const browser = await openBrowser();
      try {
        let line;
        const before = (page) => page.routeWebSocket(/\/chat$/, (socket) => {
          socket.connectToServer();
          line = socket;
        });
        const one = await Person.arrive(browser, nginx, { size, before });
        const other = await Person.arrive(browser, nginx);
        const status = () => one.page.textContent('#status');
        await meet(one, other);
        await one.say('hello');
        await other.say('hi, how are you?');
        await one.reads('hi, how are you?');

        line.send('lost in=60');
        await one.reads('Stranger offline');
        await one.page.locator('#absent').filter({ hasText: GONE }).waitFor();
        assert.equal(await status(), 'The stranger’s connection dropped. They have 60 seconds to come back. What you write waits here.');
        await one.page.locator('#absent').filter({ hasText: 'They have 59 seconds' }).waitFor();
        assert.match(await status(), /60 seconds/, 'who listens is not told each second');
        await one.say('are you there?');
        await one.marked('are you there?', 'On its way');
        await one.passesAudit('lost');
        assert.ok(await one.page.locator('#absent').evaluate((element) => {
          const { top, bottom } = element.getBoundingClientRect();
          const { top: first, bottom: last } = document.getElementById('scroll').getBoundingClientRect();
          return top >= first && bottom <= last;
        }), 'what is said about it is in sight');
        assert.equal(await other.page.locator('.theirs .text').count(), 1);

        line.send('back');
        await one.page.locator('#absent').filter({ hasText: 'The stranger is back.' }).waitFor();
        assert.equal(await status(), 'The stranger is back.');
        await one.marked('are you there?', 'Seen');
        await other.reads('are you there?');
        await one.gone('#absent');
        await one.passesAudit('back');

        line.send('lost in=1');
        await one.page.locator('#absent').filter({ hasText: 'A moment longer' }).waitFor();
        await one.say('again?');
        line.send('left');
        await one.reads('The stranger left.');
        await one.marked('again?', 'Not delivered');
        await one.gone('#absent');
        for (const person of [one, other]) await person.go();
      } finally {
        await browser.close();
      }
    }, (line) => t.diagnostic(line)));
}
