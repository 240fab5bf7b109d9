// Puts the page together.

import { Clock } from './clock.js';
import { languagesOf } from './protocol.js';
import { Session } from './session.js';
import { View } from './view.js';

const clock = new Clock({ monotonic: () => performance.now(), wall: () => Date.now() });
const random = Math.random;

function address() {
  const url = new URL(document.querySelector('meta[name="chat"]').content, document.baseURI);
  url.protocol = url.protocol.replace(/^http/, 'ws');
  return url.href;
}

// Of this tab alone. Where a browser is told to store nothing, even the question throws.
function storage() {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}

const view = new View({ clock, random });
const session = new Session({
  url: address(),
  WebSocket,
  clock,
  random,
  storage: storage(),
  languages: languagesOf([...navigator.languages]),
  notify: (event) => view.take(event),
});
view.show(session);
session.setInFront(document.visibilityState === 'visible');
session.setOnline(navigator.onLine);
session.open();
