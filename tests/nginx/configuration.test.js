// Every directive: its good forms, and each mistake found by `nginx -t` with its line.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { checkConfiguration, nginxTest } from './harness.js';
import { Person } from './person.js';

// Where a line can stand.
const PLACES = {
  main: (line) => [{ main: line }, ''],
  http: (line) => [{}, around({ http: line })],
  server: (line) => [{}, around({ server: line })],
  location: (line) => [{}, around({ location: line })],
  alone: (line) => [{}, around({ alone: line })],
  if: (line) => [{}, around({ alone: `if ($arg_x) {\n${line}\n}` })],
  upstream: (line) => [{}, around({ http: `upstream u {\nserver 127.0.0.1:1;\n${line}\n}` })],
};

function around({ http = '', server = '', location = '', alone = '' }) {
  return `
chat_zone main:1m;
${http}
server {
    listen 127.0.0.1:%port%;
    ${server}
    location /chat {
        chat main;
        ${location}
    }
    location /alone {
        ${alone}
    }
}
`;
}

const EVERYWHERE = ['http', 'server', 'location'];

const TIME = {
  where: EVERYWHERE,
  good: ['5s', '200ms', '1m', '1m30s', '1h', '7'],
  bad: ['0', '0s', '-1s', 'x', '5x', '1.5s', '""', '99999999999999999999s'],
};
const RATE = {
  where: EVERYWHERE,
  good: ['5r/s', '5r/s burst=20', '30r/m', '30r/m burst=1', '1000r/s burst=1000'],
  bad: ['5', 'r/s', '0r/s', '-1r/s', '5r/h', '5r/', 'x', '1.5r/s', '5r/s burst=0', '5r/s burst=-1', '5r/s burst=x',
    '5r/s burst', '5r/s bust=20', '5r/s nodelay', '99999999999r/s', '5r/s burst=99999999999'],
  arguments: ['', '5r/s burst=1 burst=2 burst=3'],
};
const COUNT = {
  where: EVERYWHERE,
  good: ['0', '1', '20', '100000'],
  bad: ['-1', 'x', '1.5', '5k', '""', '99999999999999999999'],
};

const DIRECTIVES = {
  chat_zone: {
    where: ['http'],
    good: ['second:1m', 'second:128k', 'second:16M'],
    bad: ['second', 'second:', ':1m', 'second:0', 'second:-1m', 'second:x', 'second:1x', 'second:4k', 'second:100k',
      'second:99999999999999999999', 'main:1m'],
  },
  chat: {
    where: ['alone'],
    good: ['main'],
    bad: ['unknown', 'Main', 'main:1m', '""'],
    twice: 'main',
  },
  chat_lobby: {
    where: EVERYWHERE,
    good: ['$host', 'everybody', '$host-$arg_room', '"two words"'],
    bad: ['""'],
    twice: '$host',
  },
  chat_patience: { ...TIME, twice: '5s' },
  chat_idle: { ...TIME, twice: '5s' },
  chat_ping: { ...TIME, twice: '5s' },
  chat_window: { ...TIME, bad: [...TIME.bad, '25h'], twice: '5s' },
  chat_drain: { ...TIME, twice: '5s' },
  chat_message_max: {
    where: EVERYWHERE,
    good: ['64', '4096', '4k', '256k', '1m'],
    bad: ['0', '1', '-1', '-4k', 'x', '4x', '1.5k', '2m', '1g', '99999999999999999999'],
    twice: '4k',
  },
  chat_message_rate: { ...RATE, twice: '5r/s' },
  chat_find_rate: { ...RATE, twice: '5r/s' },
  chat_pending: {
    where: EVERYWHERE,
    good: ['16k', '64k', '1m'],
    bad: ['0', '1', '-1', '-64k', 'x', '64x', '1g', '99999999999999999999'],
    twice: '64k',
  },
  chat_sessions: { ...COUNT, twice: '5' },
  chat_sessions_per_address: { ...COUNT, twice: '5' },
  chat_origin: {
    where: EVERYWHERE,
    good: ['https://friend.example', 'http://friend.example:8080', 'https://a.example https://b.example', 'https://[::1]:8443'],
    bad: ['friend.example', 'https://', 'https://friend.example/', 'https://friend.example/chat', 'https://friend.example:0',
      'https://friend.example:443', 'http://friend.example:80', 'https://friend.example:x', 'https://friend.example:99999', '://friend.example', 'null', '*',
      'https://a.example friend.example'],
    arguments: [''],
  },
  chat_echo: {
    where: ['alone'],
    good: ['', '1', '16m', '1k'],
    bad: ['0', '-1', 'x', '1x', '99999999999999999999'],
    arguments: ['1m 2m'],
    twice: '1m',
  },
};

