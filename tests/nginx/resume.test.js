// A connection is lost and the seat is taken again, on one worker: delivery goes on, windows end, tokens are good for
// what they were given for and for nothing else.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';

import { nginxTest } from './harness.js';
import { Person, Talk, couple } from './person.js';

const CONFIGURATION = `
chat_zone main:1m;
chat_zone other:1m;

server {
    listen 127.0.0.1:%port%;
    chat_message_rate 1000r/s burst=1000;
    location = /chat {
        chat main;
    }
    location = /short {
        chat main;
        chat_window 1s;
    }
    location = /other {
        chat other;
    }
}
`;

const SHORT = { path: '/short' };

nginxTest('a drop: the partner is told, what was not confirmed comes again, the chat goes on', CONFIGURATION, async (nginx) => {
  const [a, b] = await couple(nginx);
  await a.say(1, 'first');
  await b.hears('say 1\nfirst');
  await b.got(1);
  await a.hears('got 1');
  await a.say(2, 'second');
  await b.hears('say 2\nsecond');
  await b.say(1, 'do you hear me?');
  a.drop();
  await b.hears('lost in=60');
  await b.say(2, 'nobody keeps this');
  await b.hearsNothing();

  const again = await Person.resume(nginx, a.token, { got: 1 });
  assert.equal(again.lost, 0);
  assert.notEqual(again.token, a.token);
  await b.hears('back', 'got 1');
  await again.say(2, 'second');
  await b.hears('say 2\nsecond');
  await b.say(2, 'nobody keeps this');
  await again.hears('say 2\nnobody keeps this');
  await again.say(3, 'third', { got: 2 });
  await b.hears('say 3 got=2\nthird');
});

nginxTest('a line that is silent: who comes back takes the seat from the connection that still seems to be there', CONFIGURATION, async (nginx) => {
  const [a, b] = await couple(nginx);
  const again = await Person.resume(nginx, a.token);
  assert.equal(again.lost, 0);
  await b.hears('back');
  await a.hears('bye replaced');
  assert.equal((await a.client.closed()).code, 4000);
  await again.say(1, 'from here now');
  await b.hears('say 1\nfrom here now');
});

nginxTest('both are gone, and both come back', CONFIGURATION, async (nginx) => {
  const [a, b] = await couple(nginx);
  a.drop();
  await b.hears('lost in=60');
  b.drop();
  const first = await Person.resume(nginx, a.token);
  assert.ok(first.lost >= 58 && first.lost <= 60, `lost in=${first.lost}`);
  const second = await Person.resume(nginx, b.token);
  assert.equal(second.lost, 0);
  await first.hears('back');
  await first.say(1, 'here we are');
  await second.hears('say 1\nhere we are');
});

nginxTest('how long a seat is kept', CONFIGURATION, async (nginx) => {
  const ways = {
    'lost in=60': (person) => person.drop(),
    'lost in=15': (person) => person.client.sendClose(1001),  // a closed window, F5
    'left': (person) => person.client.sendClose(1000),
  };
  for (const [word, goes] of Object.entries(ways)) {
    const [a, b] = await couple(nginx);
    await goes(a);
    await b.hears(word);
    b.close();
  }
  const [a, b] = await couple(nginx);
  await a.send('away');
  await b.hears('away');
  a.drop();
  await b.hears('lost in=180');
});

nginxTest('a reset is a drop', CONFIGURATION, async (nginx) => {
  const [a, b] = await couple(nginx);
  a.client.reset();
  await b.hears('lost in=60');
  await Person.resume(nginx, a.token);
  await b.hears('back');
});

nginxTest('who breaks the rules has left', CONFIGURATION, async (nginx) => {
  for (const frame of ['shout', 'say 0\nx']) {
    const [a, b] = await couple(nginx);
    await a.send(frame);
    await b.hears('left');
    await Person.isStale(nginx, a.token);
    b.close();
  }
});

nginxTest('when the window is over the partner is told, and the token is stale', CONFIGURATION, async (nginx) => {
  const [a, b] = await couple(nginx, SHORT);
  a.drop();
  await b.hears('lost in=1', 'left');
  const stale = await Person.isStale(nginx, a.token, SHORT);
  await stale.waits();  // and may look for somebody else
});

nginxTest('a chat that was left is stale', CONFIGURATION, async (nginx) => {
  for (const word of ['leave', 'find\nx', 'block']) {
    const [a, b] = await couple(nginx);
    a.drop();
    await b.hears('lost in=60');
    await b.send(word);
    await Person.isStale(nginx, a.token);
    await Person.isStale(nginx, b.token);
    b.close();
  }
});

nginxTest('the token before is good until the first frame, and not longer', CONFIGURATION, async (nginx) => {
  const [a] = await couple(nginx);
  a.drop();
  const second = await Person.resume(nginx, a.token);
  second.drop();  // it never got its token, for all we know
  const third = await Person.resume(nginx, a.token);
  await third.hearsNothing();
  await Person.isStale(nginx, a.token);
  await Person.isStale(nginx, second.token);
  await third.hearsNothing();
  third.drop();
  await Person.resume(nginx, third.token);
});

nginxTest('forged, cut, random and foreign tokens are stale, and disturb nobody', CONFIGURATION, async (nginx) => {
  const talk = await Talk.begin(nginx);
  const [{ token }, b] = await couple(nginx);
  const flip = (text, at) => text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
  const bad = ['-', 'x', token.slice(0, -1), token.slice(1), `${token}A`, 'A'.repeat(400), `${token}${token}`.slice(0, 440)];
  for (let at = 0; at < token.length; at += 7) bad.push(flip(token, at));
  for (let i = 0; i < 20; i++) bad.push(randomBytes(token.length / 2).toString('hex').slice(0, token.length));
  const guesser = await Person.join(nginx);
  for (const each of bad) {
    await guesser.send(`resume ${each} got=0`);
    await guesser.hears('refused resume stale');
    await talk.round();
  }
  await Person.isStale(nginx, token, { path: '/other' });
  await Person.isStale(nginx, token, { lobby: 'another.example' });
  await b.hearsNothing();
});

nginxTest('a token that is broken as a frame ends the connection', CONFIGURATION, async (nginx) => {
  for (const frame of ['resume', 'resume got=1', 'resume a b got=1', 'resume a=b got=1', `resume ${'A'.repeat(600)} got=0`]) {
    const person = await Person.join(nginx);
    await person.send(frame);
    assert.equal((await person.client.closed()).code, 1002, frame);
  }
});

nginxTest('who talks or looks cannot resume', CONFIGURATION, async (nginx) => {
  const [a, b] = await couple(nginx);
  await a.send(`resume ${b.token} got=0`);
  await a.hears('refused resume state');
  const c = await Person.join(nginx, { lobby: 'c.example' });
  await c.waits();
  await c.send(`resume ${b.token} got=0`);
  await c.hears('refused resume state');
});

nginxTest('who was blocked is not met again after a return', CONFIGURATION, async (nginx) => {
  const [a, b] = await couple(nginx);
  a.drop();
  await b.hears('lost in=60');
  const again = await Person.resume(nginx, a.token);
  await b.hears('back');
  await again.block();
  await b.hears('left');
  await again.waits();
  await b.waits();
  await again.hearsNothing();
});
