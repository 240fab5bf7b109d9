// One side of a chat on a fake line, with the clock in hand.

import { Conversation } from '../../html/js/conversation.js';
import { parse } from '../../html/js/protocol.js';
import { FakeClock } from './fakes.js';

export function begin(count = {}) {
  const clock = new FakeClock();
  const sent = [];
  const events = [];
  const counts = [];
  const line = { up: true };
  const chat = new Conversation({
    clock,
    ...count,
    send: (frame) => line.up && sent.push(frame) > 0,
    notify: (event) => (event.type === 'count' ? counts : events).push(event),
  });
  return {
    chat,
    clock,
    line,
    events,
    counts,
    hear: (frame) => chat.receive(parse(frame)),
    take: () => sent.splice(0),
    heard: () => events.filter(({ type }) => type === 'message').map(({ message }) => message.text),
  };
}

// Says `count` messages, m1, m2, ..., and forgets the frames.
export function said(count) {
  const made = begin();
  const messages = Array.from({ length: count }, (_, i) => made.chat.say(`m${i + 1}`));
  made.take();
  return { ...made, messages, states: () => messages.map(({ state }) => state) };
}
