// One visit: a person who looks for somebody, talks, and looks again, over a connection that may come and go. It joins
// the connection and the conversation; the page shows what stands here and calls what a person can do.

import { Connection } from './connection.js';
import { Conversation } from './conversation.js';
import { write } from './protocol.js';

/** Milliseconds until `find` is tried again if the server refused it without naming a time. */
export const findAgain = 3_000;

/**
 * Stages:
 *   start    nothing is wanted
 *   waiting  a stranger is looked for, or will be as soon as there is a connection
 *   chat     there is one
 *   ended    there was one; `ending` says how it ended: `left`, `lost` (the connection dropped) or `blocked`
 *
 *   url, WebSocket, clock, random   as for Connection
 *   languages                       primary language tags, at most bounds.languages
 *   notify                          called with { type: 'change' } when anything below changed, with
 *                                   { type: 'matched' } when a chat begins, and with Conversation's 'message', 'mark', 'gap',
 *                                   'lost' and 'back'
 */
export class Session {
  stage = 'start';
  ending = null;
  link = { state: 'idle', reason: null, until: null };
  online = 0;
  max = null; // bytes of a message, once the server has said it
  // { common: [interest], away, typing, lostUntil }: lostUntil is when a lost partner's time to come back is over, on the
  // clock; null while they are there.
  partner = null;

  #clock;
  #languages;
  #notify;
  #connection;
  #conversation = null;
  #interests = [];
  #inFront = true;
  #reading = true;
  #again = null;
  #met = false; // the server knows whom we met last: it forgets when the connection ends

  constructor({ url, WebSocket, clock, random, languages, notify }) {
    this.#clock = clock;
    this.#languages = languages;
    this.#notify = notify;
    this.#connection = new Connection({
      url,
      WebSocket,
      clock,
      random,
      onState: (link) => this.#linkChanged(link),
      onFrame: (frame) => this.#receive(frame),
    });
  }

  /** Connects, or tries to again; not sooner than the server asked. */
  open() {
    this.#connection.open();
  }

  /** Ends the visit: whatever there is, and the connection. */
  close() {
    this.#endConversation();
    this.#enter('start');
    this.#connection.close();
  }

  /** Looks for a stranger; in a chat that chat is left first. `interests` as of `interestsOf`; absent: as before. */
  find(interests = this.#interests) {
    this.#interests = interests;
    this.#endConversation();
    this.#enter('waiting');
    if (!this.#askForStranger()) this.open();
  }

  /** Ends the chat, or stops looking. */
  leave() {
    if (this.stage === 'waiting' || this.stage === 'chat') this.#connection.send(write.leave());
    this.#endConversation();
    this.#enter('start');
  }

  /** Whether there is a stranger to block: the one in the chat, or the one who has just left it. */
  get canBlock() {
    return this.stage === 'chat' || (this.stage === 'ended' && this.ending === 'left' && this.#met);
  }

  /** Leaves, not to meet this stranger again while both stay connected. */
  block() {
    if (!this.canBlock || !this.#connection.send(write.block())) return;
    this.#endConversation();
    this.#enter('ended', 'blocked');
  }

  /** Says it: the message, or null if that is not possible now. */
  say(text) {
    return this.#conversation?.say(text) ?? null;
  }

  typed() {
    this.#conversation?.typed();
  }

  /** Whether leaving now would lose something: a chat in which something was said. */
  get precious() {
    return this.stage === 'chat' && this.#conversation.begun;
  }

  /** Whether `say` would be taken. */
  get canSay() {
    return this.stage === 'chat' && this.#conversation.roomy;
  }

  setInFront(inFront) {
    this.#inFront = inFront;
    this.#conversation?.setInFront(inFront);
    if (inFront) this.#connection.probe();
  }

  setReading(reading) {
    this.#reading = reading;
    this.#conversation?.setReading(reading);
  }

  /** The network changed: what seemed dead may be alive, and the other way round. */
  networkChanged() {
    if (this.link.state === 'waiting') this.open();
    else this.#connection.probe();
  }

  #linkChanged(link) {
    this.link = link;
    if (link.state !== 'ready') {
      this.#met = false;
      this.online = 0;
    }
    if (link.state !== 'ready' && this.stage === 'chat') {
      this.#endConversation();
      this.#enter('ended', 'lost');
    } else if (this.stage === 'waiting' && (link.state === 'stopped' || link.state === 'idle')) {
      this.#enter('start');
    } else {
      this.#notify({ type: 'change' });
    }
    if (link.state === 'ready' && this.stage === 'waiting') this.#askForStranger();
  }

  #receive(frame) {
    switch (frame.verb) {
      case 'hello':
        this.max = frame.max;
        this.online = frame.online;
        return this.#notify({ type: 'change' });
      case 'waiting':
        // The server's word counts: it may have taken a `leave` and a `find` that crossed its `matched`.
        if (this.stage === 'chat') this.#endConversation();
        return this.stage === 'chat' ? this.#enter('waiting') : undefined;
      case 'matched':
        return this.#matched(frame);
      case 'left':
        return this.#left();
      case 'refused':
        if (frame.of === 'find') return this.#findRefused(frame);
        // No chat is there: our own `leave` crossed its `matched`.
        if (frame.of === 'say' && frame.reason === 'state') return this.#left();
        break;
    }
    this.#conversation?.receive(frame);
  }

  #matched({ common }) {
    if (this.stage !== 'waiting' && this.stage !== 'chat') return; // a `leave` is under way
    this.#endConversation();
    this.#met = true;
    this.online = 0; // the number was of when we came
    this.partner = { common, away: false, typing: false, lostUntil: null };
    this.#conversation = new Conversation({
      clock: this.#clock,
      send: (text) => this.#connection.send(text),
      notify: (event) => this.#conversed(event),
    });
    this.#enter('chat');
    this.#notify({ type: 'matched' });
    this.#conversation.setInFront(this.#inFront);
    this.#conversation.setReading(this.#reading);
  }

  #conversed(event) {
    if (event.type === 'typing') this.partner.typing = event.typing;
    else if (event.type === 'presence') this.partner.away = event.away;
    else if (event.type === 'lost') this.partner.lostUntil = this.#clock.now() + event.seconds * 1000;
    else if (event.type === 'back') this.partner.lostUntil = null;
    if (event.type !== 'typing' && event.type !== 'presence') this.#notify(event);
    this.#notify({ type: 'change' });
  }

  #left() {
    if (this.stage !== 'chat') return;
    this.#endConversation();
    this.#enter('ended', 'left');
  }

  #findRefused({ retry }) {
    if (this.stage !== 'waiting') return;
    // A `find` that was not carried out did not leave the chat before it either.
    this.#connection.send(write.leave());
    this.#again = this.#clock.setTimeout(() => this.#askForStranger(), retry ?? findAgain);
  }

  #askForStranger() {
    this.#cancelAgain();
    return this.#connection.send(write.find({ lang: this.#languages, interests: this.#interests }));
  }

  #endConversation() {
    this.#conversation?.end();
    this.#conversation = null;
  }

  #enter(stage, ending = null) {
    if (stage !== 'waiting') this.#cancelAgain();
    this.stage = stage;
    this.ending = ending;
    if (stage !== 'chat') this.partner = null;
    this.#notify({ type: 'change' });
  }

  #cancelAgain() {
    if (this.#again !== null) this.#clock.clearTimeout(this.#again);
    this.#again = null;
  }
}
