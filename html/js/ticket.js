// What this tab keeps of a chat, so that its page can be loaded anew in the midst of it: the server's sealed token and two
// numbers, never a text. It is gone with the chat, or with the tab.

import { bounds } from './protocol.js';

const key = 'seat';

/**
 * `token` takes the seat again, or is null; `said` and `got` are how many messages this page has said, and how many of the
 * partner's it has shown.
 *
 *   storage  a Storage, or null: without one, and where it refuses, the ticket is kept in memory alone
 */
export class Ticket {
  token = null;
  said = 0;
  got = 0;

  #storage;

  constructor(storage) {
    this.#storage = storage;
    Object.assign(this, this.#read());
  }

  /** Whether another page of this tab has gone on with the chat since. */
  get outdated() {
    const kept = this.#read();
    return kept !== null && kept.token !== this.token;
  }

  /** For a chat that begins. */
  take(token) {
    this.#keep({ token, said: 0, got: 0 });
  }

  /** A fresh one for the same seat. */
  renew(token) {
    this.#keep({ token });
  }

  count({ said, got }) {
    this.#keep({ said, got });
  }

  forget() {
    this.#keep({ token: null, said: 0, got: 0 });
  }

  #keep(changed) {
    Object.assign(this, changed);
    this.#try((storage) => {
      if (this.token === null) storage.removeItem(key);
      else storage.setItem(key, `${this.token} ${this.said} ${this.got}`);
    });
  }

  #read() {
    const kept = this.#try((storage) => storage.getItem(key));
    const [, token, said, got] = /^(\S+) (\d{1,10}) (\d{1,10})$/.exec(kept ?? '') ?? [];
    const known = token !== undefined && Number(said) <= bounds.number && Number(got) <= bounds.number;
    return known ? { token, said: Number(said), got: Number(got) } : null;
  }

  #try(use) {
    try {
      return this.#storage && use(this.#storage);
    } catch {
      return null; // a browser that is told to store nothing throws
    }
  }
}
