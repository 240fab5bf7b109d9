// Two strangers meet and talk: each word of the protocol, and what it does.

import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

import { nginxTest } from './harness.js';
import { Person, couple, meet } from './person.js';
import { until } from './wait.js';

const CONFIGURATION = `
chat_zone main:1m;

server {
    listen 127.0.0.1:%port%;
    location = /chat {
        chat main;
        chat_patience 200ms;
        chat_message_rate 1000r/s burst=1000;
        chat_find_rate 1000r/s burst=1000;
    }
}
`;

// As it is without any limit set.
const DEFAULTS = `
chat_zone main:1m;

server {
    listen 127.0.0.1:%port%;
    location = /chat {
        chat main;
    }
}
`;

nginxTest('a connection is greeted with the limits in force', DEFAULTS, async (nginx) => {
  const { hello } = await Person.join(nginx);
  assert.equal(hello.max, 4096);
  assert.equal(hello.window, 60);
  assert.ok(hello.online <= 1, `online ${hello.online}`);
});

nginxTest('the greeting tells how many are there, soon', CONFIGURATION, async (nginx) => {
  for (let i = 0; i < 3; i++) await Person.join(nginx);
  await until(async () => {
    const person = await Person.join(nginx);
    person.close();
    return person.hello.online >= 3 && person.hello.online <= 5;
  }, 'the number of people');
});

nginxTest('who looks first waits, who comes second meets them', CONFIGURATION, async (nginx) => {
  const a = await Person.join(nginx);
  const b = await Person.join(nginx);
  await a.waits();
  const nothing = { lang: undefined, common: [] };
  assert.deepEqual(await b.meets(), nothing);
  assert.deepEqual(await a.matched(), nothing);
});

nginxTest('what one says the other gets, byte for byte', CONFIGURATION, async (nginx) => {
  const [a, b] = await couple(nginx);
  const frames = [
    'say 1\nhi',
    'say 2\n',
    'say 3\n  two\nlines \n\n',
    'say 4\nन्मस्ते 👩‍👩‍👧 שלום \u0000 \u202e ~',
    'say 5\nleave',
    'say 6\n<b>&amp;</b>',
    `say 7\n${'x'.repeat(4096)}`,
  ];
  for (const frame of frames) await a.send(frame);
  await b.hears(...frames);
  await b.got(7);
  await a.hears('got 7');
});

nginxTest('each relayed word reaches the other unchanged', CONFIGURATION, async (nginx) => {
  const [a, b] = await couple(nginx);
  for (const frame of ['typing', 'away', 'here', 'say 1\nhello']) {
    await a.send(frame);
    await b.hears(frame);
  }
  for (const frame of ['got 1', 'seen 1', 'say 1 got=1\nhello too', 'typing']) {
    await b.send(frame);
    await a.hears(frame);
  }
  await a.hearsNothing();
  await b.hearsNothing();
});

nginxTest('a burst arrives whole and in order', CONFIGURATION, async (nginx) => {
  const [a, b] = await couple(nginx);
  const frames = Array.from({ length: 32 }, (_, i) => `say ${i + 1}\n${'y'.repeat(i * 20)}`);
  await Promise.all(frames.map((frame) => a.send(frame)));
  await b.hears(...frames);
});

nginxTest('who leaves is gone at once, and free for the next', CONFIGURATION, async (nginx) => {
  const [a, b] = await couple(nginx);
  await a.leave();
  await b.hears('left');
  await a.say(1, 'still there?');
  await a.hears('refused say state n=1');
  await b.say(1, 'hello?');
  await b.hears('refused say state n=1');
  await a.hearsNothing();

  const c = await Person.join(nginx);
  await b.waits();
  await c.meets();
  await b.matched();
  await b.say(1, 'numbers begin anew');
  await c.hears('say 1\nnumbers begin anew');
});

