// One line to the server that stays up: it opens, notices when it is dead, and comes back by itself, not sooner than the
// server asks and never in step with everybody else. It knows frames, but nothing of chats.

import { BackOff } from './backoff.js';
import { afterClose } from './closing.js';
import { Liveness } from './liveness.js';
import { parse, subprotocol, write } from './protocol.js';
import { Timers } from './timers.js';

/** Times in milliseconds. */
export const times = Object.freeze({
  helloWithin: 10_000, // from the first SYN to `hello`, or the attempt is given up
});

/**
 * States: `idle` (neither there nor trying), `connecting`, `ready` (`hello` came; `send` works), `waiting` (a pause before
 * the next attempt; without a network for as long as there is none) and `stopped` (the server does not want us back by
 * ourselves).
 *
 *   url        ws: or wss:
 *   WebSocket  the class, as browsers and the package `ws` have it
 *   clock      { now(), setTimeout(call, ms), clearTimeout(id) }, milliseconds, monotonic
 *   random     [0, 1)
 *   onState    called with { state, reason, until } at each change; `reason` is a word of `bye`, or `lost`, `broken`,
 *              `rules`, or null; `until` is when a ban ends, in seconds since 1970, or null
 *   onFrame    called with each frame that `parse` understands, `hello` included, `bye` and `pong` not
 */
export class Connection {
  #url;
  #WebSocket;
  #clock;
  #backOff;
  #liveness;
  #timers;
  #onState;
  #onFrame;

  #state = 'idle';
  #reason = null;
  #online = true;
  #socket = null;
  #bye = null;
  #notBefore = 0; // the server's `retry`, as a time of the clock
  #readyAt = null;

  constructor({ url, WebSocket, clock, random, onState, onFrame }) {
    this.#url = url;
    this.#WebSocket = WebSocket;
    this.#clock = clock;
    this.#backOff = new BackOff(random);
    this.#liveness = new Liveness({
      clock,
      ask: () => this.#socket.send(write.ping()),
      dead: () => this.#lose(),
    });
    this.#timers = new Timers(clock);
    this.#onState = onState;
    this.#onFrame = onFrame;
  }

  get state() {
    return this.#state;
  }

  /**
   * Connects, unless that is under way. While the server has asked for patience, this waits for as long. Throws what the
   * WebSocket class throws for an address that is none.
   */
  open() {
    if (this.#state === 'connecting' || this.#state === 'ready') return;
    const wait = this.#notBefore - this.#clock.now();
    if (wait > 0) this.#pause(wait, this.#reason);
    else this.#connect();
  }

  /** Ends the line on the client's wish; it stays `idle` until `open`. */
  close() {
    this.#drop(1000);
    this.#become('idle');
  }

  /** Sends a frame. False, and nothing is kept, if the line is not `ready`. */
  send(frame) {
    if (this.#state !== 'ready') return false;
    this.#socket.send(frame);
    return true;
  }

  /** Whether the device has a network, as far as it knows. Without one there is no use in trying. */
  setOnline(online) {
    if (online === this.#online) return;
    this.#online = online;
    if (this.#state === 'ready') this.#liveness.probe();
    else if (this.#state === 'waiting' && online) this.open();
    else if (this.#state === 'waiting') this.#timers.stop('attempt');
  }

  /** The page was away and is back: what seemed alive may be dead, and a pause has been long enough. */
  wake() {
    if (this.#state === 'waiting') this.open();
    else if (this.#state === 'ready') this.#liveness.probe();
  }

  #connect() {
    this.#timers.stopAll();
    this.#bye = null;
    this.#become('connecting');
    const socket = new this.#WebSocket(this.#url, subprotocol);
    this.#socket = socket;
    // A socket that was given up may still speak; it is not heard.
    socket.onmessage = ({ data }) => socket === this.#socket && this.#hear(data);
    socket.onclose = ({ code }) => socket === this.#socket && this.#closed(code);
    socket.onerror = () => {}; // `close` follows and says it all
    this.#timers.start('hello', times.helloWithin, () => this.#lose());
  }

  #hear(data) {
    const frame = typeof data === 'string' ? parse(data) : null;
    if (this.#state === 'ready') this.#liveness.heard();
    if (frame === null || frame.verb === 'pong') return;
    if (frame.verb === 'bye') {
      this.#bye = frame;
      return;
    }
    if (frame.verb === 'hello' && this.#state === 'connecting') this.#begin();
    this.#onFrame(frame);
  }

  #begin() {
    this.#timers.stopAll();
    this.#readyAt = this.#clock.now();
    this.#liveness.start();
    this.#become('ready');
  }

  #lose() {
    this.#drop();
    this.#closed(1006);
  }

  #closed(code) {
    this.#release();
    const now = this.#clock.now();
    const upFor = this.#readyAt === null ? 0 : now - this.#readyAt;
    this.#readyAt = null;
    const { next, reason } = afterClose(code, this.#bye);
    const retry = this.#bye?.retry ?? 0;
    const asked = reason === 'restart' && retry > 0;
    this.#notBefore = now + retry;
    if (next === 'retry') this.#pause(retry + (asked ? this.#backOff.nextAsAsked() : this.#backOff.next(upFor)), reason);
    else this.#become(next === 'rest' ? 'idle' : 'stopped', reason);
  }

  #pause(ms, reason) {
    if (this.#online) this.#timers.start('attempt', ms, () => this.#connect());
    this.#become('waiting', reason);
  }

  #drop(code) {
    this.#release()?.close(code);
  }

  #release() {
    const socket = this.#socket;
    this.#socket = null;
    this.#timers.stopAll();
    this.#liveness.stop();
    return socket;
  }

  #become(state, reason = null) {
    this.#state = state;
    this.#reason = reason;
    this.#onState({ state, reason, until: this.#bye?.until ?? null });
  }
}
