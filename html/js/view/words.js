// What the page says about a state, in one place.

const endings = {
  left: 'The stranger left.',
  lost: 'The connection broke, and this chat is over.',
  stale: 'You were gone for too long, or the stranger left. This chat is over.',
  replaced: 'This chat goes on in another window.',
  blocked: 'Blocked. You will not meet again while you both stay connected.',
};

export function ofEnding(ending) {
  return endings[ending];
}

/** About the line to the server; empty if there is nothing to say. */
export function ofLink({ state, reason, until }) {
  if (state === 'waiting') {
    if (reason === 'full') return 'It is full just now. Trying again…';
    if (reason === 'restart') return 'The server starts anew. Back in a moment.';
    return 'No connection. Trying again…';
  }
  if (state !== 'stopped') return '';
  switch (reason) {
    case 'banned':
      return until ? `You are shut out until ${timeOf(until)}.` : 'You are shut out for now.';
    case 'replaced':
      return ''; // how the chat ended says it
    case 'rules':
      return 'The server closed the connection: too much came from here at once.';
    default:
      return 'This page and the server do not understand each other. Load the page anew.';
  }
}

/** About a partner whose connection dropped, with `ms` left to come back. */
export function ofLost(ms) {
  const left = Math.ceil(ms / 1000);
  const time = left > 90 ? `${Math.ceil(left / 60)} minutes` : `${left} ${left === 1 ? 'second' : 'seconds'}`;
  const chance = left > 0 ? `They have ${time} to come back.` : 'A moment longer…';
  return `The stranger’s connection dropped. ${chance} What you write waits here.`;
}

export const back = 'The stranger is back.';

export function ofPresence({ away, lostUntil }) {
  if (lostUntil !== null) return 'Stranger offline';
  return away ? 'Stranger is away' : 'Stranger';
}

export function ofMatch({ common }) {
  const shared = common.length > 0 ? ` You both like ${list(common)}.` : ' Say hello.';
  return `You are talking with a stranger.${shared}`;
}

/** About a chat that began before this page was loaded: on the way back into it, and `here` again. */
export function ofReturn({ here }) {
  if (!here) return 'Coming back to your chat…';
  return 'Here you are again. What was said before is gone, as your page was loaded anew.';
}

export function ofWaiting({ connected, interests, long }) {
  if (!connected) return 'As soon as there is a connection.';
  if (long) return 'It is quiet just now. Leave this open: whoever comes next is yours.';
  if (interests.length > 0) return `First somebody who likes ${list(interests, 'or')}, soon anybody.`;
  return 'Whoever else is looking, wherever they are.';
}

export function ofOnline(online) {
  return `${new Intl.NumberFormat('en').format(online)} people here now`;
}

function list(words, type = 'and') {
  const style = type === 'or' ? 'disjunction' : 'conjunction';
  // Each word keeps its own direction: isolated, as text of unknown direction has to be.
  return new Intl.ListFormat('en', { type: style }).format(words.map((each) => `\u2068${each}\u2069`));
}

function timeOf(seconds) {
  return new Date(seconds * 1000).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
}
