// The protocol of Redis (RESP2), as much as a test needs: commands and their answers, and what MONITOR tells.

import net from 'node:net';

import { within } from './wait.js';

// What Redis answers with `-`.
export class RedisError extends Error {}

export class Resp {
  #socket;
  #bytes = Buffer.alloc(0);
  #waiting = [];  // for answers, oldest first
  #ended = null;

  // Told of each answer that nobody asked for: MONITOR's lines.
  onPush = () => {};

  // `target` as of net.connect: { path } or { port, host }.
  static async connect(target) {
    const resp = new Resp();
    const socket = net.connect(target);
    resp.#socket = socket;
    await within(new Promise((resolve, reject) => {
      socket.once('connect', resolve).once('error', reject);
    }), 'a connection to Redis');
    socket.on('data', (bytes) => resp.#take(bytes));
    socket.on('error', () => {});
    socket.on('close', () => resp.#end());
    return resp;
  }

  // The answer: a string, a number, null, or an array of these. Bytes beyond ASCII are one character each (latin1).
  command(...words) {
    if (this.#ended) return Promise.reject(this.#ended);
    const parts = words.map(String).map((word) => `$${Buffer.byteLength(word, 'latin1')}\r\n${word}\r\n`);
    this.#socket.write(Buffer.from(`*${words.length}\r\n${parts.join('')}`, 'latin1'));
    const answer = new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
    return within(answer, `Redis to answer ${words[0]}`);
  }

  close() {
    this.#socket.destroy();
  }

  #take(bytes) {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    for (;;) {
      const found = read(this.#bytes, 0);
      if (!found) return;
      this.#bytes = this.#bytes.subarray(found.end);
      const waiting = this.#waiting.shift();
      if (!waiting) this.onPush(found.value);
      else if (found.value instanceof RedisError) waiting.reject(found.value);
      else waiting.resolve(found.value);
    }
  }

  #end() {
    this.#ended = new Error('Redis closed the connection');
    for (const { reject } of this.#waiting.splice(0)) reject(this.#ended);
  }
}

// { value, end } of the answer at `start`, or null while it is not whole.
function read(bytes, start) {
  const line = bytes.indexOf('\r\n', start);
  if (line < 0) return null;
  const text = bytes.toString('latin1', start + 1, line);
  const end = line + 2;
  switch (String.fromCharCode(bytes[start])) {
    case '+':
      return { value: text, end };
    case '-':
      return { value: new RedisError(text), end };
    case ':':
      return { value: Number(text), end };
    case '$':
      return readBulk(bytes, end, Number(text));
    case '*':
      return readArray(bytes, end, Number(text));
  }
  throw new Error(`not of RESP: ${text}`);
}

function readBulk(bytes, start, size) {
  if (size < 0) return { value: null, end: start };
  const end = start + size + 2;
  return bytes.length < end ? null : { value: bytes.toString('latin1', start, end - 2), end };
}

function readArray(bytes, start, size) {
  if (size < 0) return { value: null, end: start };
  const value = [];
  let end = start;
  for (let i = 0; i < size; i++) {
    const found = read(bytes, end);
    if (!found) return null;
    value.push(found.value);
    end = found.end;
  }
  return { value, end };
}
