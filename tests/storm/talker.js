// Somebody who talks without pause: the page's own session over a real socket, with nothing of the page around it.

import { WebSocket } from 'ws';

import { Session } from '../../html/js/session.js';
import { Diary } from './diary.js';
import { Line } from './line.js';

const SAYS_EVERY_MS = [100, 500];

// The WebSocket of `ws`, and each frame is written down.
function noted(diary) {
  return class extends WebSocket {
    constructor(url, protocol) {
      super(url, protocol, { perMessageDeflate: false });
      diary.note('- connects');
      this.on('message', (data) => diary.note(`< ${data}`));
      this.on('close', (code) => diary.note(`- closed ${code}`));
    }

    send(text) {
      diary.note(`> ${text}`);
      super.send(text);
    }
  };
}

export class Talker {
  said = 0;
  shown = 0;

  #name;
  #line;
  #session;
  #seed;
  #clock;
  #diary;
  #tell;
  #timer = null;
  #ready = false;
  #seated = false;
  #broken = null; // { how, at }, until the page has noticed

  // `name` is unlike any other's, `interest` that of its pair alone. Each attempt to connect may go to any of `hosts`.
  // `tell` is called with the session's events, but for changes; and with { type: 'dropped', how, at, seen }: how the line
  // was lost, when, and when the page noticed; with { type: 'connected' }, when there is a line; and with { type: 'ended' }.
  static async come({ name, interest, hosts, seed, clock, tell }) {
    const talker = new Talker();
    talker.#name = name;
    talker.#seed = seed;
    talker.#clock = clock;
    talker.#tell = tell;
    talker.#diary = new Diary(clock);
    talker.#line = await Line.to(() => talker.#choose(hosts));
    talker.#session = new Session({
      url: `ws://127.0.0.1:${talker.#line.port}/chat`,
      WebSocket: noted(talker.#diary),
      clock,
      random: seed.random,
      languages: [],
      notify: (event) => talker.#take(event),
    });
    talker.#session.find([interest]);
    return talker;
  }

  get name() {
    return this.#name;
  }

  get stage() {
    return this.#session.stage;
  }

  get ending() {
    return this.#session.ending;
  }

  // Whether there are a line, the seat, and a partner.
  get together() {
    return this.#seated && this.stage === 'chat' && this.#session.partner.lostUntil === null;
  }

  // Whether all is said that was to be said.
  get done() {
    return this.#timer === null && this.together && !this.#session.underWay;
  }

  get diary() {
    return this.#diary;
  }

  // What the partner is to show next.
  textOf(number) {
    return `${this.#name} ${number}`;
  }

  talk() {
    const again = () => (this.#timer = setTimeout(speak, this.#seed.between(...SAYS_EVERY_MS)));
    const speak = () => {
      if (this.#session.canSay) this.#session.say(this.textOf(++this.said));
      again();
    };
    again();
  }

  hush() {
    clearTimeout(this.#timer);
    this.#timer = null;
  }

  // `how`: 'reset', 'finish' or 'silence', told as `name`. One that is broken already stays as it is.
  breakLine(how, name = how) {
    if (this.#broken) return;
    this.#diary.note(`! ${name}`);
    this.#line[how]();
    if (this.#ready) this.#broken = { how: name, at: this.#clock.now() };
  }

  // The page is looked at: it asks whether its line is alive.
  wake() {
    this.#diary.note('! wake');
    this.#session.wake();
  }

  // Ends the chat, and the visit.
  leave() {
    this.hush();
    this.#session.close();
  }

  close() {
    this.leave();
    this.#line.close();
  }

  #choose(hosts) {
    const index = this.#seed.below(hosts.length);
    this.#diary.note(`- to host ${index}`);
    return { port: hosts[index].port, host: '127.0.0.1' };
  }

  #take(event) {
    if (event.type === 'change') return this.#changed();
    if (event.type === 'matched' || event.type === 'resumed') this.#seated = true;
    if (event.type === 'message') this.shown += 1;
    this.#tell(event);
  }

  #changed() {
    if (!this.#session) return; // it is being made
    const { state, reason } = this.#session.link;
    if (state !== 'ready' && this.#ready) this.#dropped(reason);
    else if (state === 'ready' && !this.#ready) this.#tell({ type: 'connected' });
    this.#ready = state === 'ready';
    if (this.stage === 'ended') this.#tell({ type: 'ended', ending: this.ending });
  }

  #dropped(reason) {
    const seen = this.#clock.now();
    const { how, at } = this.#broken ?? { how: reason === 'restart' ? 'sent back' : 'kill', at: seen };
    this.#broken = null;
    this.#seated = false;
    this.#tell({ type: 'dropped', how, at, seen });
  }
}
