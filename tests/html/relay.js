// A model of the server with one chat of two, on a line that loses what is under way when it breaks, and behind which the
// letters to whoever counts are lost, and those to the partner doubled. It keeps numbers and no message, as the module does.

import { parse } from '../../html/js/protocol.js';

const WINDOW_S = 120;
const UNDER_WAY = 32;
const LATENCY_MS = 150; // at most, each way
const LETTERS_LOST = 0.03;
const LETTERS_DOUBLED = 0.05;
const RATE_REFUSED = 0.02;

/** What nobody may say here. */
export const FORBIDDEN = 'rude';

/** A generator of [0, 1) that gives the same for the same seed (mulberry32). */
export function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class Relay {
  #clock;
  #random;
  #tokens = 0;
  // A seat: { socket or null, token, before, said, got, window }. said and got are null where this server knows nothing.
  #seats = [];

  constructor({ clock, random }) {
    this.#clock = clock;
    this.#random = random;
  }

  get seats() {
    return this.#seats;
  }

  /** A class as WebSocket is. */
  get WebSocket() {
    const [relay, clock, random] = [this, this.#clock, this.#random];
    return class {
      #arrives = [0, 0];
      #gone = [false, false]; // whether the server, and the client, know that the line is no more

      constructor() {
        this.down('hello max=4096 window=' + WINDOW_S + ' online=2');
      }

      send(text) {
        this.#carry(0, () => relay.hear(this, text));
      }

      // A close that the client asks for may or may not be heard.
      close() {
        this.#gone[1] = true;
        if (random() < 0.5) this.#tell(0);
      }

      down(text) {
        this.#carry(1, () => this.onmessage({ data: text }));
      }

      end(bye, code) {
        this.down(bye);
        this.#carry(1, () => this.#tell(1, code));
        this.breaks(0);
      }

      /** The line breaks: 0 only the server is told, 1 only the client, 2 both at once. */
      breaks(side) {
        if (side !== 1) this.#tell(0);
        if (side !== 0) this.#tell(1, 1006);
      }

      /** The page goes: it hears nothing any more. */
      leave() {
        this.#gone[1] = true;
        this.#tell(0);
      }

      #carry(way, call) {
        this.#arrives[way] = Math.max(this.#arrives[way], clock.now() + random() * LATENCY_MS);
        const due = this.#arrives[way] - clock.now();
        clock.setTimeout(() => this.#gone[way] || call(), due);
      }

      #tell(side, code) {
        if (this.#gone[side]) return;
        this.#gone[side] = true;
        if (side === 0) relay.lose(this);
        else this.onclose({ code });
      }
    };
  }

  /** All start anew: the clients are asked to come back, and what was counted is known no more. */
  restart() {
    for (const seat of this.#seats) {
      Object.assign(seat, { said: null, got: null });
      seat.socket?.end('bye restart retry=500', 1012);
    }
  }

  hear(socket, text) {
    const verb = text.split(/[ \n]/, 1)[0];
    if (verb === 'ping') return socket.down('pong');
    if (verb === 'find') return this.#find(socket);
    if (verb === 'resume') return this.#resume(socket, ...text.match(/^resume (\S+) got=(\d+)$/).slice(1));
    const seat = this.#seats.findIndex((each) => each.socket === socket);
    if (seat < 0) return;
    this.#seats[seat].before = null;
    if (this.#random() < LETTERS_LOST) return;
    if (this.#passes(seat, parse(text))) this.#relay(1 - seat, text);
  }

  lose(socket) {
    const seat = this.#seats.findIndex((each) => each.socket === socket);
    if (seat < 0) return;
    const lost = this.#seats[seat];
    lost.socket = null;
    lost.window = this.#clock.setTimeout(() => {
      this.#seats[1 - seat].socket?.down('left');
      this.#seats.splice(0);
    }, WINDOW_S * 1000);
    this.#seats[1 - seat].socket?.down(`lost in=${WINDOW_S}`);
  }

  #find(socket) {
    this.#seats.push({ socket, token: `t${++this.#tokens}`, before: null, said: 0, got: 0, window: null });
    if (this.#seats.length === 2) for (const seat of this.#seats) seat.socket.down(`matched ${seat.token}`);
  }

  #resume(socket, token, got) {
    const seat = this.#seats.findIndex((each) => each.token === token || each.before === token);
    if (seat < 0) return socket.down('refused resume stale');
    const [taken, partner] = [this.#seats[seat], this.#seats[1 - seat]];
    const older = taken.socket;
    this.#clock.clearTimeout(taken.window);
    Object.assign(taken, { socket, before: token, token: `t${++this.#tokens}` });
    older?.end('bye replaced', 4000);
    socket.down(`resumed ${taken.token}${partner.socket ? '' : ` lost in=${WINDOW_S}`}`);
    partner.socket?.down('back');
    if (Number(got) > 0 && this.#confirms(1 - seat, Number(got))) partner.socket?.down(`got ${got}`);
  }

  #passes(seat, frame) {
    const mine = this.#seats[seat];
    switch (frame.verb) {
      case 'say':
        return this.#says(mine, frame) && (frame.got === null || this.#confirms(1 - seat, frame.got));
      case 'got':
        return this.#confirms(1 - seat, frame.n);
      case 'skip':
        if (mine.got !== null && frame.n < mine.got) return false;
        Object.assign(mine, { said: Math.max(mine.said ?? 0, frame.n), got: frame.n });
        return true;
      case 'seen':
        return frame.n <= (this.#seats[1 - seat].said ?? Infinity);
    }
    return true;
  }

  #says(mine, { n, text }) {
    const partner = this.#seats[1 - this.#seats.indexOf(mine)];
    if (!partner.socket) return false;
    if (mine.said === null) Object.assign(mine, { said: n - 1, got: n - 1 });
    if (n <= mine.got || n > mine.said + 1) return false;
    const refuse = (why) => mine.socket.down(`refused say ${why}`);
    if (text.includes(FORBIDDEN)) return refuse(`filtered n=${n}`);
    if (this.#random() < RATE_REFUSED) return refuse(`rate n=${n} retry=400`);
    if (n > mine.said && n - mine.got > UNDER_WAY) return refuse(`full n=${n}`);
    mine.said = Math.max(mine.said, n);
    return true;
  }

  #confirms(seat, n) {
    const other = this.#seats[seat];
    if (other.said !== null && n > other.said) return false;
    // What is confirmed was said: a server that knew nothing knows that much now.
    Object.assign(other, { said: other.said ?? n, got: Math.max(other.got ?? 0, n) });
    return true;
  }

  #relay(seat, text) {
    this.#seats[seat].socket?.down(text);
    if (this.#random() < LETTERS_DOUBLED) this.#seats[seat].socket?.down(text);
  }
}
