// From an HTTP request to a WebSocket connection, or to a refusal that says why.

import assert from 'node:assert/strict';
import http2 from 'node:http2';

import { Client, encodeFrame, newKey, upgradeRequest } from './client.js';
import { certificate, nginxTest } from './harness.js';
import { Person, Talk } from './person.js';
import { descriptors } from './processes.js';
import { until } from './wait.js';

const CONFIGURATION = `
chat_zone main:1m;

server {
    listen 127.0.0.1:%port%;
    listen 127.0.0.1:%tls_port% ssl http2;
    ssl_certificate %certificate%;
    ssl_certificate_key %key%;

    location = /chat {
        chat main;
    }
    location = /friends {
        chat main;
        chat_origin https://friend.example http://other.example:8080;
    }
    location = /closed {
        chat main;
        deny all;
    }
    location = /page {
        return 200 "a page";
    }
    location = /if {
        chat main;
        if ($http_x_if) {
            set $if yes;
        }
    }
    location = /if/echo {
        chat_echo;
        if ($http_x_if) {
            set $if yes;
        }
    }
    location = /limited {
        chat main;
        limit_except GET {
            deny all;
        }
    }
    location = /authorised {
        auth_request /chat;
        empty_gif;
    }
    location = /mirrored {
        mirror /if/echo;
        empty_gif;
    }
    location = /error {
        error_page 404 /chat;
        return 404;
    }
}
`;

async function ask(nginx, options, early) {
  const client = nginx.closeAtStop(await Client.open({ port: nginx.port }));
  return { client, response: await client.ask(options, early) };
}

async function isRefused(nginx, status, options) {
  const { response } = await ask(nginx, options);
  assert.equal(response.status, status, response.line);
  isShortPlainText(response.header('Content-Type'), response.body);
  return response;
}

function isShortPlainText(type, body) {
  assert.match(type, /^text\/plain\b/);
  assert.match(body, /^[\x20-\x7e]{5,120}\n?$/, `one line that says why: ${body}`);
}

async function isUpgraded(nginx, options) {
  const { client, response } = await ask(nginx, options);
  assert.equal(response.status, 101, response.body);
  assert.match(await client.text(), /^hello /);
  client.close();
}