nginxTest('however a connection goes, the other is told', CONFIGURATION, async (nginx) => {
  const ways = {
    'a closed socket': [(person) => person.client.close(), 'lost in=60'],
    'a reset': [(person) => person.client.reset(), 'lost in=60'],
    'a half closed socket': [(person) => person.client.finish(), 'lost in=60'],
    'a page that was closed': [(person) => person.client.sendClose(1001), 'lost in=15'],
    'a Close frame without a code': [(person) => person.client.sendClose(), 'lost in=60'],
    'a client that is done': [(person) => person.client.sendClose(1000), 'left'],
    'a broken frame': [(person) => person.client.write(Buffer.from('not a frame')), 'left'],
  };
  for (const [go, word] of Object.values(ways)) {
    const [a, b] = await couple(nginx);
    await go(a);
    await b.hears(word);
    b.close();
  }
});

nginxTest('find inside a chat is "next"', CONFIGURATION, async (nginx) => {
  const [a, b] = await couple(nginx);
  const c = await Person.join(nginx, { lobby: 'localhost' });
  await c.waits();
  await a.meets();
  await c.matched();
  await b.hears('left');
  await a.say(1, 'new here');
  await c.hears('say 1\nnew here');
  await b.hearsNothing();
});

nginxTest('leave also ends the looking', CONFIGURATION, async (nginx) => {
  const a = await Person.join(nginx);
  const b = await Person.join(nginx);
  await a.leave();  // nothing to leave yet
  await a.waits();
  await a.leave();
  await a.hearsNothing();
  await b.waits();
  await a.hearsNothing();
});

nginxTest('looking again while looking changes what is looked for', CONFIGURATION, async (nginx) => {
  const a = await Person.join(nginx);
  const b = await Person.join(nginx);
  await a.waits({ interests: ['chess'] });
  await a.waits({ interests: ['tea'] });
  assert.deepEqual((await b.meets({ interests: ['tea', 'chess'] })).common, ['tea']);
  assert.deepEqual((await a.matched()).common, ['tea']);
});

nginxTest('what cannot be done is refused and nothing else changes', CONFIGURATION, async (nginx) => {
  const [a, b] = await couple(nginx);
  const refusals = {
    'resume x got=0': 'refused resume state',
    'report spam\n': 'refused report state',
    'report harassment from=1 upto=2\n4\nsay…': 'refused report state',
  };
  for (const [frame, answer] of Object.entries(refusals)) {
    await a.send(frame);
    await a.hears(answer);
  }
  await a.say(1, 'and on we go');
  await b.hears('say 1\nand on we go');
});

nginxTest('words of a chat outside of any chat change nothing', CONFIGURATION, async (nginx) => {
  const a = await Person.join(nginx);
  for (const frame of ['typing', 'away', 'here', 'got 1', 'seen 1', 'skip 1', 'leave', 'block']) await a.send(frame);
  await a.hearsNothing();
  await a.send('say 7\nanybody?');
  await a.hears('refused say state n=7');
});

nginxTest('a gap is ignored, a resend is passed on, what is confirmed is not', CONFIGURATION, async (nginx) => {
  const [a, b] = await couple(nginx);
  await a.say(2, 'before the first');
  await a.say(1, 'first');
  await a.say(3, 'too far');
  await a.say(1, 'first');
  await a.say(2, 'second');
  await a.hearsNothing();
  await b.hears('say 1\nfirst', 'say 1\nfirst', 'say 2\nsecond');

  await b.got(1);
  await a.hears('got 1');
  await a.say(1, 'first');
  await a.hears('got 1');
  await a.say(2, 'second');
  await a.hearsNothing();
  await b.hears('say 2\nsecond');
  await b.hearsNothing();
});

nginxTest('got on a say confirms too', CONFIGURATION, async (nginx) => {
  const [a, b] = await couple(nginx);
  await a.say(1, 'one');
  await b.hears('say 1\none');
  await b.say(1, 'two', { got: 1 });
  await a.hears('say 1 got=1\ntwo');
  await a.say(1, 'one');
  await a.hears('got 1');  // again, and the message not
  await b.hearsNothing();
});

