// Puts the page together.

import { languagesOf } from './protocol.js';
import { Session } from './session.js';
import { View } from './view.js';

const clock = {
  now: () => performance.now(),
  setTimeout: (call, ms) => window.setTimeout(call, ms),
  clearTimeout: (id) => window.clearTimeout(id),
};
const random = Math.random;

function address() {
  const url = new URL(document.querySelector('meta[name="chat"]').content, document.baseURI);
  url.protocol = url.protocol.replace(/^http/, 'ws');
  return url.href;
}

const view = new View({ clock, random });
const session = new Session({
  url: address(),
  WebSocket,
  clock,
  random,
  languages: languagesOf([...navigator.languages]),
  notify: (event) => view.take(event),
});
view.show(session);
session.setInFront(document.visibilityState === 'visible');
session.open();
