// What it means that the server closed the line.

const reasons = {
  1000: 'idle',
  1002: 'broken',
  1003: 'broken',
  1007: 'broken',
  1008: 'rules',
  1009: 'broken',
  1012: 'restart',
  1013: 'full',
  4000: 'replaced',
  4001: 'slow',
};

const policies = {
  idle: 'rest',
  broken: 'stop',
  rules: 'stop',
  banned: 'stop',
  replaced: 'stop',
};

/**
 * What to do then: `{ next, reason }`.
 *
 * `next` is `retry` (come back by oneself), `rest` (come back when the person wants something) or `stop` (only a person
 * may try again). `bye` is the server's last `bye` frame or null; its reason says more than the code.
 */
export function afterClose(code, bye) {
  const reason = bye?.reason ?? reasons[code] ?? 'lost';
  return { next: Object.hasOwn(policies, reason) ? policies[reason] : 'retry', reason };
}
