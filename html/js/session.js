// One visit: a person who looks for somebody, talks, and looks again, over a connection that may come and go. It joins
// the connection, the seat and the conversation; the page shows what stands here and calls what a person can do.

import { Connection } from './connection.js';
import { Conversation } from './conversation.js';
import { write } from './protocol.js';
import { Seat, times as seatTimes } from './seat.js';
import { Ticket } from './ticket.js';
import { Timers } from './timers.js';

/** Milliseconds until `find` is tried again if the server refused it without naming a time. */
export const findAgain = 3_000;

const awayFactor = 3; // the seat of a page in the background is kept so much longer

/**
 * Stages:
 *   start    nothing is wanted
 *   waiting  a stranger is looked for, or will be as soon as there is a connection
 *   chat     there is one; while there is no connection what is said waits
 *   ended    there was one; `ending` says how it ended: `left`, `blocked`, `lost` (the connection dropped for too long),
 *            `stale` (the server knows the chat no more) or `replaced` (it goes on in another window)
 *
 *   url, WebSocket, clock, random   as for Connection
 *   storage                         as for Ticket: a chat goes on that another page of this tab began
 *   languages                       primary language tags, at most bounds.languages
 *   notify                          called with { type: 'change' } when anything below changed, with
 *                                   { type: 'matched' } when a chat begins, with { type: 'resumed' } when one goes on, and
 *                                   with Conversation's 'message', 'mark', 'gap', 'lost' and 'back'
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
  anew = false; // this chat began before the page was loaded: what was said then is not here

  #clock;
  #languages;
  #notify;
  #connection;
  #ticket;
  #seat;
  #timers;
  #conversation = null;
  #interests = [];
  #window = seatTimes.window;
  #inFront = true;
  #reading = true;
  #met = false; // the server knows whom we met last: it forgets when the connection ends

  constructor({ url, WebSocket, clock, random, storage = null, languages, notify }) {
    this.#clock = clock;
    this.#languages = languages;
    this.#notify = notify;
    this.#timers = new Timers(clock);
    this.#connection = new Connection({
      url,
      WebSocket,
      clock,
      random,
      onState: (link) => this.#linkChanged(link),
      onFrame: (frame) => this.#receive(frame),
    });
    this.#ticket = new Ticket(storage);
    this.#seat = new Seat({
      clock,
      ticket: this.#ticket,
      send: (frame) => this.#connection.send(frame),
      over: (reason) => this.#end(reason),
    });
    if (this.#ticket.token !== null) this.#goOn();
  }

  /** Connects, or tries to again; not sooner than the server asked. */
  open() {
    this.#connection.open();
  }

  /** Ends the visit: whatever there is, and the connection. */
  close() {
    this.leave();
    this.#connection.close();
  }

  /** Looks for a stranger; in a chat that chat is left first. `interests` as of `interestsOf`; absent: as before. */
  find(interests = this.#interests) {
    this.#interests = interests;
    // `find` says `leave`, too; but the server has to know of what.
    if (this.#seat.taken) this.#seat.forget();
    else this.#seat.part(write.leave());
    this.#enter('waiting');
    if (!this.#askForStranger()) this.open();
  }

  /** Ends the chat, or stops looking. */
  leave() {
    if (this.stage === 'chat') this.#seat.part(write.leave());
    else if (this.stage === 'waiting') this.#connection.send(write.leave());
    this.#enter('start');
  }

  /** Whether there is a stranger to block: the one in the chat, or the one who has just left it. */
  get canBlock() {
    return this.stage === 'chat' || (this.stage === 'ended' && this.ending === 'left' && this.#met);
  }

  /** Leaves, not to meet this stranger again while both stay connected. */
  block() {
    if (!this.canBlock) return;
    if (this.stage === 'chat') this.#seat.part(write.block());
    else this.#connection.send(write.block());
    this.#enter('ended', 'blocked');
  }

  /** Says it: the message, or null if that is not possible now. */
  say(text) {
    return this.#conversation?.say(text) ?? null;
  }

  typed() {
    this.#conversation?.typed();
  }

  /** Whether leaving the chat now would lose something: one in which something was said. */
  get precious() {
    return this.stage === 'chat' && (this.anew || this.#conversation.begun);
  }

  /** Whether closing the page now would lose something: what was said and has not arrived. */
  get underWay() {
    return this.stage === 'chat' && this.#conversation.underWay;
  }

  /** Whether `say` would be taken. */
  get canSay() {
    return this.stage === 'chat' && this.#conversation.roomy;
  }

  /** Whether another page of this tab has gone on with what is here, so that this one has to be loaded anew. */
  get outdated() {
    return this.#ticket.outdated;
  }

  setInFront(inFront) {
    this.#inFront = inFront;
    this.#conversation?.setInFront(inFront);
    if (inFront) this.#connection.wake();
  }

  setReading(reading) {
    this.#reading = reading;
    this.#conversation?.setReading(reading);
  }

  /** Whether the device has a network, as far as it knows. */
  setOnline(online) {
    this.#connection.setOnline(online);
  }

  /** The page was put aside and is back. */
  wake() {
    this.#connection.wake();
  }

  #linkChanged(link) {
    this.link = link;
    if (link.state === 'ready') this.#ready();
    else this.#dropped();
    this.#notify({ type: 'change' });
  }

  #ready() {
    if (!this.#seat.ask() && this.stage === 'waiting') this.#askForStranger();
  }

  #dropped() {
    this.#met = false;
    this.online = 0;
    this.#conversation?.suspend();
    const kept = this.#seat.drop(this.#window * (this.#inFront ? 1 : awayFactor));
    const { state, reason } = this.link;
    const off = state === 'stopped' || state === 'idle';
    if (this.stage === 'chat' && (off || !kept)) this.#end(reason === 'replaced' ? 'replaced' : 'lost');
    else if (this.stage === 'waiting' && off) this.#enter('start');
  }

  #receive(frame) {
    switch (frame.verb) {
      case 'hello':
        this.max = frame.max;
        this.online = frame.online;
        this.#window = frame.window * 1000;
        return this.#notify({ type: 'change' });
      case 'waiting':
        // The server's word counts: it may have taken a `leave` and a `find` that crossed its `matched`.
        return this.stage === 'chat' && this.#seat.taken ? this.#lookOn() : undefined;
      case 'matched':
        return this.#matched(frame);
      case 'resumed':
        return this.#resumed(frame);
      case 'left':
        return this.#left();
      case 'refused':
        if (frame.of === 'find') return this.#findRefused(frame);
        if (frame.of === 'resume') return this.#resumeRefused(frame);
        // No chat is there: our own `leave` crossed its `matched`.
        if (frame.of === 'say' && frame.reason === 'state' && this.stage === 'chat') return this.#end('left');
        break;
    }
    this.#conversation?.receive(frame);
  }

  #matched({ token, common }) {
    if (this.stage !== 'waiting' && this.stage !== 'chat') return; // a `leave` is under way
    this.#endConversation();
    this.#seat.take(token);
    this.#met = true;
    this.online = 0; // the number was of when we came
    this.anew = false;
    this.#converse({ common });
    this.#enter('chat');
    this.#notify({ type: 'matched' });
    this.#conversation.setInFront(this.#inFront);
    this.#conversation.setReading(this.#reading);
  }

  // A chat that another page of this tab began.
  #goOn() {
    this.anew = true;
    this.stage = 'chat';
    this.#converse({ common: [], said: this.#ticket.said, got: this.#ticket.got });
    this.#conversation.suspend();
  }

  #converse({ common, said, got }) {
    this.partner = { common, away: false, typing: false, lostUntil: null };
    this.#conversation = new Conversation({
      clock: this.#clock,
      send: (text) => this.#connection.send(text),
      notify: (event) => this.#conversed(event),
      said,
      got,
    });
  }

  #conversed(event) {
    if (event.type === 'count') return this.#ticket.token !== null ? this.#ticket.count(event) : undefined;
    if (event.type === 'typing') this.partner.typing = event.typing;
    else if (event.type === 'presence') this.partner.away = event.away;
    else if (event.type === 'lost') this.partner.lostUntil = this.#clock.now() + event.seconds * 1000;
    else if (event.type === 'back') this.partner.lostUntil = null;
    if (event.type !== 'typing' && event.type !== 'presence') this.#notify(event);
    this.#notify({ type: 'change' });
  }

  #resumed({ token, lost }) {
    if (!this.#seat.asked) return this.#seat.renew(token);
    if (this.#seat.resumed(token)) {
      this.#met = true;
      this.#notify({ type: 'resumed' });
      this.#conversation.setInFront(this.#inFront);
      this.#conversation.setReading(this.#reading);
      this.#conversation.resume(lost);
      this.#notify({ type: 'change' });
    } else if (this.stage === 'waiting') {
      this.#askForStranger();
    }
  }

  #resumeRefused(frame) {
    this.#seat.refused(frame);
    if (this.stage === 'waiting' && !this.#seat.asked) this.#askForStranger();
  }

  #left() {
    const { asked } = this.#seat;
    this.#seat.left();
    if (this.stage === 'chat') this.#end('left');
    else if (this.stage === 'waiting' && asked) this.#askForStranger();
  }

  #findRefused({ retry }) {
    if (this.stage !== 'waiting') return;
    // A `find` that was not carried out did not leave the chat before it either.
    this.#connection.send(write.leave());
    this.#timers.start('again', retry ?? findAgain, () => this.#askForStranger());
  }

  // Whether there is a line for it. What the server has not heard yet of the chat before goes first.
  #askForStranger() {
    this.#timers.stop('again');
    if (this.#seat.asked) return true;
    return this.#connection.send(write.find({ lang: this.#languages, interests: this.#interests }));
  }

  #lookOn() {
    this.#seat.forget();
    this.#enter('waiting');
  }

  #end(ending) {
    this.#seat.forget();
    this.#enter('ended', ending);
  }

  #endConversation() {
    this.#conversation?.end();
    this.#conversation = null;
  }

  #enter(stage, ending = null) {
    if (stage !== 'waiting') this.#timers.stop('again');
    if (stage !== 'chat') {
      this.#endConversation();
      this.partner = null;
    }
    this.stage = stage;
    this.ending = ending;
    this.#notify({ type: 'change' });
  }
}
