// Two windows, a desktop and a phone, in one chat.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { withNginx } from '../nginx/harness.js';
import { Person, meet, openBrowser, site } from './people.js';

let browser;
before(async () => (browser = await openBrowser()));
after(() => browser.close());

// Runs `body` with people at windows of these sizes, and lets them go.
function talk(name, sizes, body, settings) {
  test(name, (t) =>
    withNginx(
      site(settings),
      {},
      async (nginx) => {
        const people = [];
        for (const size of sizes) people.push(await Person.arrive(browser, nginx, { size }));
        await body(...people, nginx);
        for (const person of people) await person.go();
      },
      (line) => t.diagnostic(line),
    ),
  );
}

const pairs = [['desktop', 'phone'], ['desktop', 'desktop'], ['phone', 'phone']];
for (const sizes of pairs) {
  talk(`find each other and talk both ways: ${sizes.join(' and ')}`, sizes, async (one, other) => {
    await one.start('music', 'old films');
    await one.reads('Looking for someone…');
    await other.start('Music');
    for (const person of [one, other]) {
      await person.stage('chat');
      assert.match(await person.page.textContent('#opening'), /You both like .*music/i);
    }
    await one.say('hello there');
    await other.reads('hello there');
    await one.marked('hello there', 'Seen');
    await other.say('hello yourself');
    await one.reads('hello yourself');
    await other.marked('hello yourself', 'Seen');
  });
}

talk('typing is seen, and ends with the message', ['desktop', 'phone'], async (one, other) => {
  await meet(one, other);
  await one.page.type('#draft', 'hm');
  await other.shown('#typing');
  await one.page.keyboard.press('Enter');
  await other.reads('hm');
  await other.gone('#typing');
});

talk('delivered at once, seen only with the page in front', ['desktop', 'phone'], async (one, other) => {
  await meet(one, other);
  const front = (visible) =>
    other.page.evaluate((state) => {
      Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }, visible ? 'visible' : 'hidden');
  await front(false);
  await one.reads('Stranger is away');
  await one.say('are you there?');
  await one.marked('are you there?', 'Delivered');
  await other.page.waitForFunction(() => document.title === 'New message · Chatsj');
  assert.match(await other.page.getAttribute('#favicon', 'href'), /unread/);
  await front(true);
  await one.marked('are you there?', 'Seen');
  await one.reads('Stranger');
  assert.match(await other.page.title(), /talk with a stranger/);
  assert.doesNotMatch(await other.page.getAttribute('#favicon', 'href'), /unread/);
});

talk('next by Esc takes two presses where something was said', ['desktop', 'phone', 'desktop'], async (one, other, third) => {
  await meet(one, other);
  await one.say('hi');
  await other.reads('hi');
  await one.page.keyboard.press('Escape');
  await one.reads('Sure?');
  await one.page.keyboard.type('no, I stay');
  await one.reads('Next');
  await one.page.keyboard.press('Enter');
  await other.reads('no, I stay');

  await one.page.keyboard.press('Escape');
  await one.page.keyboard.press('Escape');
  await one.stage('waiting');
  await other.reads('The stranger left.');
  await third.start();
  await one.stage('chat');
  assert.equal(await one.page.locator('#log li').count(), 0, 'of the chat before nothing is left on the page');
  await third.say('somebody else');
  await one.reads('somebody else');
});

talk('the stranger left: what was written can still be read, and Esc finds the next', ['desktop', 'phone'], async (one, other) => {
  await meet(one, other);
  await other.say('bye');
  await one.reads('bye');
  await one.page.fill('#draft', 'wait, I');
  await other.press('Leave');
  await other.press('Sure?');
  await other.stage('start');
  await one.reads('The stranger left.');
  assert.equal(await one.page.inputValue('#draft'), 'wait, I');
  assert.equal(await one.page.getAttribute('#draft', 'readonly'), '');
  await one.page.keyboard.press('Enter');
  await one.stage('ended');
  await one.page.keyboard.press('Escape');
  await one.stage('waiting');
  assert.equal(await one.page.inputValue('#draft'), '');
  await other.start();
  await one.stage('chat');
  await other.stage('chat');
}, 'chat_patience 200ms;');

talk('a blocked stranger is not met again', ['desktop', 'phone', 'desktop'], async (one, other, third) => {
  await meet(one, other);
  await one.press('Block');
  await one.press('Sure?');
  await one.reads('Blocked. You will not meet again while you both stay connected.');
  await other.reads('The stranger left.');
  await one.press('Find someone new');
  await other.press('Find someone new');
  await one.stage('waiting');
  await other.stage('waiting');
  await third.start();
  await third.stage('chat');
  const stages = () => Promise.all([one, other].map(({ page }) => page.getAttribute('body', 'data-stage')));
  await third.say('one of you');
  await Promise.any([one, other].map((person) => person.reads('one of you')));
  assert.deepEqual((await stages()).sort(), ['chat', 'waiting']);
}, 'chat_patience 200ms;');

