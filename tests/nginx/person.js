// Somebody who speaks chat.v1: a client with the protocol's words.

import assert from 'node:assert/strict';

import { Client } from './client.js';
import { until } from './wait.js';

export class Person {
  constructor(client, hello) {
    this.client = client;
    this.hello = hello;  // {max, window, online}
  }

  // Gives somebody who is connected and was greeted. `lobby` is the host they ask for; people of one lobby meet.
  static async join(nginx, { path = '/chat', lobby = 'localhost', secure = false, from, port, socket } = {}) {
    const person = await Person.knock(nginx, { path, lobby, secure, from, port, socket });
    person.hello = parseHello(await person.client.text());
    return person;
  }

  // The same before a word was said by the server.
  static async knock(nginx, { path = '/chat', lobby = 'localhost', secure = false, from, port, socket } = {}) {
    const target = port ?? (secure ? nginx.tlsPort : nginx.port);
    const client = nginx.closeAtStop(await Client.open({ port: target, secure, from, socket }));
    await client.handshake({ path, headers: { Host: lobby } });
    return new Person(client, null);
  }

  // Somebody comes back with a token: takes the seat again. `lost` is for how many seconds the partner is missing yet.
  static async resume(nginx, token, { got = 0, ...options } = {}) {
    const person = await Person.join(nginx, options);
    await person.resume(token, got);
    return person;
  }

  async resume(token = this.token, got = 0) {
    await this.send(`resume ${token} got=${got}`);
    const text = await this.client.text();
    const parts = text.match(/^resumed (?<token>\S+)(?: lost in=(?<lost>\d+))?$/);
    assert.ok(parts, `resumed, not ${text}`);
    this.token = parts.groups.token;
    this.lost = Number(parts.groups.lost ?? 0);
  }

  // Comes with a token that is of no use.
  static async isStale(nginx, token, options = {}) {
    const person = await Person.join(nginx, options);
    await person.send(`resume ${token} got=0`);
    await person.hears('refused resume stale');
    return person;
  }

  // ---- the words ----

  send(frame) {
    return this.client.sendText(frame);
  }

  find({ lang, interests = [] } = {}) {
    return this.send([lang ? `find lang=${lang}` : 'find', ...interests].join('\n'));
  }

  say(number, text, { got } = {}) {
    return this.send(`say ${number}${got === undefined ? '' : ` got=${got}`}\n${text}`);
  }

  got(number) {
    return this.send(`got ${number}`);
  }

  leave() {
    return this.send('leave');
  }

  block() {
    return this.send('block');
  }

  // ---- what comes ----

  // The next frames must be these.
  async hears(...frames) {
    for (const frame of frames) assert.equal(await this.client.text(), frame);
  }

  // Looks for somebody, and nobody is there yet.
  async waits(wish) {
    await this.find(wish);
    await this.hears('waiting');
  }

  // Looks for somebody who is there already: {lang, common}. The token is kept.
  async meets(wish) {
    await this.find(wish);
    return this.matched();
  }

  async matched() {
    return this.#met(await this.client.text());
  }

  // Looks for somebody, and meets them at once or after a while: as `matched`.
  async seeks(wish) {
    await this.find(wish);
    const text = await this.client.text();
    return text === 'waiting' ? this.matched() : this.#met(text);
  }

  // Nothing else was on its way: the answer to a ping comes next.
  async hearsNothing() {
    await this.send('ping');
    await this.hears('pong');
  }

  // Everything that was on its way.
  async hearsUntilPong() {
    await this.send('ping');
    const heard = [];
    for (let text = await this.client.text(); text !== 'pong'; text = await this.client.text()) heard.push(text);
    return heard;
  }

  // The server restarts, says it, and closes: the number of milliseconds after which to come back. A partner may have
  // gone, or come back, a moment earlier.
  async isSentBack() {
    let word = await this.client.text();
    while (/^(lost in=\d+|back|left)$/.test(word)) word = await this.client.text();
    const [, retry] = word.match(/^bye restart retry=(\d+)$/) ?? assert.fail(word);
    const { code, end } = await this.client.closed();
    assert.deepEqual({ code, end }, { code: 1012, end: 'fin' });
    return Number(retry);
  }

  // The server sends them away with this word: the number of milliseconds after which to come back.
  async sentAway(word) {
    const text = await this.client.text();
    const parts = text.match(/^bye (\S+) retry=(\d+)$/);
    assert.equal(parts?.[1], word, text);
    return Number(parts[2]);
  }

  // Is done, and says so.
  close() {
    this.client.sendClose(1000);
    this.client.close();
  }

  // Loses the connection.
  drop() {
    this.client.close();
  }

  #met(text) {
    const { token, ...match } = parseMatch(text);
    this.token = token;
    return match;
  }
}

function parseHello(text) {
  const parts = text.match(/^hello max=(\d+) window=(\d+) online=(\d+)$/);
  assert.ok(parts, `hello, not ${text}`);
  const [max, window, online] = parts.slice(1).map(Number);
  return { max, window, online };
}

function parseMatch(text) {
  const parts = text.match(/^matched (?<token>\S+)(?: lang=(?<lang>\S+))?(?:\n(?<common>[^]*))?$/);
  assert.ok(parts, `matched, not ${text}`);
  const { token, lang, common } = parts.groups;
  return { token, lang, common: common === undefined ? [] : common.split('\n') };
}

// Two people who have just met each other. Options as for both; `first` and `second` for one alone.
export async function couple(nginx, { first = {}, second = {}, ...both } = {}) {
  const a = await Person.join(nginx, { ...both, ...first });
  const b = await Person.join(nginx, { ...both, ...second });
  await meet(a, b);
  return [a, b];
}

// Lets two people meet; nobody else may wait in their lobby.
export async function meet(a, b) {
  await a.waits();
  await Promise.all([a.matched(), b.seeks()]);
}

// Which of them hears something first, and what: {person, text}.
export function firstToHear(people) {
  return until(async () => {
    for (const person of people) {
      await person.send('ping');
      const text = await person.client.text();
      if (text === 'pong') continue;
      await person.hears('pong');
      return { person, text };
    }
    return null;
  }, 'one of them to hear something');
}

// Two who talk all the while. Whatever is done beside them, each round must bring a message each way.
export class Talk {
  #people;
  #rounds = 0;

  static async begin(nginx, options = {}) {
    const talk = new Talk();
    talk.#people = await couple(nginx, { lobby: 'talk.example', ...options });
    return talk;
  }

  async round() {
    const [a, b] = this.#people;
    const number = ++this.#rounds;
    const got = number > 1 ? ` got=${number - 1}` : '';
    await this.#pass(a, b, `say ${number}${got}\nhow are you? ${number}`);
    await this.#pass(b, a, `say ${number} got=${number}\nwell ☕ ${number}`);
  }

  async #pass(from, to, frame) {
    await from.send(frame);
    await to.hears(frame);
  }

  close() {
    for (const person of this.#people) person.close();
  }
}
