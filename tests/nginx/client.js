// A WebSocket client over a bare socket. It can send any bytes, also those that no library would; what comes from the
// server it reads strictly. Everything that was received waits in a queue until a test asks for it.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import net from 'node:net';
import tls from 'node:tls';

import { certificate } from './harness.js';
import { CLOSE, FrameReader, PONG, TEXT, closePayload, encodeFrame } from './frames.js';
import { within } from './wait.js';

export { BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, closePayload, encodeFrame } from './frames.js';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

export function acceptOf(key) {
  return createHash('sha1').update(key + GUID).digest('base64');
}

export function newKey() {
  return randomBytes(16).toString('base64');
}

// The text of an upgrade request. In `headers` a value replaces that header, an array gives it several times, and
// undefined leaves it out.
export function upgradeRequest({ method = 'GET', path = '/chat', version = 'HTTP/1.1', key = newKey(), headers = {} } = {}) {
  const all = {
    Host: 'localhost',
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': key,
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Protocol': 'chat.v1',
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) => [value ?? []].flat().map((each) => `${name}: ${each}`));
  return `${[`${method} ${path} ${version}`, ...lines].join('\r\n')}\r\n\r\n`;
}

// An HTTP response's head.
class Head {
  constructor(text) {
    const [line, ...headers] = text.split('\r\n');
    this.line = line;
    this.status = Number(line.split(' ')[1]);
    this.headers = headers.map((each) => each.split(/: ?/s)).map(([name, ...value]) => [name, value.join(': ')]);
  }

  // The value of a header; several times the same header is an error.
  header(name) {
    const values = this.headers.filter(([each]) => each.toLowerCase() === name.toLowerCase());
    assert.ok(values.length <= 1, `${name} once`);
    return values[0]?.[1];
  }
}

function utf8(bytes) {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}

export class Client {
  #socket;
  #bytes = Buffer.alloc(0);  // of HTTP responses
  #reader = null;            // once upgraded
  #queue = [];               // frames that nobody has asked for yet
  #wake = () => {};
  #end = null;               // 'fin' or 'reset'
  #violation = null;         // what the server did against the protocol

