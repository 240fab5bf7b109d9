// chat.v1 on the wire: text frames of a WebSocket with the subprotocol `chat.v1`.
//
//   frame    = verb *( SP argument ) [ LF body ]
//   argument = key "=" value / value             no SP, no LF
//
// Pure: strings in, plain objects out, and back. Nothing is escaped; a body is the text as it is.

/** What to ask for at the upgrade: `new WebSocket(url, subprotocol)`. */
export const subprotocol = 'chat.v1';

/** The bounds that are part of the protocol. `hello` gives the ones that an operator sets. */
export const bounds = Object.freeze({
  unacknowledged: 32, // messages under way that the partner's page has not confirmed
  interests: 10,
  interestChars: 40, // code points of one interest
  languages: 4,
  number: 4294967294, // the highest number of a message
});

/** How many characters (code points) at the end of `text` are too many for `max` bytes of UTF-8; 0 if it fits. */
export function charactersOver(text, max) {
  if (text.length * 3 <= max) return 0;
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(max));
  return [...text.slice(read)].length;
}

/**
 * A frame's parts: `{ verb, args, body }`. `args` are the words after the verb as they stand; `body` is null if there is
 * none, which is not the same as an empty one.
 */
export function split(frame) {
  const end = frame.indexOf('\n');
  const [verb, ...args] = (end < 0 ? frame : frame.slice(0, end)).split(' ');
  return { verb, args, body: end < 0 ? null : frame.slice(end + 1) };
}

/**
 * What a server's frame says, as one of the shapes below, or null for a frame that is none of them: a later server may
 * say more, so a client passes over what it does not know. `n` and `got` are message numbers, `retry` is milliseconds,
 * `window` and `in` are seconds, `max` is bytes of UTF-8, `until` is seconds since 1970. What is absent is null.
 *
 *   { verb: 'hello', max, window, online }
 *   { verb: 'waiting' }
 *   { verb: 'matched', token, lang, common: [interest] }   token null: this chat cannot be resumed
 *   { verb: 'say', n, got, text }                           from the partner, as the next six
 *   { verb: 'got' | 'seen' | 'skip', n }
 *   { verb: 'typing' | 'away' | 'here' }
 *   { verb: 'lost', in }  { verb: 'back' }  { verb: 'left' }
 *   { verb: 'resumed', token, lost }                        lost: the partner's seconds, or null
 *   { verb: 'refused', of, reason, n, retry }               of: the verb that was not carried out
 *   { verb: 'warned', reason, n }
 *   { verb: 'reported' }
 *   { verb: 'bye', reason, retry, until }
 *   { verb: 'pong' }
 */
export function parse(frame) {
  const { verb, args, body } = split(frame);
  const read = Object.hasOwn(readers, verb) ? readers[verb] : null;
  const said = read && read(args, body);
  return said ? { verb, ...said } : null;
}

const readers = {
  hello: (args) => {
    const max = option(args, 'max');
    return max && { max, window: option(args, 'window') ?? 0, online: option(args, 'online') ?? 0 };
  },
  waiting: () => ({}),
  matched: (args, body) =>
    args.length > 0 && {
      token: args[0] === '-' ? null : args[0],
      lang: word(args, 'lang'),
      common: body ? body.split('\n').filter((interest) => interest !== '') : [],
    },
  say: (args, body) => {
    const n = number(args[0]);
    return n && body !== null && { n, got: option(args, 'got'), text: body };
  },
  got: numbered,
  seen: numbered,
  skip: numbered,
  typing: () => ({}),
  away: () => ({}),
  here: () => ({}),
  lost: (args) => ({ in: option(args, 'in') ?? 0 }),
  back: () => ({}),
  left: () => ({}),
  resumed: (args) => args.length > 0 && { token: args[0], lost: option(args, 'in') },
  refused: (args) =>
    args.length > 1 && {
      of: args[0],
      reason: args[1],
      n: option(args, 'n'),
      retry: wait(args),
    },
  warned: (args) => args.length > 0 && { reason: args[0], n: option(args, 'n') },
  reported: () => ({}),
  bye: (args) =>
    args.length > 0 && {
      reason: args[0],
      retry: wait(args),
      until: option(args, 'until'),
    },
  pong: () => ({}),
};

function numbered(args) {
  const n = number(args[0]);
  return n !== null && { n };
}

function number(text) {
  if (!/^(0|[1-9][0-9]{0,9})$/.test(text ?? '')) return null;
  const value = Number(text);
  return value <= bounds.number ? value : null;
}

function word(args, key) {
  const found = args.find((argument) => argument.startsWith(`${key}=`));
  return found === undefined ? null : found.slice(key.length + 1);
}

// Longer than a timer can take is as long as it can (HTML, "timers": a signed 32-bit number of milliseconds).
function wait(args) {
  const retry = option(args, 'retry');
  return retry === null ? null : Math.min(retry, 2 ** 31 - 1);
}

function option(args, key) {
  return number(word(args, key) ?? '');
}

/**
 * A client's frames as text, ready to be sent. Numbers count from 1. Nothing is checked here but what would break the
 * frame itself: `find` takes the interests and languages of `interestsOf` and `languagesOf`.
 */
export const write = Object.freeze({
  find: ({ lang = [], interests = [] } = {}) =>
    ['find' + (lang.length ? ` lang=${lang.join(',')}` : ''), ...interests].join('\n'),
  say: (n, text, got = 0) => `say ${n}${got ? ` got=${got}` : ''}\n${text}`,
  got: (n) => `got ${n}`,
  seen: (n) => `seen ${n}`,
  skip: (n) => `skip ${n}`,
  typing: () => 'typing',
  away: () => 'away',
  here: () => 'here',
  leave: () => 'leave',
  block: () => 'block',
  resume: (token, got) => `resume ${token} got=${got}`,
  ping: () => 'ping',
});

/**
 * The interests in what a person wrote: separated by commas or line ends, outer white space off, control characters
 * (a pasted tab) as spaces, each at most
 * `bounds.interestChars` long, the same one only once (case does not count), at most `bounds.interests`.
 */
export function interestsOf(text) {
  const found = new Map();
  for (const part of text.split(/[,،、，\r\n]/)) {
    const line = part.replace(/\p{Cc}/gu, ' ').trim();
    const interest = [...line].slice(0, bounds.interestChars).join('').trim();
    const same = interest.normalize('NFC').toLowerCase();
    if (interest !== '' && !found.has(same)) found.set(same, interest);
  }
  return [...found.values()].slice(0, bounds.interests);
}

/** The primary languages of BCP 47 tags such as `navigator.languages`: `['en-GB', 'en', 'hi']` gives `['en', 'hi']`. */
export function languagesOf(tags) {
  const primary = tags.map((tag) => tag.split('-')[0].toLowerCase());
  return [...new Set(primary)].filter((tag) => /^[a-z]{2,8}$/.test(tag)).slice(0, bounds.languages);
}
