import {safely} from './listen.js';

/** https://wicg.github.io/pending-beacon/#fetch-later — Chromium only. */
type FetchLater = (url: string, init: RequestInit) => {activated: boolean};

/**
 * Leaves a body with the browser, to be sent if this document dies without a word, as when its
 * process crashes. Each body replaces the one before.
 */
export function later(endpoint: string) {
  const {fetchLater} = globalThis as {fetchLater?: FetchLater};
  let armed: {controller: AbortController; result: {activated: boolean}} | undefined;

  /** Takes the body back. True when it had gone out already. */
  const disarm = (): boolean => {
    const gone = !!armed?.result.activated;
    armed?.controller.abort();
    armed = undefined;
    return gone;
  };

  const arm = (body: string) => {
    disarm();
    const controller = new AbortController();
    const {signal} = controller;
    const headers = {'content-type': 'text/plain;charset=UTF-8'};
    // Throws when the quota of 64 KiB is spent or the page's policy forbids it.
    const result = safely(() => fetchLater!(endpoint, {method: 'POST', body, headers, credentials: 'omit', signal}));
    if (result) armed = {controller, result};
  };

  return {supported: !!fetchLater, arm, disarm};
}
