import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Calls check every 50 ms until it returns something truthy, which is returned. No test sleeps for
 * a fixed time: it polls for what it waits for.
 *
 * @param {string} what words for the error message
 * @param {() => any} check may be async; a thrown error counts as "not yet" and is shown at the end
 * @param {{timeout?: number}} [options] timeout in ms, default 20,000
 */
export async function until(what, check, { timeout = 20_000 } = {}) {
  const end = Date.now() + timeout;
  let last;
  do {
    try {
      const value = await check();
      if (value) return value;
      last = value;
    } catch (error) {
      last = error;
    }
    await sleep(50);
  } while (Date.now() < end);
  throw new Error(`not within ${timeout} ms: ${what} (last: ${last})`);
}

/**
 * Returns check() once its answer has not changed for quietMs: for "all has arrived" where nobody
 * knows how much is to come.
 */
export async function settled(what, check, { quietMs = 2_000, timeout = 30_000 } = {}) {
  let seen = JSON.stringify(await check());
  let since = Date.now();
  return until(
    what,
    async () => {
      const value = await check();
      const now = JSON.stringify(value);
      if (now !== seen) {
        seen = now;
        since = Date.now();
      }
      return Date.now() - since >= quietMs ? { value } : false;
    },
    { timeout },
  ).then(({ value }) => value);
}
