import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Ticket } from '../../html/js/ticket.js';
import { FakeStorage } from './fakes.js';

const held = ({ token, said, got }) => [token, said, got];

test('another page of the tab goes on with the token and the two numbers', () => {
  const storage = new FakeStorage();
  const ticket = new Ticket(storage);
  assert.deepEqual(held(ticket), [null, 0, 0]);
  ticket.take('t1');
  ticket.count({ said: 3, got: 5 });
  ticket.renew('t2');
  assert.deepEqual(held(new Ticket(storage)), ['t2', 3, 5]);
  ticket.take('t3');
  assert.deepEqual(held(new Ticket(storage)), ['t3', 0, 0]);
  ticket.forget();
  assert.deepEqual(held(new Ticket(storage)), [null, 0, 0]);
  assert.equal(storage.text, '');
});

test('what another page of the tab has done since is known', () => {
  const storage = new FakeStorage();
  const one = new Ticket(storage);
  one.take('t1');
  assert.equal(one.outdated, false);
  new Ticket(storage).renew('t2');
  assert.equal(one.outdated, true);
  new Ticket(storage).forget();
  assert.equal(one.outdated, false, 'then the server knows best');
});

test('what it did not write itself is nothing', () => {
  for (const text of ['', 't1', 't1 1', 't1 -1 2', 't1 1 2 3', 't1 1 99999999999', 't1 9999999999 1', 't1 one 2']) {
    const storage = new FakeStorage([['seat', text]]);
    assert.deepEqual(held(new Ticket(storage)), [null, 0, 0], text);
  }
});

test('without a storage, or with one that refuses, it is kept in memory alone', () => {
  const refusing = new Proxy({}, {
    get() {
      throw new Error('SecurityError');
    },
  });
  for (const storage of [null, refusing]) {
    const ticket = new Ticket(storage);
    ticket.take('t1');
    ticket.count({ said: 1, got: 2 });
    assert.deepEqual([held(ticket), ticket.outdated], [['t1', 1, 2], false]);
  }
});
