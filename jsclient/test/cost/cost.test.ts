import type {Browser} from 'puppeteer-core';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {CORE, EVERYTHING, headOf, makeSDKs, pathOf, REFERENCE, scriptsOf} from '../../bench/sdks.js';
import {MAX_CPU_RATIO, MAX_LONG_TASKS} from '../browser/limits.js';
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

test('evaluation and init take little more than those of web-vitals alone, and make no task of the page long', {timeout: 300_000}, async () => {
  const costs = await compare(browser, candidates, ROUNDS);
  const reference = costs[REFERENCE];
  for (const name of [CORE, EVERYTHING]) {
    const {evaluate, script, longTasks} = costs[name];
    const ratio = evaluate / reference.evaluate;
    console.log(
      `evaluate and init, ${name}: CPU ${ratio.toFixed(2)} x web-vitals alone` +
        ` (${evaluate.toFixed(1)} / ${reference.evaluate.toFixed(1)} ms, medians of ${ROUNDS}; limit ${MAX_CPU_RATIO} x);` +
        ` with all callbacks to a second after load ${(script / reference.script).toFixed(2)} x; long tasks caused: ${longTasks}`,
    );
    expect(ratio, name).toBeLessThanOrEqual(MAX_CPU_RATIO);
    expect(longTasks, name).toBeLessThanOrEqual(MAX_LONG_TASKS);
  }
});