talk('with the keyboard alone', ['desktop', 'desktop'], async (one, other) => {
  await other.start('tea');
  const { keyboard } = one.page;
  const focused = () => one.page.evaluate(() => document.activeElement.id);
  await keyboard.press('Tab');
  assert.equal(await focused(), 'find');
  await keyboard.press('Tab');
  assert.equal(await focused(), 'interest');
  await keyboard.type('tea,coffee');
  await keyboard.press('Enter');
  assert.equal(await one.page.locator('#chips li').count(), 2);
  await keyboard.press('Backspace');
  assert.equal(await one.page.locator('#chips li').count(), 1);
  await keyboard.press('Enter');
  await one.stage('chat');
  assert.equal(await focused(), 'draft');
  await keyboard.type('one');
  await keyboard.press('Shift+Enter');
  await keyboard.type('two');
  await keyboard.press('Enter');
  await other.reads('one\ntwo');
  await keyboard.press('Shift+Tab');
  assert.equal(await focused(), 'next');
  await keyboard.press('Shift+Tab');
  assert.equal(await focused(), 'scroll');
  await keyboard.press('Shift+Tab');
  assert.equal(await focused(), 'leave');
  await keyboard.press('Enter');
  await keyboard.press('Enter');
  await one.stage('start');
  assert.equal(await focused(), 'find');
});

talk('text arrives as it was written, and as nothing but text', ['desktop', 'phone'], async (one, other) => {
  await meet(one, other);
  const texts = ['<img src=x onerror=alert(1)> <b>&amp;</b>', 'https://example.org/', '  two  spaces', 'שלום world', '🎷é\u0301', 'say 1\ngot 9'];
  for (const text of texts) {
    await one.page.fill('#draft', text);
    await one.page.keyboard.press('Enter');
  }
  await one.marked(texts.at(-1), 'Seen');
  assert.deepEqual(await other.page.locator('.theirs .text').allTextContents(), texts);
  assert.equal(await other.page.locator('#log img, #log a, #log b').count(), 0);
  const bubble = other.page.locator('.theirs .text').nth(3);
  assert.equal(await bubble.evaluate((element) => element.matches(':dir(rtl)')), true);
});

talk('an enter that belongs to an input method does not send', ['desktop', 'desktop'], async (one, other) => {
  await meet(one, other);
  await one.page.fill('#draft', 'にほん');
  await one.page.evaluate(() => {
    const enter = (options) => new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...options });
    const draft = document.getElementById('draft');
    draft.dispatchEvent(enter({ isComposing: true }));
    draft.dispatchEvent(enter({ keyCode: 229 }));
  });
  assert.equal(await one.page.inputValue('#draft'), 'にほん');
  await one.page.keyboard.press('Enter');
  await other.reads('にほん');
});

talk('too long is told before it is sent', ['desktop', 'phone'], async (one, other) => {
  await meet(one, other);
  const text = 'é'.repeat(60);
  await one.page.fill('#draft', text);
  await one.reads('Too long by 10 characters.');
  await one.page.keyboard.press('Enter');
  assert.equal(await one.page.inputValue('#draft'), text);
  await one.page.fill('#draft', 'é'.repeat(50));
  await one.page.keyboard.press('Enter');
  await other.reads('é'.repeat(50));
}, 'chat_message_max 100;');

talk('more than the rate allows arrives all the same, once and in order', ['desktop', 'phone'], async (one, other) => {
  await meet(one, other);
  const texts = Array.from({ length: 12 }, (_, i) => `message ${i + 1}`);
  for (const text of texts) {
    await one.page.fill('#draft', text);
    await one.page.keyboard.press('Enter');
  }
  await one.marked(texts.at(-1), 'Seen');
  assert.deepEqual(await other.page.locator('.theirs .text').allTextContents(), texts);
}, 'chat_message_rate 10r/s burst=3;');

talk('a closed window has left, once its time to come back is over', ['desktop', 'phone'], async (one, other) => {
  await meet(one, other);
  await other.page.close();
  await one.reads('Stranger offline');
  await one.reads('The stranger left.');
}, 'chat_window 2s;');

talk('who has just gone further up is not dragged down, also before the browser tells of it', ['desktop'], async (one) => {
  const told = await one.page.evaluate(async () => {
    const { Log } = await import('/js/view/log.js');
    const make = (name) => document.body.appendChild(document.createElement(name));
    const [scroll, newer] = [make('div'), make('button')];
    scroll.style.cssText = 'height: 200px; overflow: auto';
    const list = scroll.appendChild(document.createElement('ol'));
    const told = [];
    const log = new Log({ list, scroll, newer, onReading: (atEnd) => told.push(atEnd) });
    for (let id = 1; id <= 40; id++) log.add({ id, mine: false, text: 'line', state: null });
    scroll.scrollTop = 0;
    log.add({ id: 41, mine: false, text: 'further down', state: null });
    told.push(scroll.scrollTop, newer.hidden);
    newer.click();
    told.push(newer.hidden);
    return told;
  });
  assert.deepEqual(told, [false, 0, false, true, true]);
});

talk('who reads further up is not dragged down, and has not seen what is below', ['desktop', 'phone'], async (one, other) => {
  await meet(one, other);
  await one.say('line\n'.repeat(60));
  await one.marked('line', 'Seen');
  await other.page.evaluate(() => (document.getElementById('scroll').scrollTop = 0));
  await other.page.waitForFunction(() => document.getElementById('scroll').scrollTop === 0);
  await one.say('further down');
  await one.marked('further down', 'Delivered');
  await other.press('New message');
  await one.marked('further down', 'Seen');
  await other.gone('#newer');
});