nginxTest('a good request gets exactly the answer of RFC 6455', CONFIGURATION, async (nginx) => {
  const { response } = await ask(nginx, { key: 'dGhlIHNhbXBsZSBub25jZQ==' });
  assert.equal(response.line, 'HTTP/1.1 101 Switching Protocols');
  assert.equal(response.header('Upgrade').toLowerCase(), 'websocket');
  assert.equal(response.header('Connection').toLowerCase(), 'upgrade');
  assert.equal(response.header('Sec-WebSocket-Accept'), 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
  assert.equal(response.header('Sec-WebSocket-Protocol'), 'chat.v1');
  const names = response.headers.map(([name]) => name.toLowerCase()).sort();
  assert.deepEqual(
    names,
    ['connection', 'date', 'sec-websocket-accept', 'sec-websocket-protocol', 'server', 'upgrade'],
  );
});

nginxTest('header values are compared as HTTP says', CONFIGURATION, async (nginx) => {
  await isUpgraded(nginx, { headers: { Upgrade: 'WebSocket', Connection: 'keep-alive, UPGRADE' } });
  await isUpgraded(nginx, { headers: { Upgrade: 'h2c, websocket' } });
  await isUpgraded(nginx, { headers: { 'Sec-WebSocket-Protocol': 'soap, chat.v1, chat.v2' } });
  await isUpgraded(nginx, { headers: { 'Sec-WebSocket-Protocol': ['soap', 'chat.v1'] } });
  await isUpgraded(nginx, { path: '/chat?from=a&link=b' });
});

nginxTest('extensions are asked for in vain', CONFIGURATION, async (nginx) => {
  const { response } = await ask(nginx, { headers: { 'Sec-WebSocket-Extensions': 'permessage-deflate' } });
  assert.equal(response.status, 101);
  assert.equal(response.header('Sec-WebSocket-Extensions'), undefined);
});

for (const secure of [false, true]) {
  const how = secure ? 'over TLS' : 'in plain';
  const open = (nginx) => Client.open({ port: secure ? nginx.tlsPort : nginx.port, secure });

  nginxTest(`bytes right behind the request are not lost, ${how}`, CONFIGURATION, async (nginx) => {
    const client = nginx.closeAtStop(await open(nginx));
    const early = [encodeFrame({ payload: 'ping' }), encodeFrame({ payload: 'find' })];
    await client.handshake({}, Buffer.concat(early));
    assert.match(await client.text(), /^hello /);
    assert.equal(await client.text(), 'pong');
    assert.equal(await client.text(), 'waiting');
  });

  nginxTest(`a frame may begin behind the request and end later, ${how}`, CONFIGURATION, async (nginx) => {
    const client = nginx.closeAtStop(await open(nginx));
    const frame = encodeFrame({ payload: 'ping' });
    await client.handshake({}, frame.subarray(0, 3));
    assert.match(await client.text(), /^hello /);
    await client.write(frame.subarray(3));
    assert.equal(await client.text(), 'pong');
  });

  nginxTest(`more may come early than a header buffer holds, ${how}`, CONFIGURATION, async (nginx) => {
    const client = nginx.closeAtStop(await open(nginx));
    const early = [1, 2, 3, 4, 5].map((number) => encodeFrame({ payload: `say ${number}\n${'x'.repeat(4000)}` }));
    await client.handshake({}, Buffer.concat([...early, encodeFrame({ payload: 'ping' })]));
    assert.match(await client.text(), /^hello /);
    for (const number of [1, 2, 3, 4, 5]) assert.equal(await client.text(), `refused say state n=${number}`);
    assert.equal(await client.text(), 'pong');
  });
}

for (const secure of [false, true]) {
  const how = secure ? 'over TLS' : 'in plain';

  nginxTest(`whoever goes while upgraded leaves nothing behind, ${how}`, CONFIGURATION, async (nginx) => {
    const talk = await Talk.begin(nginx);
    const [worker] = nginx.workers();
    const alone = descriptors(worker);
    const frames = Buffer.concat(['find', 'say 1\nx'].map((payload) => encodeFrame({ payload })));
    for (let round = 0; round < 100; round++) {
      const some = await Promise.all([1, 2, 3].map(() => Client.open({ port: secure ? nginx.tlsPort : nginx.port, secure })));
      for (const client of some) {
        client.write(Buffer.concat([Buffer.from(upgradeRequest()), frames.subarray(0, round % frames.length)]));
      }
      if (secure) some[0].close();
      else some[0].reset();
      some[1].finish();
      some[2].close();
      if (round % 10 === 0) await talk.round();
    }
    await until(() => descriptors(worker) <= alone, 'everybody to be gone');
    await talk.round();
  });
}

nginxTest('requests before the upgrade on the same connection are answered', CONFIGURATION, async (nginx) => {
  const client = nginx.closeAtStop(await Client.open({ port: nginx.port }));
  const page = 'GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n';
  const refused = upgradeRequest({ headers: { 'Sec-WebSocket-Protocol': undefined } });
  const good = upgradeRequest();
  const early = encodeFrame({ payload: 'ping' });
  await client.write(Buffer.concat([Buffer.from(page + page + refused + good), early]));
  assert.equal((await client.response()).body, 'a page');
  assert.equal((await client.response()).body, 'a page');
  assert.equal((await client.response()).status, 400);
  assert.equal((await client.response()).status, 101);
  assert.match(await client.text(), /^hello /);
  assert.equal(await client.text(), 'pong');
});

nginxTest('a request may come byte by byte', CONFIGURATION, async (nginx) => {
  const client = nginx.closeAtStop(await Client.open({ port: nginx.port }));
  for (const byte of Buffer.from(upgradeRequest())) await client.write(Buffer.of(byte));
  assert.equal((await client.response()).status, 101);
  assert.match(await client.text(), /^hello /);
});

nginxTest('another method than GET gets 405', CONFIGURATION, async (nginx) => {
  for (const method of ['POST', 'PUT', 'OPTIONS', 'DELETE']) {
    const response = await isRefused(nginx, 405, { method });
    assert.equal(response.header('Allow'), 'GET');
  }
});

nginxTest('another version than 13 gets 426 and the right one', CONFIGURATION, async (nginx) => {
  for (const version of ['8', '0', '14', '131', 'x']) {
    const response = await isRefused(nginx, 426, { headers: { 'Sec-WebSocket-Version': version } });
    assert.equal(response.header('Sec-WebSocket-Version'), '13');
  }
});

nginxTest('a request without Upgrade gets 426 and is told what to upgrade to', CONFIGURATION, async (nginx) => {
  const response = await isRefused(nginx, 426, { headers: { Upgrade: undefined, Connection: 'keep-alive' } });
  assert.equal(response.header('Upgrade').toLowerCase(), 'websocket');
});

nginxTest('a bad key gets 400', CONFIGURATION, async (nginx) => {
  const bad = {
    absent: undefined,
    empty: '',
    'no base64': '!!!!!!!!!!!!!!!!!!!!!!==',
    'of 15 bytes': Buffer.alloc(15).toString('base64'),
    'of 17 bytes': Buffer.alloc(17).toString('base64'),
    'without padding': newKey().slice(0, 22),
    doubled: [newKey(), newKey()],
    'the same twice': ['dGhlIHNhbXBsZSBub25jZQ==', 'dGhlIHNhbXBsZSBub25jZQ=='],
    joined: `${newKey()}, ${newKey()}`,
  };
  for (const key of Object.values(bad)) await isRefused(nginx, 400, { headers: { 'Sec-WebSocket-Key': key } });
});

nginxTest('a doubled version gets an answer that is no upgrade', CONFIGURATION, async (nginx) => {
  const { response } = await ask(nginx, { headers: { 'Sec-WebSocket-Version': ['13', '13'] } });
  assert.ok([400, 426].includes(response.status), response.line);
});

nginxTest('without chat.v1 among the offers it is 400', CONFIGURATION, async (nginx) => {
  for (const offer of [undefined, '', 'chat.v2', 'chat.v10', 'xchat.v1', 'CHAT.V1', 'chat.v1.1', 'soap, wamp']) {
    await isRefused(nginx, 400, { headers: { 'Sec-WebSocket-Protocol': offer } });
  }
});

nginxTest('an Origin must be the host itself', CONFIGURATION, async (nginx) => {
  const host = `localhost:${nginx.port}`;
  const good = [
    { Host: host, Origin: `http://${host}` },
    { Host: host, Origin: `https://${host}` },
    { Host: host, Origin: `HTTP://LOCALHOST:${nginx.port}` },
    { Host: 'localhost', Origin: 'https://localhost' },
    { Host: 'localhost', Origin: 'http://localhost:80' },
    { Host: 'localhost:443', Origin: 'https://localhost' },
    { Host: 'localhost', Origin: undefined },
  ];
  for (const headers of good) await isUpgraded(nginx, { headers });

  const foreign = [
    'https://evil.example',
    `http://localhost:${nginx.port + 1}`,
    'http://localhost',
    `http://localhost.evil.example:${nginx.port}`,
    `http://evil-localhost:${nginx.port}`,
    `http://localhost:${nginx.port}@evil.example`,
    `http://${host}/`,
    `http://${host}, http://evil.example`,
    `ftp://evil.example`,
    'null',
    host,
    '',
  ];
  for (const Origin of foreign) await isRefused(nginx, 403, { headers: { Host: host, Origin } });
});

nginxTest('an Origin that is listed may connect, and what looks like it may not', CONFIGURATION, async (nginx) => {
  const path = '/friends';
  for (const Origin of ['https://friend.example', 'http://other.example:8080', 'http://localhost', undefined]) {
    await isUpgraded(nginx, { path, headers: { Origin } });
  }
  const foreign = [
    'http://friend.example',
    'https://friend.example:8443',
    'https://friend.example.evil',
    'https://a.friend.example',
    'http://other.example',
    'https://other.example:8080',
    'null',
  ];
  for (const Origin of foreign) await isRefused(nginx, 403, { path, headers: { Origin } });
});

nginxTest('a request with a body gets 400', CONFIGURATION, async (nginx) => {
  await isRefused(nginx, 400, { headers: { 'Content-Length': '4' } });
  await isRefused(nginx, 400, { headers: { 'Transfer-Encoding': 'chunked' } });
});

nginxTest('HTTP/1.0 gets 400', CONFIGURATION, async (nginx) => {
  await isRefused(nginx, 400, { version: 'HTTP/1.0' });
});

nginxTest('HTTP/2 gets 400 without an Upgrade header', CONFIGURATION, async (nginx) => {
  const session = http2.connect(`https://127.0.0.1:${nginx.tlsPort}`, { ca: certificate().certificate });
  try {
    const request = session.request({ ':path': '/chat', 'sec-websocket-version': '13', 'sec-websocket-protocol': 'chat.v1' });
    const headers = await new Promise((resolve, reject) => request.on('response', resolve).on('error', reject));
    let body = '';
    for await (const bytes of request) body += bytes;
    assert.equal(headers[':status'], 400);
    assert.equal(headers.upgrade, undefined);
    isShortPlainText(headers['content-type'], body);
  } finally {
    await new Promise((resolve) => session.close(resolve));
  }
});

nginxTest('an `if` in a location changes nothing of what it is', CONFIGURATION, async (nginx) => {
  await isUpgraded(nginx, { path: '/if', headers: { 'X-If': 'yes' } });
  await isUpgraded(nginx, { path: '/if' });
  await isUpgraded(nginx, { path: '/limited' });
  await isRefused(nginx, 400, { path: '/if', headers: { 'X-If': 'yes', 'Sec-WebSocket-Protocol': 'chat.v2' } });
  const { response } = await ask(nginx, { path: '/if/echo', headers: { 'X-If': 'yes', 'Sec-WebSocket-Protocol': null } });
  assert.equal(response.status, 101, response.body);
});

nginxTest('a subrequest takes no connection', CONFIGURATION, async (nginx) => {
  assert.equal((await ask(nginx, { path: '/authorised' })).response.status, 500);
  assert.equal((await ask(nginx, { path: '/mirrored' })).response.status, 200);
  await isUpgraded(nginx);
});

nginxTest("an error's page may be a chat", CONFIGURATION, async (nginx) => {
  await isUpgraded(nginx, { path: '/error' });
});

nginxTest("nginx's own access rules come first", CONFIGURATION, async (nginx) => {
  const { response } = await ask(nginx, { path: '/closed' });
  assert.equal(response.status, 403);
});

nginxTest('people are greeted over TLS as well', CONFIGURATION, async (nginx) => {
  const person = await Person.join(nginx, { secure: true });
  assert.equal(person.hello.max, 4096);
});
