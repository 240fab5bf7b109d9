import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bounds, charactersOver, interestsOf, languagesOf, parse, split, write } from '../../html/js/protocol.js';

test('a frame is a line of words, and a body if there is a line end', () => {
  assert.deepEqual(split('say 1 got=2\nhello\nworld'), { verb: 'say', args: ['1', 'got=2'], body: 'hello\nworld' });
  assert.deepEqual(split('leave'), { verb: 'leave', args: [], body: null });
  assert.deepEqual(split('say 1\n'), { verb: 'say', args: ['1'], body: '' });
});

test('every frame of a server has its shape', () => {
  const shapes = {
    'hello max=4096 window=60 online=128': { verb: 'hello', max: 4096, window: 60, online: 128 },
    'hello max=10': { verb: 'hello', max: 10, window: 0, online: 0 },
    waiting: { verb: 'waiting' },
    'matched -': { verb: 'matched', token: null, lang: null, common: [] },
    'matched abc= lang=en\nmusic\nold films': { verb: 'matched', token: 'abc=', lang: 'en', common: ['music', 'old films'] },
    'say 7\na  b\n': { verb: 'say', n: 7, got: null, text: 'a  b\n' },
    'say 7 got=3\n': { verb: 'say', n: 7, got: 3, text: '' },
    'got 3': { verb: 'got', n: 3 },
    'seen 4': { verb: 'seen', n: 4 },
    'skip 0': { verb: 'skip', n: 0 },
    typing: { verb: 'typing' },
    away: { verb: 'away' },
    here: { verb: 'here' },
    'lost in=60': { verb: 'lost', in: 60 },
    back: { verb: 'back' },
    left: { verb: 'left' },
    'resumed abc': { verb: 'resumed', token: 'abc', lost: null },
    'resumed abc lost in=9': { verb: 'resumed', token: 'abc', lost: 9 },
    'refused say rate n=5 retry=200': { verb: 'refused', of: 'say', reason: 'rate', n: 5, retry: 200 },
    'refused find full': { verb: 'refused', of: 'find', reason: 'full', n: null, retry: null },
    'warned rude n=2': { verb: 'warned', reason: 'rude', n: 2 },
    reported: { verb: 'reported' },
    'bye restart retry=900': { verb: 'bye', reason: 'restart', retry: 900, until: null },
    'bye banned until=1700000000': { verb: 'bye', reason: 'banned', retry: null, until: 1700000000 },
    'bye full retry=4294967294': { verb: 'bye', reason: 'full', retry: 2147483647, until: null },
    pong: { verb: 'pong' },
  };
  for (const [frame, shape] of Object.entries(shapes)) assert.deepEqual(parse(frame), shape, frame);
});

test('what is no frame of a server is passed over', () => {
  const wrong = ['', ' ', 'nonsense', 'constructor', 'hello', 'hello max=x', 'matched', 'say 1', 'say 0\nx', 'say -1\nx', 'say 01\nx'];
  wrong.push('say 4294967295\nx', 'say\nx', 'got', 'got x', 'got 1.5', 'refused', 'refused say', 'bye', 'resumed', 'warned', 'WAITING');
  for (const frame of wrong) assert.equal(parse(frame), null, JSON.stringify(frame));
});

test('what a client writes is what the other client reads', () => {
  assert.deepEqual(parse(write.say(3, 'a\nb')), { verb: 'say', n: 3, got: null, text: 'a\nb' });
  assert.deepEqual(parse(write.say(3, '', 2)), { verb: 'say', n: 3, got: 2, text: '' });
  assert.deepEqual(parse(write.got(9)), { verb: 'got', n: 9 });
  assert.deepEqual(parse(write.seen(9)), { verb: 'seen', n: 9 });
  assert.deepEqual(parse(write.skip(9)), { verb: 'skip', n: 9 });
  for (const verb of ['typing', 'away', 'here']) assert.deepEqual(parse(write[verb]()), { verb });
});

test('find carries languages in its line and one interest a line', () => {
  assert.equal(write.find(), 'find');
  assert.equal(write.find({ lang: ['en', 'hi'] }), 'find lang=en,hi');
  assert.equal(write.find({ lang: [], interests: ['music', 'old films'] }), 'find\nmusic\nold films');
});

test('interests: cut at commas and lines, trimmed, once each, bounded', () => {
  assert.deepEqual(interestsOf(' music ,, old  films,\nMUSIC\r\nشعر، 音楽、映画'), ['music', 'old  films', 'شعر', '音楽', '映画']);
  assert.deepEqual(interestsOf(''), []);
  assert.deepEqual(interestsOf('old\tfilms\u0000'), ['old films'], 'no control character, which the server takes for a broken client');
  assert.deepEqual(interestsOf('caf\u00e9,cafe\u0301'), ['caf\u00e9'], 'composed or not, it is the same word');
  assert.equal([...interestsOf('🎷'.repeat(60))[0]].length, bounds.interestChars);
  assert.equal(interestsOf(Array.from({ length: 30 }, (_, i) => `i${i}`).join()).length, bounds.interests);
});

test('languages: primary subtags, once each, bounded', () => {
  assert.deepEqual(languagesOf(['en-GB', 'EN', 'hi-IN', 'zh-Hant-TW']), ['en', 'hi', 'zh']);
  assert.deepEqual(languagesOf(['', 'x', 'i-klingon', 'de_DE']), []);
  assert.equal(languagesOf(['en', 'de', 'fr', 'it', 'es']).length, bounds.languages);
});

test('too long is counted in bytes and told in characters', () => {
  assert.equal(charactersOver('abcd', 4), 0);
  assert.equal(charactersOver('abcde', 4), 1);
  assert.equal(charactersOver('éé', 4), 0);
  assert.equal(charactersOver('ééé', 4), 1);
  assert.equal(charactersOver('a🎷🎷', 4), 2, 'no half of a character fits');
  assert.equal(charactersOver('🎷', 4), 0);
});
