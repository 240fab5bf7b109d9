// Who meets whom.

import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

import { nginxTest } from './harness.js';
import { Person, couple, meet } from './person.js';

// With a patience that no test outlasts: whoever meets here is meant to meet at once.
const PATIENT = `
chat_zone main:1m;
chat_zone other:1m;

server {
    listen 127.0.0.1:%port%;
    chat_patience 1h;
    chat_find_rate 1000r/s burst=1000;
    location = /chat {
        chat main;
    }
    location = /same {
        chat main;
    }
    location = /room {
        chat main;
        chat_lobby $arg_room;
    }
    location = /everybody {
        chat main;
        chat_lobby everybody;
    }
    location = /other {
        chat other;
    }
}
`;

const IMPATIENT = PATIENT.replace('chat_patience 1h', 'chat_patience 200ms');

async function join(nginx, ...options) {
  const people = [];
  for (const each of options) people.push(await Person.join(nginx, each));
  return people;
}

// `seeker` looks and meets `expected`; what they have in common is given in the seeker's spelling.
async function meets(seeker, expected, wish) {
  const match = await seeker.meets(wish);
  await expected.matched();
  await seeker.send('typing');
  await expected.hears('typing');
  return match;
}

nginxTest('each hears the common interests in their own spelling', PATIENT, async (nginx) => {
  const [a, b] = await join(nginx, {}, {});
  await a.waits({ interests: ['Old Movies', ' CHESS ', 'Cafe\u0301', 'STRASSE'] });
  const match = await b.meets({ interests: ['tea', 'caf\u00c9', 'chess\t', 'straße'] });
  assert.deepEqual(match, { lang: undefined, common: ['caf\u00c9', 'chess', 'straße'] });
  assert.deepEqual((await a.matched()).common, ['CHESS', 'Cafe\u0301', 'STRASSE']);
});

nginxTest('a common interest comes first', PATIENT, async (nginx) => {
  const [plain, tea, seeker] = await join(nginx, {}, {}, {});
  await plain.waits();
  await tea.waits({ interests: ['tea'] });
  assert.deepEqual((await meets(seeker, tea, { interests: ['Tea'] })).common, ['Tea']);
  await plain.hearsNothing();
});

nginxTest('most in common comes before longest waiting', PATIENT, async (nginx) => {
  const [one, two, seeker] = await join(nginx, {}, {}, {});
  await one.waits({ interests: ['tea'] });
  await two.waits({ interests: ['chess', 'music'] });
  const { common } = await meets(seeker, two, { interests: ['music', 'tea', 'chess'] });
  assert.deepEqual(common, ['music', 'chess']);
});

nginxTest('with the same in common it is who waited longest', PATIENT, async (nginx) => {
  const [first, second, seeker] = await join(nginx, {}, {}, {});
  await first.waits({ lang: 'en', interests: ['tea'] });
  await pause(10);  // longer by more than the clock's millisecond
  await second.waits({ lang: 'hi', interests: ['tea'] });
  const { lang } = await meets(seeker, first, { lang: 'hi,en', interests: ['tea'] });
  assert.equal(lang, 'en');
});

nginxTest('who shares a language meets, whatever its case', PATIENT, async (nginx) => {
  const [english, hindi, seeker] = await join(nginx, {}, {}, {});
  await english.waits({ lang: 'en,de' });
  await hindi.waits({ lang: 'hi' });
  const match = await seeker.meets({ lang: 'fr,HI' });
  assert.deepEqual(match, { lang: 'HI', common: [] });
  assert.equal((await hindi.matched()).lang, 'hi');
  await english.hearsNothing();
});

nginxTest('after the patience an interest no longer counts', IMPATIENT, async (nginx) => {
  const [tea, chess] = await join(nginx, {}, {});
  await tea.waits({ lang: 'en', interests: ['tea'] });
  await chess.waits({ lang: 'en', interests: ['chess'] });
  const expected = { lang: 'en', common: [] };
  assert.deepEqual(await tea.matched(), expected);
  assert.deepEqual(await chess.matched(), expected);
});

nginxTest('after twice the patience a language no longer counts', IMPATIENT, async (nginx) => {
  const [english, hindi] = await join(nginx, {}, {});
  await english.waits({ lang: 'en' });
  await hindi.waits({ lang: 'hi' });
  const expected = { lang: undefined, common: [] };
  assert.deepEqual(await english.matched(), expected);
  assert.deepEqual(await hindi.matched(), expected);
});

