// A chat outlives its connections and its pages: offline for a while, loaded anew, in two tabs, over a server that reloads.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { withNginx } from '../nginx/harness.js';
import { until } from '../nginx/wait.js';
import { Person, meet, openBrowser, site } from './people.js';

const HERE_AGAIN = 'Here you are again. What was said before is gone, as your page was loaded anew.';
const TOO_LATE = 'You were gone for too long, or the stranger left. This chat is over.';
const BROKEN = /WebSocket connection to .* failed|net::ERR_/;

let browser;
before(async () => (browser = await openBrowser()));
after(() => browser.close());

function talk(name, body, settings) {
  test(name, (t) =>
    withNginx(site(settings), {}, async (nginx) => {
      const one = await Person.arrive(browser, nginx);
      const other = await Person.arrive(browser, nginx, { size: 'phone' });
      for (const person of [one, other]) person.expect(BROKEN);
      await meet(one, other);
      await body(one, other, nginx);
      for (const person of [one, other]) await person.go();
    }, (line) => t.diagnostic(line)));
}

const texts = (person, whose) => person.page.locator(`.${whose} .text`).allTextContents();

// Each of the two has shown what the other said, once and in order.
async function complete(one, other) {
  for (const [from, to] of [[one, other], [other, one]]) {
    await until(async () => (await texts(from, 'mine')).length === (await texts(to, 'theirs')).length, 'all of it');
    assert.deepEqual(await texts(to, 'theirs'), await texts(from, 'mine'));
  }
}

const kept = (person) => person.page.evaluate(() => Object.entries(sessionStorage).flat().join(' '));

// Loads the page anew; gives the kinds of questions that the browser asked about it.
async function loadAnew(person) {
  const asked = [];
  const take = (dialog) => {
    asked.push(dialog.type());
    return dialog.accept();
  };
  person.page.on('dialog', take);
  await person.page.reload();
  person.page.off('dialog', take);
  return asked;
}

talk('offline for 20 s while the other talks: all of it is there, once and in order', async (one, other) => {
  await one.say('before');
  await other.reads('before');
  const offlineUntil = Date.now() + 20_000;
  await one.page.context().setOffline(true);
  await one.reads('No connection. Trying again…');
  for (let i = 1; Date.now() < offlineUntil; i++) {
    await other.say(`are you there? ${i}`);
    if (i % 3 === 0) await one.say(`nobody hears this yet ${i}`);
    await other.page.waitForTimeout(700);
  }
  assert.equal((await texts(one, 'theirs')).length, 0);
  await one.passesAudit('offline');
  await one.page.context().setOffline(false);
  await one.gone('#link');
  await complete(one, other);
  await other.say('there you are');
  await one.reads('there you are');
  await other.marked('there you are', 'Seen');
});

talk('F5 in a chat: it goes on, and nothing that was said is kept anywhere', async (one, other) => {
  await one.say('my secret');
  await one.marked('my secret', 'Seen');
  await other.say('your secret');
  await one.reads('your secret');
  await other.marked('your secret', 'Seen');
  assert.match(await kept(one), /^seat [^ ]{40,} 1 1$/);
  assert.deepEqual(await loadAnew(one), []);
  await one.reads(HERE_AGAIN);
  await one.stage('chat');
  assert.deepEqual([await texts(one, 'mine'), await texts(one, 'theirs')], [[], []]);
  await one.passesAudit('loaded anew');
  await one.say('where were we?');
  await other.reads('where were we?');
  await other.say('there');
  await one.reads('there');
  await one.marked('where were we?', 'Seen');
  assert.equal(await other.page.locator('.gap').count(), 0, 'nothing was missing');
  await other.marked('there', 'Seen');
  assert.deepEqual(await loadAnew(other), []);
  await other.reads(HERE_AGAIN);
  await one.say('and you, too');
  await other.reads('and you, too');
  await one.press('Leave');
  await one.press('Sure?');
  await other.reads('The stranger left.');
  assert.deepEqual([await kept(one), await kept(other)], ['', '']);
  await one.page.reload();
  await one.stage('start');
});

talk('F5 with messages on their way: the browser asks, and the chat goes on behind them', async (one, other) => {
  await one.page.context().setOffline(true);
  await one.reads('No connection. Trying again…');
  await one.say('never sent');
  await one.say('nor this');
  const asked = one.page.waitForEvent('dialog');
  const closing = one.page.close({ runBeforeUnload: true });
  const dialog = await asked;
  assert.equal(dialog.type(), 'beforeunload');
  await dialog.dismiss();
  await closing;
  assert.deepEqual(await texts(one, 'mine'), ['never sent', 'nor this']);

  // The page loads itself as soon as it may.
  await one.page.evaluate(() => window.addEventListener('online', () => location.reload()));
  one.page.once('dialog', (each) => each.accept());
  const loaded = one.page.waitForEvent('load');
  await one.page.context().setOffline(false);
  await loaded;
  await one.reads(HERE_AGAIN);
  await one.say('from here on');
  await other.reads('from here on');
  // Unless the page had a line for a moment before it was loaded anew.
  await other.page.getByText(/^(nor this|Something the stranger wrote was lost on the way\.)$/).first().waitFor();
  await one.marked('from here on', 'Seen');
  await other.say('I see');
  await one.reads('I see');
});

