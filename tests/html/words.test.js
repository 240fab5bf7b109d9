import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ofLost, ofPresence } from '../../html/js/view/words.js';

test('how long a lost stranger has is told in the unit that one thinks in', () => {
  const time = (ms) => ofLost(ms).match(/They have (.*) to come back\./)?.[1];
  const expected = { 59_001: '60 seconds', 1_001: '2 seconds', 1_000: '1 second', 1: '1 second', 90_000: '90 seconds', 180_000: '3 minutes', 3_600_000: '60 minutes' };
  for (const [ms, text] of Object.entries(expected)) assert.equal(time(Number(ms)), text);
  assert.equal(time(0), undefined);
  assert.match(ofLost(0), /A moment longer/);
});

test('that somebody is not connected counts more than that they are away', () => {
  assert.equal(ofPresence({ away: true, lostUntil: 1 }), 'Stranger offline');
  assert.equal(ofPresence({ away: true, lostUntil: null }), 'Stranger is away');
  assert.equal(ofPresence({ away: false, lostUntil: null }), 'Stranger');
});
