// A small TCP proxy: what stands between somebody and a server, and breaks as networks do.

import { once } from 'node:events';
import net from 'node:net';

// One connection through it.
class Pipe {
  #ends; // near, far
  #deaf = false; // nothing passes any more, and nobody is told

  constructor(near, far, { held, onClose }) {
    this.#ends = [near, far];
    this.#ends.forEach((end, i) => this.#join(end, this.#ends[1 - i]));
    far.setNoDelay();
    near.setNoDelay();
    near.once('close', () => far.destroyed && onClose());
    far.once('close', () => near.destroyed && onClose());
    if (held) this.hold();
  }

  get passes() {
    return !this.#deaf;
  }

  // Both ends are told at once that there is no such connection.
  reset() {
    this.#deaf = true;
    for (const end of this.#ends) end.resetAndDestroy();
  }

  // Both ends are told that no more will come.
  finish() {
    this.#deaf = true;
    for (const end of this.#ends) end.end();
  }

  // Neither is told. What each sends is taken, and gone.
  silence() {
    this.#deaf = true;
  }

  // What is sent from now on arrives when it is released.
  hold() {
    for (const end of this.#ends) end.pause();
  }

  release() {
    for (const end of this.#ends) end.resume();
  }

  #join(end, other) {
    end.on('data', (bytes) => !this.#deaf && other.write(bytes));
    end.on('end', () => (this.#deaf ? end.end() : other.end()));
    end.on('error', () => {}); // `close` follows
    end.on('close', (failed) => {
      if (this.#deaf) return;
      if (failed) other.resetAndDestroy();
      else other.destroySoon();
    });
  }
}

export class Line {
  #server;
  #target;
  #pipes = new Set();
  #held = false;

  // A line to what `target()` gives for each connection, as of net.connect.
  static async to(target) {
    const line = new Line();
    line.#target = target;
    line.#server = net.createServer({ allowHalfOpen: true }, (near) => line.#accept(near));
    line.#server.listen(0, '127.0.0.1');
    await once(line.#server, 'listening');
    return line;
  }

  get port() {
    return this.#server.address().port;
  }

  // Each of these three breaks the connections of now; the next one is whole.

  reset() {
    for (const pipe of this.#whole()) pipe.reset();
  }

  finish() {
    for (const pipe of this.#whole()) pipe.finish();
  }

  silence() {
    for (const pipe of this.#whole()) pipe.silence();
  }

  // Of every connection, those to come included.
  hold() {
    this.#held = true;
    for (const pipe of this.#pipes) pipe.hold();
  }

  release() {
    this.#held = false;
    for (const pipe of this.#pipes) pipe.release();
  }

  close() {
    this.#server.close();
    for (const pipe of this.#pipes) pipe.reset();
  }

  #accept(near) {
    const far = net.connect({ ...this.#target(), allowHalfOpen: true });
    const pipe = new Pipe(near, far, { held: this.#held, onClose: () => this.#pipes.delete(pipe) });
    this.#pipes.add(pipe);
  }

  #whole() {
    return [...this.#pipes].filter((pipe) => pipe.passes);
  }
}