talk('closing the window asks while something is on its way, and else does not', async (one, other) => {
  await one.say('hello');
  await one.marked('hello', 'Seen');
  const closed = one.page.waitForEvent('close');
  await one.page.close({ runBeforeUnload: true });
  await closed;
  await other.reads('Stranger offline');
});

talk('two tabs with one ticket: the newer has the chat, the older says so and keeps away', async (one, other) => {
  await one.say('from the older');
  await other.reads('from the older');
  const opened = one.page.waitForEvent('popup');
  await one.page.evaluate(() => void window.open(location.href));
  const newer = await opened;
  await newer.locator('#opening').filter({ hasText: HERE_AGAIN }).waitFor();
  await one.reads('This chat goes on in another window.');
  assert.equal(await one.page.isHidden('#link'), true, 'nothing is wrong with the line');
  await one.passesAudit('replaced');
  assert.equal(await kept(one), '');
  assert.equal(one.sockets.length, 1, 'it does not come back by itself');
  await newer.fill('#draft', 'from the newer');
  await newer.keyboard.press('Enter');
  await other.reads('from the newer');
  await other.say('I hear you');
  await newer.getByText('I hear you').waitFor();
  assert.deepEqual(await texts(one, 'theirs'), []);
  await newer.close();
});

talk('the server reloads ten times while two talk: a blink each time, and nothing is missing', async (one, other, nginx) => {
  for (let round = 1; round <= 10; round++) {
    const reloaded = nginx.reload();
    for (let i = 1; i <= 3; i++) {
      await one.say(`one ${round} ${i}`);
      await other.say(`other ${round} ${i}`);
    }
    await reloaded;
    await until(() => [one, other].every(({ sockets }) => sockets.filter((each) => !each.isClosed()).length === 1), 'both lines');
  }
  await complete(one, other);
  assert.ok(one.sockets.length > 5, `${one.sockets.length} connections`);
  for (const person of [one, other]) await person.stage('chat');
}, 'chat_drain 500ms;');

talk('a token that is no good: the page says that the chat is over, and offers another', async (one, other, nginx) => {
  await one.say('hello');
  await one.marked('hello', 'Seen');
  await one.page.evaluate(() => {
    const [token, ...counts] = sessionStorage.getItem('seat').split(' ');
    const forged = `${token.slice(0, 20)}${token[20] === 'A' ? 'B' : 'A'}${token.slice(21)}`;
    window.addEventListener('pagehide', () => sessionStorage.setItem('seat', [forged, ...counts].join(' ')));
  });
  await loadAnew(one);
  await one.reads(TOO_LATE);
  await one.passesAudit('too late');
  assert.equal(await kept(one), '');
  await other.reads('The stranger left.');
  for (const person of [one, other]) await person.press('Find someone new');
  for (const person of [one, other]) await person.stage('chat');
  await one.say('again');
  await other.reads('again');
}, 'chat_window 3s; chat_patience 200ms;');

talk('offline for longer than the window: the chat is over on both sides', async (one, other) => {
  await one.say('hello');
  await one.marked('hello', 'Seen');
  await one.page.context().setOffline(true);
  await one.reads('No connection. Trying again…');
  await one.reads('The connection broke, and this chat is over.');
  await one.passesAudit('over');
  await one.press('Find someone new');
  await one.reads('As soon as there is a connection.');
  await one.page.context().setOffline(false);
  await other.reads('The stranger left.');
  await other.press('Find someone new');
  for (const person of [one, other]) await person.stage('chat');
}, 'chat_window 3s; chat_patience 200ms;');

talk('back from another page of the same tab: the chat is there', async (one, other) => {
  await one.say('hello');
  await one.marked('hello', 'Seen');
  await one.page.goto(new URL('privacy.html', one.page.url()).href);
  await other.reads('Stranger offline');
  await one.page.goBack();
  await other.reads('Stranger');
  await other.say('welcome back');
  await one.reads('welcome back');
  await one.say('thank you');
  await other.reads('thank you');
});

// The browser of these tests puts no page aside, so what it would tell is told here.
talk('a page that was put aside goes on, unless another page of the tab went on with its chat', async (one, other) => {
  const shownAgain = () =>
    one.page.evaluate(() => void window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
  await one.say('hello');
  await one.marked('hello', 'Seen');
  await shownAgain();
  await other.say('still there?');
  await one.reads('still there?');
  assert.deepEqual(await texts(one, 'mine'), ['hello'], 'it is the same page');

  await one.page.evaluate(() => sessionStorage.setItem('seat', 'another 5 5'));
  const loaded = one.page.waitForEvent('load');
  await shownAgain();
  await loaded;
  await one.reads(TOO_LATE);
  assert.deepEqual(await texts(one, 'mine'), []);
});
