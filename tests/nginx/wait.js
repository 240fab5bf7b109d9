// Waiting for conditions. Nothing in these tests sleeps for a time and hopes.

import { setTimeout as pause } from 'node:timers/promises';

// The only time-out: so generous that it never decides a test that works, only ends one that hangs.
export const HANG_MS = Number(process.env.CHAT_TEST_HANG_MS ?? 60_000);

const POLL_MS = 10;

// Asks `condition` until it gives something truthy, and gives that. Another `hangMs` is for what takes long by its nature.
export async function until(condition, what, hangMs = HANG_MS) {
  const deadline = Date.now() + hangMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`waited ${hangMs} ms in vain for ${what}`);
    await pause(POLL_MS);
  }
}

// The same for a promise.
export function within(promise, what) {
  let timer;
  const hang = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${HANG_MS} ms in vain for ${what}`)), HANG_MS);
  });
  return Promise.race([promise, hang]).finally(() => clearTimeout(timer));
}
