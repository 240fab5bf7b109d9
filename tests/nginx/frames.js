// WebSocket frames (RFC 6455 section 5.2) on the wire: written with anything in them, right or wrong; read strictly.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';

export const CONTINUATION = 0;
export const TEXT = 1;
export const BINARY = 2;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

// A client's frame. `lengthBits` (7, 16 or 64) forces a form of the length, `claims` another length than the payload's.
export function encodeFrame({
  opcode = TEXT,
  payload = '',
  fin = true,
  rsv = 0,
  masked = true,
  mask = randomBytes(4),
  claims = Buffer.byteLength(payload),
  lengthBits = claims < 126 ? 7 : claims < 65536 ? 16 : 64,
} = {}) {
  const body = Buffer.from(payload);
  const maskBit = masked ? 0x80 : 0;
  const first = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  const head =
    lengthBits === 7 ? Buffer.alloc(2) : lengthBits === 16 ? Buffer.alloc(4) : Buffer.alloc(10);
  head[0] = first;
  head[1] = maskBit | (lengthBits === 7 ? claims : lengthBits === 16 ? 126 : 127);
  if (lengthBits === 16) head.writeUInt16BE(claims, 2);
  if (lengthBits === 64) head.writeBigUInt64BE(BigInt(claims), 2);
  if (!masked) return Buffer.concat([head, body]);
  for (let i = 0; i < body.length; i++) body[i] ^= mask[i & 3];
  return Buffer.concat([head, mask, body]);
}

// The payload of a Close frame.
export function closePayload(code, reason = '') {
  const bytes = Buffer.alloc(2 + Buffer.byteLength(reason));
  bytes.writeUInt16BE(code);
  bytes.write(reason, 2);
  return bytes;
}

// Cuts a server's bytes into frames, and accepts nothing that a server may not send.
export class FrameReader {
  #chunks = [];
  #size = 0;
  #inMessage = false;

  // Takes bytes; gives the frames they complete.
  take(bytes) {
    this.#chunks.push(bytes);
    this.#size += bytes.length;
    const frames = [];
    for (let frame = this.#next(); frame; frame = this.#next()) frames.push(frame);
    return frames;
  }

  // Bytes of a frame that is not complete.
  get rest() {
    return this.#size;
  }

  #joined() {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0];
  }

  #next() {
    if (this.#size < 2) return null;
    const head = this.#chunks[0].length >= 10 ? this.#chunks[0] : this.#joined();
    const short = head[1] & 0x7f;
    const headSize = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (this.#size < headSize) return null;
    const size = short < 126 ? short : short === 126 ? head.readUInt16BE(2) : Number(head.readBigUInt64BE(2));
    if (this.#size < headSize + size) return null;

    const bytes = this.#joined();
    const frame = {
      fin: (bytes[0] & 0x80) !== 0,
      opcode: bytes[0] & 0x0f,
      payload: bytes.subarray(headSize, headSize + size),
    };
    this.#check(bytes, headSize, frame);
    this.#size -= headSize + size;
    this.#chunks = this.#size === 0 ? [] : [bytes.subarray(headSize + size)];
    return frame;
  }

  #check(bytes, headSize, { fin, opcode, payload }) {
    const size = payload.length;
    assert.equal(bytes[0] & 0x70, 0, 'a server sets no RSV bit');
    assert.equal(bytes[1] & 0x80, 0, 'a server does not mask');
    assert.equal(headSize, size < 126 ? 2 : size < 65536 ? 4 : 10, `the shortest length for ${size} bytes`);
    assert.ok([CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG].includes(opcode), `opcode ${opcode}`);
    if (opcode >= CLOSE) {
      assert.ok(fin, 'a control frame is whole');
      assert.ok(size <= 125, 'a control frame is short');
      return;
    }
    assert.equal(opcode === CONTINUATION, this.#inMessage, 'a continuation continues a message');
    this.#inMessage = !fin;
  }
}
