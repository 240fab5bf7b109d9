// One line to the server that stays up: it opens, notices when it is dead, and comes back by itself, not sooner than the
// server asks and never in step with everybody else. It knows frames, but nothing of chats.

import { parse, subprotocol, write } from './protocol.js';

/** Times in milliseconds. */
export const times = Object.freeze({
  helloWithin: 10_000, // from the first SYN to `hello`, or the attempt is given up
  quietFor: 25_000, // silence after which the client asks `ping`
  answerWithin: 10_000, // silence after a `ping` after which the line counts as dead
  backOffFirst: 1_000, // the longest wait before the first attempt to come back; doubles with each
  backOffMost: 30_000,
  steadyAfter: 10_000, // a line that was up for so long was a good one: the back-off starts anew
});

/**
 * What to do after the server closed: `{ next, reason }`.
 *
 * `next` is `retry` (come back by oneself), `rest` (come back when the person wants something) or `stop` (only a person
 * may try again). `bye` is the server's last `bye` frame or null; its reason says more than the code.
 */
export function afterClose(code, bye) {
  const reason = bye?.reason ?? reasons[code] ?? 'lost';
  return { next: Object.hasOwn(policies, reason) ? policies[reason] : 'retry', reason };
}

const reasons = {
  1000: 'idle',
  1002: 'broken',
  1003: 'broken',
  1007: 'broken',
  1008: 'rules',
  1009: 'broken',
  1012: 'restart',
  1013: 'full',
  4000: 'replaced',
  4001: 'slow',
};

const policies = {
  idle: 'rest',
  broken: 'stop',
  rules: 'stop',
  banned: 'stop',
  replaced: 'stop',
};

/**
 * The wait before attempt `attempt` (from 0) in milliseconds: between a quarter of the bound and the bound, which doubles,
 * so that those who were cut off together do not come back together. `random()` gives [0, 1).
 */
export function backOff(attempt, random) {
  const most = Math.min(times.backOffMost, times.backOffFirst * 2 ** attempt);
  return most * (0.25 + 0.75 * random());
}

/**
 * States: `idle` (neither there nor trying), `connecting`, `ready` (`hello` came; `send` works), `waiting` (a pause before
 * the next attempt) and `stopped` (the server does not want us back by ourselves).
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
  #random;
  #onState;
  #onFrame;

  #state = 'idle';
  #socket = null;
  #bye = null;
  #attempt = 0;
  #notBefore = 0; // the server's `retry`, as a time of the clock
  #readyAt = null;
  #heardAt = 0;
  #asked = false; // a ping is out
  #timer = null; // one at a time: hello, quiet, answer or back-off

  constructor({ url, WebSocket, clock, random, onState, onFrame }) {
    this.#url = url;
    this.#WebSocket = WebSocket;
    this.#clock = clock;
    this.#random = random;
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
    if (wait > 0) this.#pause(wait, null);
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

  /** Asks at once whether the line is alive: for a page that comes back to the front, or a network that changed. */
  probe() {
    if (this.#state === 'ready' && !this.#asked) this.#ask();
  }

  #connect() {
    this.#stopTimer();
    this.#bye = null;
    this.#become('connecting');
    const socket = new this.#WebSocket(this.#url, subprotocol);
    this.#socket = socket;
    // A socket that was given up may still speak; it is not heard.
    socket.onmessage = ({ data }) => socket === this.#socket && this.#hear(data);
    socket.onclose = ({ code }) => socket === this.#socket && this.#closed(code);
    socket.onerror = () => {}; // `close` follows and says it all
    this.#startTimer(times.helloWithin, () => this.#lose());
  }

  #hear(data) {
    this.#heardAt = this.#clock.now();
    const frame = typeof data === 'string' ? parse(data) : null;
    if (this.#asked) {
      this.#asked = false;
      this.#listen();
    }
    if (frame === null || frame.verb === 'pong') return;
    if (frame.verb === 'bye') {
      this.#bye = frame;
      return;
    }
    if (frame.verb === 'hello' && this.#state === 'connecting') {
      this.#readyAt = this.#clock.now();
      this.#listen();
      this.#become('ready');
    }
    this.#onFrame(frame);
  }

  // The timer is not set anew with each frame: it looks, when it is due, how long the silence really was.
  #listen() {
    const silence = this.#clock.now() - this.#heardAt;
    if (silence >= times.quietFor) this.#ask();
    else this.#startTimer(times.quietFor - silence, () => this.#listen());
  }

  #ask() {
    this.#asked = true;
    this.#socket.send(write.ping());
    this.#startTimer(times.answerWithin, () => this.#lose());
  }

  #lose() {
    this.#drop();
    this.#closed(1006);
  }

  #closed(code) {
    this.#stopTimer();
    this.#socket = null;
    this.#asked = false;
    const now = this.#clock.now();
    if (this.#readyAt !== null && now - this.#readyAt >= times.steadyAfter) this.#attempt = 0;
    this.#readyAt = null;
    const { next, reason } = afterClose(code, this.#bye);
    const retry = this.#bye?.retry ?? 0;
    this.#notBefore = now + retry;
    if (next === 'retry') this.#pause(retry + backOff(this.#attempt++, this.#random), reason);
    else this.#become(next === 'rest' ? 'idle' : 'stopped', reason);
  }

  #pause(ms, reason) {
    this.#startTimer(ms, () => this.#connect());
    this.#become('waiting', reason);
  }

  #drop(code) {
    const socket = this.#socket;
    this.#socket = null;
    this.#stopTimer();
    this.#asked = false;
    if (socket) socket.close(code);
  }

  #become(state, reason = null) {
    this.#state = state;
    this.#onState({ state, reason, until: this.#bye?.until ?? null });
  }

  #startTimer(ms, call) {
    this.#stopTimer();
    this.#timer = this.#clock.setTimeout(call, ms);
  }

  #stopTimer() {
    if (this.#timer !== null) this.#clock.clearTimeout(this.#timer);
    this.#timer = null;
  }
}
