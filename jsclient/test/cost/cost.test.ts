import type {Browser} from 'puppeteer-core';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {CORE, EVERYTHING, headOf, makeSDKs, pathOf, REFERENCE, scriptsOf} from '../../bench/sdks.js';
import {MAX_LONG_TASKS} from '../browser/limits.js';
import {serve, type TestServer} from '../browser/server.js';
import {shop} from '../browser/shop.js';
import {compare, launchTraceable, type Candidate} from './cost.js';

/** Loads of each page. The median of so many keeps still on a machine with other work. */
const ROUNDS = 15;

let server: TestServer;
let browser: Browser;
let candidates: Record<string, Candidate>;

beforeAll(async () => {
  const sdks = await makeSDKs([REFERENCE]);
  server = await serve({}, scriptsOf(sdks));
  for (const sdk of sdks) server.pages['/' + sdk.name] = shop(headOf(sdk, server.otherOrigin));
  candidates = Object.fromEntries(sdks.map((sdk) => [sdk.name, {url: `${server.origin}/${sdk.name}`, script: pathOf(sdk)}]));
  browser = await launchTraceable();
});
afterAll(async () => {
  await browser?.close();
  server?.close();
});

test('evaluation and init make no task of the page long; what they take is printed beside web-vitals alone', {timeout: 300_000}, async () => {
  const costs = await compare(browser, candidates, ROUNDS);
  const reference = costs[REFERENCE].evaluate;
  for (const name of [CORE, EVERYTHING]) {
    const {evaluate, longTasks} = costs[name];
    console.log(
      `evaluate and init, ${name}: CPU ${(evaluate / reference).toFixed(2)} x web-vitals alone` +
        ` (${evaluate.toFixed(1)} / ${reference.toFixed(1)} ms, medians of ${ROUNDS}); long tasks caused: ${longTasks}`,
    );
    expect(longTasks).toBeLessThanOrEqual(MAX_LONG_TASKS);
  }
});