nginxTest('nobody confirms what was never said', CONFIGURATION, async (nginx) => {
  const [a, b] = await couple(nginx);
  await a.say(1, 'one');
  await b.hears('say 1\none');
  for (const frame of ['got 2', 'seen 2']) await b.send(frame);
  await b.hearsNothing();
  await a.hearsNothing();
  await a.say(2, 'two');
  await b.hears('say 2\ntwo');
});

nginxTest('with 32 on the way the next one is refused until one is confirmed', CONFIGURATION, async (nginx) => {
  const [a, b] = await couple(nginx);
  for (let number = 1; number <= 33; number++) await a.say(number, 'x');
  await a.hears('refused say full n=33');
  for (let number = 1; number <= 32; number++) await b.hears(`say ${number}\nx`);
  await b.got(1);
  await a.hears('got 1');
  await a.say(33, 'x');
  await b.hears('say 33\nx');
  await a.say(34, 'x');
  await a.hears('refused say full n=34');
});

nginxTest('a page that was loaded anew skips what it lost', CONFIGURATION, async (nginx) => {
  const [a, b] = await couple(nginx);
  for (const number of [1, 2, 3]) await a.say(number, 'lost');
  await b.hears('say 1\nlost', 'say 2\nlost', 'say 3\nlost');
  await a.send('skip 3');
  await b.hears('skip 3');
  await a.say(3, 'lost');
  await a.say(4, 'found');
  await b.hears('say 4\nfound');
});

nginxTest('whoever says too much too fast is told when to go on', DEFAULTS.replace(
  'chat main;',
  'chat main; chat_message_rate 5r/s burst=2;',
), async (nginx) => {
  const [a, b] = await couple(nginx);
  for (const number of [1, 2, 3]) await a.say(number, 'quick');
  await b.hears('say 1\nquick', 'say 2\nquick');
  const answer = await a.client.text();
  assert.match(answer, /^refused say rate n=3 retry=\d+$/);
  const retry = Number(answer.split('=').pop());
  assert.ok(retry >= 1 && retry <= 200, answer);

  await pause(retry + 1);  // what it was told: then it passes, however much later
  await a.say(3, 'quick');
  await b.hears('say 3\nquick');
});

nginxTest('finds have a rate too, and a refused one leaves no chat', DEFAULTS.replace(
  'chat main;',
  'chat main; chat_find_rate 1r/m burst=2;',
), async (nginx) => {
  const [a, b] = await couple(nginx);
  await a.leave();
  await b.hears('left');
  const c = await Person.join(nginx);
  await meet(c, a);
  await a.find();
  const answer = await a.client.text();
  assert.match(answer, /^refused find rate retry=\d+$/);
  const retry = Number(answer.split('=').pop());
  assert.ok(retry > 1000 && retry <= 60_000, answer);
  await a.say(1, 'still here');
  await c.hears('say 1\nstill here');
});

nginxTest('a message over the limit closes with 1009', CONFIGURATION.replace(
  'chat main;',
  'chat main; chat_message_max 64;',
), async (nginx) => {
  const [a, b] = await couple(nginx);
  assert.equal(a.hello.max, 64);
  await a.say(1, 'x'.repeat(64));
  await b.hears(`say 1\n${'x'.repeat(64)}`);
  await a.say(2, 'x'.repeat(65));
  assert.equal((await a.client.closed()).code, 1009);
  await b.hears('left');
});

nginxTest('a small limit for messages is none for interests', CONFIGURATION.replace(
  'chat main;',
  'chat main; chat_message_max 64;',
), async (nginx) => {
  const interests = Array.from({ length: 10 }, (_, i) => `${i}${'€'.repeat(39)}`);
  const a = await Person.join(nginx);
  const b = await Person.join(nginx);
  await a.waits({ interests });
  assert.deepEqual((await b.meets({ interests })).common, interests);
});

nginxTest('too many or too long interests are refused', CONFIGURATION, async (nginx) => {
  const a = await Person.join(nginx);
  await a.find({ interests: Array.from({ length: 11 }, (_, i) => `interest ${i}`) });
  await a.hears('refused find full');
  await a.find({ interests: ['x'.repeat(41)] });
  await a.hears('refused find full');
  await a.waits({ interests: ['x'.repeat(40)] });
});