nginxTest('somebody without interests waits for the patience of one who has some', IMPATIENT, async (nginx) => {
  const [tea, plain] = await join(nginx, {}, {});
  await tea.waits({ interests: ['tea'] });
  await plain.waits();
  await plain.matched();
  await tea.matched();
});

nginxTest('not the same stranger twice while somebody else waits', PATIENT, async (nginx) => {
  const [a, b] = await couple(nginx);
  await a.leave();
  await b.hears('left');
  await a.waits();
  await b.waits();
  const c = await Person.join(nginx);
  await meets(c, a);
  const d = await Person.join(nginx);
  await meets(d, b);
});

nginxTest('the same stranger again rather than nobody', IMPATIENT, async (nginx) => {
  const [a, b] = await couple(nginx);
  await a.leave();
  await b.hears('left');
  await a.waits();
  await b.waits();
  await Promise.all([a.matched(), b.matched()]);
});

nginxTest('who was blocked is never met again', IMPATIENT, async (nginx) => {
  const [a, b] = await couple(nginx);
  await a.block();
  await b.hears('left');
  await b.waits();
  await a.waits();

  // Others need all of their patience to meet; by then these two would have.
  const [english, hindi] = await join(nginx, { lobby: 'b.example' }, { lobby: 'b.example' });
  await english.waits({ lang: 'en' });
  await hindi.waits({ lang: 'hi' });
  await Promise.all([english.matched(), hindi.matched()]);
  await a.hearsNothing();
  await b.hearsNothing();

  const [c, d] = await join(nginx, {}, {});
  await meets(c, b);
  await meets(d, a);
});

nginxTest('a block can follow when the stranger has left already', IMPATIENT, async (nginx) => {
  const [a, b] = await couple(nginx);
  await b.leave();
  await a.hears('left');
  await a.block();
  await b.waits();
  await a.waits();
  const [english, hindi] = await join(nginx, { lobby: 'b.example' }, { lobby: 'b.example' });
  await english.waits({ lang: 'en' });
  await hindi.waits({ lang: 'hi' });
  await Promise.all([english.matched(), hindi.matched()]);
  await a.hearsNothing();
  await b.hearsNothing();
});

nginxTest("one's own other window comes last", PATIENT, async (nginx) => {
  const [a, b] = await couple(nginx, { first: { from: '127.0.0.2' }, second: { from: '127.0.0.3' } });
  await a.leave();
  await b.hears('left');
  await a.waits();
  await b.waits();
  const window = await Person.join(nginx, { from: '127.0.0.2' });
  await meets(window, b);
  await a.hearsNothing();
});

nginxTest('but two windows meet when nobody else waits', PATIENT, async (nginx) => {
  const [a, b] = await join(nginx, { from: '127.0.0.2' }, { from: '127.0.0.2' });
  await meet(a, b);
});

nginxTest('lobbies are told apart by the host and never mix', PATIENT, async (nginx) => {
  const [a, b, again] = await join(
    nginx,
    { lobby: 'a.example' },
    { lobby: 'b.example' },
    { lobby: 'A.example:8443', path: '/same' },
  );
  await a.waits({ interests: ['tea'] });
  await b.waits({ interests: ['tea'] });
  await meets(again, a, { interests: ['tea'] });
  await b.hearsNothing();
});

nginxTest('lobbies never mix, also when patience is over', IMPATIENT, async (nginx) => {
  const [a, b] = await join(nginx, { lobby: 'a.example' }, { lobby: 'b.example' });
  await a.waits();
  await b.waits();
  const [english, hindi] = await join(nginx, { lobby: 'c.example' }, { lobby: 'c.example' });
  await english.waits({ lang: 'en' });
  await hindi.waits({ lang: 'hi' });
  await Promise.all([english.matched(), hindi.matched()]);
  await a.hearsNothing();
  await b.hearsNothing();
});

nginxTest('a lobby can be named by a variable', PATIENT, async (nginx) => {
  const [red, blue, again] = await join(
    nginx,
    { path: '/room?room=red' },
    { path: '/room?room=blue' },
    { path: '/room?room=red', lobby: 'another.example' },
  );
  await red.waits();
  await blue.waits();
  await meets(again, red);
});

nginxTest('one lobby can serve all hosts', PATIENT, async (nginx) => {
  const [a, b] = await join(
    nginx,
    { path: '/everybody', lobby: 'a.example' },
    { path: '/everybody', lobby: 'b.example' },
  );
  await meet(a, b);
});

nginxTest('zones never mix', PATIENT, async (nginx) => {
  const [a, b, again] = await join(nginx, {}, { path: '/other' }, {});
  await a.waits();
  await b.waits();
  await meets(again, a);
});
