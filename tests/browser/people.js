// People at real browser windows: Chromium, each with a context of its own, against an nginx that serves the page and
// the chat over TLS.
//
//   CHROMIUM_BINARY  the Chromium to run; without it /usr/bin/chromium

import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';

import { chromium } from 'playwright-core';

import { certificate, ROOT } from '../nginx/harness.js';
import { HANG_MS } from '../nginx/wait.js';

const AXE = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// The page where nginx's workers can read it: the checkout may lie where only its owner looks.
const PAGE = fs.mkdtempSync(path.join(os.tmpdir(), 'chat-page-'));
fs.chmodSync(PAGE, 0o755);
fs.cpSync(path.join(ROOT, 'html'), PAGE, { recursive: true });
process.on('exit', () => fs.rmSync(PAGE, { recursive: true }));

// An nginx that serves the page and the chat as the example configuration does; `settings` are further directives.
export function site(settings = '') {
  return `
    types { text/html html; text/css css; text/javascript js; image/svg+xml svg; application/json json; }
    chat_zone chat:1m;
    server {
        listen 127.0.0.1:%tls_port% ssl;
        server_name localhost;
        ssl_certificate %certificate%;
        ssl_certificate_key %key%;
        include ${ROOT}/nginx-conf/snippets/chat-tls.conf;
        root ${PAGE};
        include ${ROOT}/nginx-conf/snippets/chat.conf;
        ${settings}
    }`;
}

export const sizes = {
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
  desktop: { viewport: { width: 1280, height: 800 } },
  narrow: { viewport: { width: 320, height: 568 }, isMobile: true, hasTouch: true },
};

// Chromium trusts this very key instead of no key at all being checked.
function keyHash() {
  const key = new X509Certificate(certificate().certificate).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(key).digest('base64');
}

const FLAGS = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'].concat([
  '--disable-component-update',
  '--disable-sync',
]);

export function openBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_BINARY ?? '/usr/bin/chromium',
    chromiumSandbox: process.getuid() !== 0,
    args: [...FLAGS, `--ignore-certificate-errors-spki-list=${keyHash()}`],
  });
}

export class Person {
  sockets = [];
  #complaints = [];
  #expected = null;

  // Opens the page. Options: `size`, `before` (called with the page before it is loaded), and those of a browser context.
  static async arrive(browser, nginx, { size = 'desktop', path = '/', before, ...options } = {}) {
    const person = new Person();
    const context = await browser.newContext({ ...sizes[size], reducedMotion: 'reduce', ...options });
    context.setDefaultTimeout(HANG_MS);
    person.page = await context.newPage();
    person.page.on('pageerror', (error) => person.#complaints.push(String(error)));
    person.page.on('websocket', (socket) => person.sockets.push(socket));
    person.page.on('console', (message) => person.#hear(message));
    await before?.(person.page);
    await person.page.goto(`https://localhost:${nginx.tlsPort}${path}`);
    return person;
  }

  #hear(message) {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    if (!this.#expected?.test(message.text())) this.#complaints.push(message.text());
  }

  // From now on the console may say this.
  expect(pattern) {
    this.#expected = pattern;
  }

  // Leaves. The console said nothing: no error, no violation of the policy.
  async go() {
    await this.page.context().close();
    assert.deepEqual(this.#complaints, []);
  }

  shown(selector) {
    return this.page.waitForSelector(selector, { state: 'visible' });
  }

  gone(selector) {
    return this.page.waitForSelector(selector, { state: 'hidden' });
  }

  reads(text) {
    return this.page.getByText(text, { exact: true }).filter({ visible: true }).first().waitFor();
  }

  stage(name) {
    return this.shown(`body[data-stage="${name}"]`);
  }

  press(name) {
    return this.page.getByRole('button', { name }).click();
  }

  async start(...interests) {
    if (interests.length > 0) await this.page.fill('#interest', interests.join(', '));
    await this.press('Start talking');
  }

  async say(text) {
    await this.page.fill('#draft', text);
    await this.page.keyboard.press('Enter');
    await this.reads(text);
  }

  // The mark under the own message with that text.
  marked(text, mark) {
    return this.page.locator('.mine').filter({ hasText: text }).locator('.mark').filter({ hasText: mark }).waitFor();
  }

  // No finding of the accessibility audit, and nothing wider than the window.
  async passesAudit(where) {
    await this.page.evaluate(`${AXE};0`);
    const { violations } = await this.page.evaluate(() => window.axe.run());
    const found = violations.map(({ id, nodes }) => `${where}: ${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    assert.deepEqual(found, []);
    assert.ok(await this.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), where);
  }
}

// Two who have just met.
export async function meet(...people) {
  for (const person of people) await person.start();
  for (const person of people) await person.stage('chat');
}
