import {setTimeout as pause} from 'node:timers/promises';
import puppeteer, {type Browser} from 'puppeteer-core';
import {options} from '../browser/drivers/chromium.js';

/** An event of Chromium's trace; times in µs, tdur is CPU time of the thread. */
type TraceEvent = {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  tdur?: number;
  args: {data?: {url?: string}};
};

/** What a page with a script costs its main thread, in ms of CPU time: waiting costs nothing. */
export type Cost = {
  /** Running the script, all that it does before it returns. */
  evaluate: number;
  /** The same by the clock: the page waits longer than it works where the script waits. */
  blocked: number;
  /** That, and all its callbacks until a second after `load`. */
  script: number;
  /** All tasks of the main thread, the page's own among them. */
  page: number;
  /** Tasks of more than 50 ms of CPU time that would be shorter without the script. */
  longTasks: number;
  /** Tasks of more than 50 ms by the clock, as `longtask` entries show, whoever caused them. */
  longByClock: number;
};

/** A task that takes longer delays input noticeably. https://w3c.github.io/longtasks/ */
const LONG_TASK_MS = 50;

/** How long a page is watched after `load`: SDKs put off work until it is calm. */
const SETTLE_MS = 1_000;

/** The Chromium of the tests, whose trace can be read. */
export const launchTraceable = () => puppeteer.launch(options);

/** A page, and the path of the script on it that is measured. */
export type Candidate = {url: string; script: string};

/**
 * Medians of what each script costs, but for long tasks, which are counted. All are measured in
 * turn, and each round begins with another, so that whatever else the machine does meets all alike.
 */
export async function compare<Name extends string>(browser: Browser, candidates: Record<Name, Candidate>, rounds: number) {
  const names = Object.keys(candidates) as Name[];
  const costs = new Map<Name, Cost[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const first = round % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      costs.get(name)!.push(await costOf(browser, candidates[name]));
    }
  }
  return Object.fromEntries(names.map((name) => [name, summary(costs.get(name)!)])) as Record<Name, Cost>;
}

function summary(costs: Cost[]): Cost {
  const middle = (key: keyof Cost) => median(costs.map((cost) => cost[key]));
  const sum = (key: keyof Cost) => costs.reduce((total, cost) => total + cost[key], 0);
  return {
    evaluate: middle('evaluate'),
    blocked: middle('blocked'),
    script: middle('script'),
    page: middle('page'),
    longTasks: sum('longTasks'),
    longByClock: sum('longByClock'),
  };
}

/**
 * Loads a page in a browser context of its own, so in a new process without any code cache, and
 * reads from the trace what the script cost.
 */
async function costOf(browser: Browser, {url, script}: Candidate): Promise<Cost> {
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    await page.tracing.start({categories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline']});
    await page.goto(url);
    await pause(SETTLE_MS);
    const trace = await page.tracing.stop();
    return readTrace(JSON.parse(Buffer.from(trace!).toString()).traceEvents, url, new URL(script, url).href);
  } finally {
    await context.close();
  }
}

/** Pure: what a trace says of a script. The page must have a script in its markup, to be found by. */
function readTrace(events: TraceEvent[], url: string, script: string): Cost {
  const slices = events.filter(({ph, tdur}) => ph == 'X' && tdur !== undefined).sort((a, b) => a.ts - b.ts);
  const {pid, tid} = slices.find(({name, args}) => name == 'EvaluateScript' && args.data?.url == url)!;
  const main = slices.filter((slice) => slice.pid == pid && slice.tid == tid);
  const tasks = outermost(main.filter(({name}) => name == 'RunTask'));
  const ran = outermost(main.filter(({args}) => args.data?.url == script));
  const evaluated = ran.filter(({name}) => name == 'EvaluateScript');
  const causedByScript = (task: TraceEvent) => {
    const own = cpu(ran.filter(({ts}) => ts >= task.ts && ts < task.ts + task.dur!));
    return own > 0 && cpu([task]) - own <= LONG_TASK_MS;
  };
  return {
    evaluate: cpu(evaluated),
    blocked: clock(evaluated),
    script: cpu(ran),
    page: cpu(tasks),
    longTasks: tasks.filter((task) => cpu([task]) > LONG_TASK_MS && causedByScript(task)).length,
    longByClock: tasks.filter((task) => clock([task]) > LONG_TASK_MS).length,
  };
}

const clock = (slices: TraceEvent[]) => slices.reduce((sum, {dur}) => sum + dur!, 0) / 1_000;
const cpu = (slices: TraceEvent[]) => slices.reduce((sum, {tdur}) => sum + tdur!, 0) / 1_000;

/** Slices without those inside of others: a callback may run while a script is evaluated. */
function outermost(slices: TraceEvent[]): TraceEvent[] {
  let end = 0;
  return slices.filter(({ts, dur}) => {
    if (ts < end) return false;
    end = ts + dur!;
    return true;
  });
}

/** The middle value, or between the two in the middle. */
export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
