// The memory of a `chat_zone` as a worker has it, to be left as a worker that dies leaves it. It is of nginx's slab
// (ngx_slab_pool_t) and of Zone::Shared (src/nginx/zone.cpp); what is found there is looked at before it is believed.

import fs from 'node:fs';

const WORD = 8;
const HEADER_BYTES = 512;
const HOST_AT = 72;  // of Zone::Shared: behind `busy` and two keys of 32 bytes
const SHARED_BYTES = 16 * 1024;
const PLACE_BYTES = 24;
const PLACES = 256;

export class ZoneMemory {
  #file;
  #start;
  #shared;
  #places;

  // `workers` are all that have a place in it, `bytes` is its size.
  constructor(workers, bytes) {
    const [pid] = workers;
    this.#file = fs.openSync(`/proc/${pid}/mem`, 'r+');
    this.#start = mapping(pid, bytes);
    this.#shared = this.#findShared(bytes);
    this.#places = this.#findPlaces(workers);
  }

  // Somebody has the lock, and is in the middle of a change.
  takeLock(pid) {
    this.#write(this.#shared, Buffer.of(1));
    const lock = Buffer.alloc(WORD);
    lock.writeBigUInt64LE(BigInt(pid));
    this.#write(this.#start, lock);
  }

  // The pids of all places; 0 is a free one.
  pids() {
    const places = this.#read(this.#places, PLACES * PLACE_BYTES);
    return Array.from({ length: PLACES }, (_, i) => places.readInt32LE(i * PLACE_BYTES));
  }

  // Gives a place to a member that never was.
  take(place, pid) {
    const bytes = Buffer.alloc(PLACE_BYTES, 0xee);
    bytes.writeInt32LE(pid);
    this.#write(this.#places + place * PLACE_BYTES, bytes);
  }

  close() {
    fs.closeSync(this.#file);
  }

  #read(at, size) {
    const bytes = Buffer.alloc(size);
    fs.readSync(this.#file, bytes, 0, size, at);
    return bytes;
  }

  #write(at, bytes) {
    fs.writeSync(this.#file, bytes, 0, bytes.length, at);
  }

  // The pool says where it is itself, and in the word before where what is ours is.
  #findShared(bytes) {
    const header = this.#read(this.#start, HEADER_BYTES);
    for (let at = WORD; at < HEADER_BYTES; at += WORD) {
      const shared = Number(header.readBigUInt64LE(at - WORD));
      const inside = shared > this.#start && shared < this.#start + bytes;
      if (Number(header.readBigUInt64LE(at)) === this.#start && inside) return shared;
    }
    throw new Error('the zone is not laid out as it was');
  }

  #findPlaces(workers) {
    const shared = this.#read(this.#shared, SHARED_BYTES);
    const host = shared.readBigUInt64LE(HOST_AT);
    for (let at = HOST_AT + WORD; at + PLACE_BYTES <= SHARED_BYTES; at += WORD) {
      const is = workers.includes(shared.readInt32LE(at)) && shared.readBigUInt64LE(at + WORD) === host;
      if (is) return this.#shared + at;
    }
    throw new Error('the zone has no place of a worker');
  }
}

function mapping(pid, bytes) {
  for (const line of fs.readFileSync(`/proc/${pid}/maps`, 'latin1').split('\n')) {
    const [, start, end] = line.match(/^(\w+)-(\w+) rw-s .*\/dev\/zero/) ?? [];
    if (start && parseInt(end, 16) - parseInt(start, 16) === bytes) return parseInt(start, 16);
  }
  throw new Error(`no shared memory of ${bytes} bytes`);
}
