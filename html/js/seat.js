// The place in a chat. It outlives the line: when that drops, the seat is asked back with the ticket, until the time that
// the server keeps it is over. Whoever leaves meanwhile has left: the server hears it as soon as there is a line.

import { write } from './protocol.js';
import { Timers } from './timers.js';

/** Times in milliseconds. */
export const times = Object.freeze({
  window: 60_000, // for how long a seat is kept, until the server has said it
  again: 1_000, // until `resume` is said again where it was refused for the moment, without a `retry`
});

/**
 *   clock   { setTimeout(call, ms), clearTimeout(id) }
 *   ticket  a Ticket; one with a token is of a chat that began before this page was loaded
 *   send    takes a frame
 *   over    called with `lost` (the time is over) or `stale` (the server knows no such seat) when the seat is gone
 */
export class Seat {
  #ticket;
  #send;
  #over;
  #timers;
  #place = 'none'; // or `taken`, `dropped` (no line), `asked` (a `resume` is not answered yet)
  #parting = null; // { token, got, farewell }: the chat was left while there was no line

  constructor({ clock, ticket, send, over }) {
    this.#ticket = ticket;
    this.#send = send;
    this.#over = over;
    this.#timers = new Timers(clock);
    if (ticket.token !== null) this.#await(times.window);
  }

  /** Whether it is taken, and the server hears what is said. */
  get taken() {
    return this.#place === 'taken';
  }

  /** Whether the server is still to answer a `resume`. Until then nothing else is to be asked of it. */
  get asked() {
    return this.#place === 'asked';
  }

  /** A chat begins; without a token its seat cannot be had again. */
  take(token) {
    this.#timers.stopAll();
    this.#parting = null;
    this.#place = 'taken';
    if (token === null) this.#ticket.forget();
    else this.#ticket.take(token);
  }

  /** There is no line any more, and the server keeps the seat for `ms`. False if it cannot be had again. */
  drop(ms) {
    const { token } = this.#ticket;
    const fresh = this.taken;
    this.#timers.stop('again');
    this.#place = token !== null || this.#parting !== null ? 'dropped' : 'none';
    if (token !== null && fresh) this.#await(ms);
    return token !== null && ms > 0;
  }

  /** There is a line: asks for the seat, or to be heard leaving it. False if there is nothing to ask for. */
  ask() {
    const { token, got } = this.#parting ?? this.#ticket;
    if (token === null) return false;
    this.#place = 'asked';
    this.#send(write.resume(token, got));
    return true;
  }

  /** The server gave it. False if it is not wanted any more; the server has been told. */
  resumed(token) {
    this.#timers.stopAll();
    const wanted = this.#ticket.token !== null;
    this.#place = wanted ? 'taken' : 'none';
    if (wanted) this.#ticket.renew(token);
    else this.#send(this.#parting?.farewell ?? write.leave());
    this.#parting = null;
    return wanted;
  }

  /** The server gave it, and has a better token now. */
  renew(token) {
    if (this.taken && this.#ticket.token !== null) this.#ticket.renew(token);
  }

  /** The server did not give it. */
  refused({ reason, retry }) {
    const wanted = this.#ticket.token !== null;
    if (reason !== 'stale' && wanted) {
      this.#timers.start('again', retry ?? times.again, () => this.ask());
      return;
    }
    this.#place = 'none';
    this.#parting = null;
    if (wanted) this.#giveUp('stale');
  }

  /** Leaves: the server hears `farewell`, now or when there is a line. */
  part(farewell) {
    const { token, got } = this.#ticket;
    if (this.taken) this.#send(farewell);
    else if (token !== null) this.#parting = { token, got, farewell };
    this.forget();
  }

  /** The chat is over, and the server knows. */
  forget() {
    this.#timers.stopAll();
    this.#ticket.forget();
    if (!this.asked) this.#place = this.#parting === null ? 'none' : 'dropped';
  }

  /** The chat is over, and the server says so by itself. */
  left() {
    this.#parting = null;
    this.#place = 'none';
    this.forget();
  }

  #await(ms) {
    this.#place = 'dropped';
    this.#timers.start('window', ms, () => this.#giveUp('lost'));
  }

  #giveUp(reason) {
    this.forget();
    this.#over(reason);
  }
}