// nginx's own sentences, which name no value.
const OWN = /invalid number of arguments|is duplicate|is not allowed here|directive invalid (value|number)/;

async function isFine(place, line) {
  const [options, configuration] = PLACES[place](line);
  const { ok, text } = await checkConfiguration(configuration, options);
  assert.ok(ok, `${place}: ${line}\n${text}`);
  assert.doesNotMatch(text, /\[(warn|alert|emerg)\]/);
}

// Found at the last line of `line`, by a sentence with `words` in it.
async function isMistake(place, line, ...words) {
  const [options, configuration] = PLACES[place](`${line} # here`);
  const { ok, text, line: number } = await checkConfiguration(configuration, options);
  assert.ok(!ok, `${place}: ${line} is taken`);
  const emerg = text.split('\n').filter((each) => each.includes('[emerg]'));
  assert.equal(emerg.length, 1, `${line}: one sentence, not\n${text}`);
  assert.ok(emerg[0].endsWith(`nginx.conf:${number('# here')}`), `${place}: ${line} at line ${number('# here')}\n${text}`);
  const sentence = emerg[0];
  for (const word of words) assert.ok(sentence.includes(word) || OWN.test(sentence), `${word} in ${text}`);
  return sentence;
}

const directive = (name, value) => `${name}${value === '' ? '' : ` ${value}`};`;

describe('directives', { concurrency: 4 }, () => {
  for (const [name, { where, good, bad, arguments: wrong = ['', 'a b c d'], twice }] of Object.entries(DIRECTIVES)) {
    const [place] = [...where].reverse();

    test(`${name}: good forms`, async () => {
      for (const each of where) for (const value of good) await isFine(each, directive(name, value));
    });

    test(`${name}: bad values`, async () => {
      for (const value of bad) {
        const sentence = await isMistake(place, directive(name, value), value.split(' ').pop().replaceAll('"', ''));
        assert.ok(sentence.includes(`${name}`), `${name} is named: ${sentence}`);
      }
    });

    test(`${name}: wrong number of arguments`, async () => {
      for (const value of wrong) await isMistake(place, directive(name, value), name);
    });

    test(`${name}: where it may not stand`, async () => {
      for (const each of Object.keys(PLACES)) {
        const allowed = where.includes(each) || (each === 'alone' && where.includes('location'));
        if (!allowed && each !== 'location') await isMistake(each, directive(name, good.at(-1)), name);
      }
    });

    if (twice) {
      test(`${name}: said twice`, async () => {
        const line = directive(name, twice);
        await isMistake(place, `${line}\n        ${line}`, name);
      });
    }
  }

  test('a variable that does not exist is found, in words of nginx', async () => {
    const { ok, text } = await checkConfiguration(around({ location: 'chat_lobby $no_such_variable;' }));
    assert.ok(!ok);
    assert.match(text, /unknown "no_such_variable" variable/);
  });

  test('a zone may stand behind its use', async () => {
    const { ok, text } = await checkConfiguration(`server { location / { chat main; } }\nchat_zone main:1m;`);
    assert.ok(ok, text);
  });

  test('a zone of two sizes or for two uses', async () => {
    await isMistake('http', 'chat_zone main:2m;', 'main');
    await isMistake('http', 'limit_conn_zone $binary_remote_addr zone=main:1m;', 'main');
  });

  test('chat and chat_echo in one location', async () => {
    await isMistake('alone', 'chat main;\n        chat_echo;', 'chat');
    await isMistake('alone', 'chat_echo;\n        chat main;', 'chat');
  });
});

test('a location has one purpose', async () => {
  await isMistake('alone', 'proxy_pass http://127.0.0.1:1;\n        chat main;', 'chat');
  const { ok, text } = await checkConfiguration(around({ alone: 'chat main;\n        proxy_pass http://127.0.0.1:1;' }));
  assert.ok(!ok);
  assert.match(text, /\[emerg\].*"\/alone" has a chat and another purpose/);
});

const INHERITED = `
chat_zone main:1m;
chat_message_max 100;

server {
    listen 127.0.0.1:%port%;
    location = /outer {
        chat main;
    }
    location = /inner {
        chat main;
        chat_message_max 300;
    }
    location /nested {
        chat_message_max 400;
        location = /nested/inner {
            chat main;
        }
    }
}
server {
    listen 127.0.0.1:%other_port%;
    chat_message_max 200;
    location = /server {
        chat main;
    }
}
`;

nginxTest('what is said outside holds inside, unless said anew', INHERITED, async (nginx) => {
  const max = async (path, port) => (await Person.join(nginx, { path, port })).hello.max;
  assert.equal(await max('/outer'), 100);
  assert.equal(await max('/inner'), 300);
  assert.equal(await max('/nested/inner'), 400);
  assert.equal(await max('/server', nginx.ports.other_port), 200);
});
