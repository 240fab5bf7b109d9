// A clock that moves when it is told to, and a WebSocket whose other end is the test.

export class FakeClock {
  #now = 0;
  #timers = new Map();
  #ids = 0;

  now() {
    return this.#now;
  }

  setTimeout(call, ms) {
    this.#timers.set(++this.#ids, { call, at: this.#now + ms });
    return this.#ids;
  }

  clearTimeout(id) {
    this.#timers.delete(id);
  }

  get pending() {
    return this.#timers.size;
  }

  /** Lets `ms` pass; what falls due on the way is called in its order. */
  pass(ms) {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#timers].filter(([, { at }]) => at <= end).sort(([a, x], [b, y]) => x.at - y.at || a - b)[0];
      if (!due) break;
      const [id, { call, at }] = due;
      this.#timers.delete(id);
      this.#now = Math.max(this.#now, at);
      call();
    }
    this.#now = end;
  }

  /** The device sleeps for `ms`: what falls due meanwhile is called when it wakes, and no sooner. */
  sleep(ms) {
    this.#now += ms;
    this.pass(0);
  }
}

/** A tab's sessionStorage; `tab.copy()` is that of a duplicate of the tab. */
export class FakeStorage {
  #kept;

  constructor(kept = []) {
    this.#kept = new Map(kept);
  }

  copy() {
    return new FakeStorage(this.#kept);
  }

  getItem(key) {
    return this.#kept.get(key) ?? null;
  }

  setItem(key, text) {
    this.#kept.set(key, String(text));
  }

  removeItem(key) {
    this.#kept.delete(key);
  }

  /** All that is in it. */
  get text() {
    return [...this.#kept].flat().join(' ');
  }
}

/** Gives a WebSocket class; `sockets` are those that were made of it. */
export function fakeWebSocket() {
  const sockets = [];
  class FakeWebSocket {
    sent = [];
    closedBy = null; // the client's code, once it has closed

    constructor(url, protocol) {
      this.url = url;
      this.protocol = protocol;
      sockets.push(this);
    }

    send(text) {
      this.sent.push(text);
    }

    close(code) {
      this.closedBy = code ?? 1005;
    }

    // The server's side.

    say(frame) {
      this.onmessage({ data: frame });
    }

    hello(rest = 'max=4096 window=0 online=2') {
      this.say(`hello ${rest}`);
    }

    end(code = 1006) {
      this.onclose({ code });
    }

    /** What the client sent since the last question. */
    take() {
      return this.sent.splice(0);
    }
  }
  FakeWebSocket.sockets = sockets;
  return FakeWebSocket;
}