  // Gives a client that is connected. `from` is the address it comes from, any of 127.0.0.0/8; `socket` a Unix socket
  // to connect to instead of a port.
  static async open({ port, secure = false, from = '127.0.0.1', socket: file }) {
    const client = new Client();
    const where = file ? { path: file } : { port, host: '127.0.0.1', localAddress: from };
    const target = { ...where, allowHalfOpen: true };
    const socket = secure
      ? tls.connect({ ...target, servername: 'localhost', ca: certificate().certificate, ALPNProtocols: ['http/1.1'] })
      : net.connect(target);
    client.#socket = socket;
    const connected = new Promise((resolve, reject) => {
      socket.once(secure ? 'secureConnect' : 'connect', resolve).once('error', reject);
    });
    await within(connected, 'a connection');
    if (!file) socket.setNoDelay();
    client.localPort = socket.localPort;
    socket.on('data', (bytes) => client.#take(bytes));
    socket.on('end', () => client.#finish('fin'));
    socket.on('error', () => client.#finish('reset'));
    socket.on('close', () => client.#finish('reset'));
    return client;
  }

  // ---- sending ----

  // Any bytes. Gives a promise of the moment when the kernel has taken them, or the connection is gone.
  write(bytes) {
    return new Promise((resolve) => this.#socket.write(bytes, resolve));
  }

  sendFrame(options) {
    return this.write(encodeFrame(options));
  }

  sendText(payload) {
    return this.sendFrame({ payload });
  }

  sendClose(code, reason) {
    return this.sendFrame({ opcode: CLOSE, payload: code === undefined ? '' : closePayload(code, reason) });
  }

  // No more from us; the server's bytes still come.
  finish() {
    this.#socket.end();
  }

  // ---- the opening handshake ----

  // Asks for the upgrade and gives the answer, whatever it is. `early` bytes go out in the same packet.
  async ask(options = {}, early = Buffer.alloc(0)) {
    await this.write(Buffer.concat([Buffer.from(upgradeRequest(options)), early]));
    return this.response();
  }

  // The same, and the answer must be the right one.
  async handshake(options = {}, early) {
    const key = options.key ?? newKey();
    const response = await this.ask({ ...options, key }, early);
    assert.equal(response.status, 101, `${response.line}: ${response.body}`);
    assert.equal(response.header('Sec-WebSocket-Accept'), acceptOf(key));
    return response;
  }

  // An HTTP response, with its `body` as text unless it is an upgrade.
  async response() {
    const [text] = await this.#until(() => this.#cut(this.#bytes.indexOf('\r\n\r\n'), 4), 'a response');
    const head = new Head(text);
    if (head.status === 101) {
      this.#reader = new FrameReader();
      const early = this.#bytes;
      this.#bytes = Buffer.alloc(0);
      this.#take(early);
      return head;
    }
    const length = head.header('Content-Length');
    assert.ok(length !== undefined, `a length in ${head.line}`);
    const [body] = await this.#until(() => this.#cut(this.#bytes.length >= Number(length) ? Number(length) : -1), 'a body');
    head.body = body;
    return head;
  }

  // ---- receiving ----

  // The next frame: {fin, opcode, payload}.
  frame() {
    return this.#until(() => this.#queue.shift(), 'a frame');
  }

  // The next frame as a text; it must be one, and whole.
  async text() {
    const { fin, opcode, payload } = await this.frame();
    assert.deepEqual({ fin, opcode }, { fin: true, opcode: TEXT }, `a text, not ${opcode}: ${describe(payload, opcode)}`);
    return utf8(payload);
  }

  // The next text or binary message, put together from its fragments: {opcode, payload}. Pongs in between are gathered
  // in `pongs`.
  async message(pongs = []) {
    const parts = [];
    let kind;
    for (;;) {
      const { fin, opcode, payload } = await this.frame();
      if (opcode === PONG) {
        pongs.push(payload.toString());
        continue;
      }
      assert.ok(opcode < CLOSE, `a message, not ${opcode}: ${describe(payload, opcode)}`);
      kind ??= opcode;
      parts.push(payload);
      if (fin) return { opcode: kind, payload: Buffer.concat(parts) };
    }
  }

  // The next frame must be a Close. It is answered, unless `answer` is false, and then the connection must end:
  // {code, reason, end: 'fin' or 'reset'}. `skip` lets frames before it pass, those are in `skipped`.
  async closed({ skip = false, answer = true } = {}) {
    const skipped = [];
    for (;;) {
      const frame = await this.frame();
      if (frame.opcode !== CLOSE) {
        assert.ok(skip, `a Close, not ${frame.opcode}: ${describe(frame.payload, frame.opcode)}`);
        skipped.push(frame);
        continue;
      }
      const { code, reason } = readClose(frame.payload);
      if (answer) this.sendClose(code ?? undefined);
      const end = await this.ended();
      return { code, reason, end, skipped };
    }
  }

  // The connection must end, with no frame before: 'fin' or 'reset'. Ours ends too.
  async ended() {
    const frame = await this.#until(() => this.#queue.shift() ?? this.#end, 'the end of the connection', true);
    if (typeof frame !== 'string') assert.fail(`the end, not ${frame.opcode}: ${describe(frame.payload, frame.opcode)}`);
    this.#socket.end();
    return frame;
  }

  // Stops to read from the socket, and starts again.
  pause() {
    this.#socket.pause();
  }

  resume() {
    this.#socket.resume();
  }

  // Ends the connection at once: like a closed window, or with RST like a crashed machine.
  close() {
    this.#socket.destroy();
  }

  reset() {
    this.#socket.resetAndDestroy();
  }

  // ---- inside ----

  #take(bytes) {
    try {
      if (this.#reader) this.#queue.push(...this.#reader.take(bytes));
      else this.#bytes = Buffer.concat([this.#bytes, bytes]);
    } catch (error) {
      this.#violation = error;
    }
    this.#wake();
  }

  #finish(how) {
    this.#end ??= how;
    this.#wake();
  }

  // The text up to `size`, taken off together with `behind` bytes; nothing if size is negative.
  #cut(size, behind = 0) {
    if (size < 0) return null;
    const text = this.#bytes.toString('utf8', 0, size);
    this.#bytes = this.#bytes.subarray(size + behind);
    return [text];
  }

  async #until(condition, what, endIsFine = false) {
    for (;;) {
      if (this.#violation) throw this.#violation;
      const value = condition();
      if (value) return value;
      if (this.#end && !endIsFine) throw new Error(`the connection ended (${this.#end}) instead of ${what}`);
      await within(new Promise((resolve) => (this.#wake = resolve)), what);
    }
  }
}

function describe(payload, opcode) {
  if (opcode !== CLOSE) return payload.toString('latin1', 0, 200);
  const { code, reason } = readClose(payload);
  return `${code} ${reason}`;
}

// What a Close frame says: a code, null without one, and a reason.
function readClose(payload) {
  assert.notEqual(payload.length, 1, 'no half of a code');
  return payload.length === 0
    ? { code: null, reason: '' }
    : { code: payload.readUInt16BE(0), reason: utf8(payload.subarray(2)) };
}
