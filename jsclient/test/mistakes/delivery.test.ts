import {expect, vi} from 'vitest';
import {flushed, hide, kinds, pass, receiver, useHarness} from '../harness.js';
import type {Beacon} from '../wire.js';
import {lost, mistake, reported} from './dom.js';

useHarness();

const answers = (status: number, headers = {}) => () => new Response('{}', {status, headers});

/** When requests come, ms from now on, while nobody answers well. */
function timesOfRequests(answer: () => Response | Promise<Response>) {
  const times: number[] = [];
  const start = performance.now();
  receiver.answer = () => {
    times.push(Math.round(performance.now() - start));
    return answer();
  };
  return times;
}

mistake(
  'an unbounded queue: a receiver in trouble makes memory grow',
  {
    'batches that wait have no bound': [['transport.ts', 'waiting.length > 1 && waiting.flatMap(({events}) => events).length > maxQueue', 'false']],
    'events that wait have no bound': [['batcher.ts', "if (pending.length >= maxQueue) lose('queue_full');\n      else ", '']],
    'what is dropped is not counted': [['batcher.ts', 'lost[reason] = (lost[reason] || 0) + count;', '']],
    'the count is not reported': [['encode.ts', '    ...content,\n', '    ...content,\n    lost: undefined,\n']],
  },
  async ({load}) => {
    receiver.answer = answers(503, {'retry-after': '60'});
    const client = load({maxQueue: 20});
    await pass(1);
    for (let batch = 0; batch < 5; batch++) {
      for (let i = 0; i < 8; i++) client.recordCustomMetric('x', i);
      await pass(0);
    }
    for (let i = 0; i < 100; i++) client.recordCustomMetric('loop', i);
    receiver.answer = answers(200);
    await pass(120_000);
    await flushed();
    const arrived = kinds().filter((k) => k == 'measure').length;
    expect(arrived).toBeLessThanOrEqual(40); // of batches and of events
    client.recordCustomMetric('last', 1);
    await flushed();
    expect(kinds().length - 1 + lost().queue_full).toBeGreaterThanOrEqual(140);
  },
);

mistake(
  'retries for ever: a poison batch is sent again and again, and those behind it never',
  {
    'no end of tries': [['transport.ts', 'batch[TRIES] > MAX_RETRIES', 'false']],
    'what is refused for good is tried again': [
      ['transport.ts', "|| status >= 400) drop(batch, 'refused', answer);", "|| status >= 400) return retry(batch, 'refused');"],
    ],
    'what is too large is tried again as it is': [
      ['transport.ts', 'if (status == 413) cut(batch, leaving);', "if (status == 413) return retry(batch, 'too_large');"],
    ],
    'what is dropped is not counted': [['batcher.ts', 'lost[reason] = (lost[reason] || 0) + count;', '']],
  },
  async ({load}) => {
    const client = load();
    const sent = (answer: () => Response) => {
      receiver.requests = [];
      receiver.answer = answer;
      client.recordCustomMetric('x', 1);
      client.recordCustomMetric('x', 2);
      return flushed().then(() => pass(3600_000));
    };
    await sent(answers(503));
    expect(receiver.requests, 'a try and three more').toHaveLength(4);
    for (const status of [400, 500]) {
      await sent(answers(status));
      expect(receiver.requests).toHaveLength(1);
    }
    receiver.answer = answers(200);
    client.recordCustomMetric('behind', 1);
    await flushed();
    expect(lost()).toMatchObject({unavailable: expect.any(Number), refused: expect.any(Number)});
    let first = true;
    await sent(() => (first ? ((first = false), answers(413)()) : answers(200)()));
    expect(receiver.requests.map(({body}) => (JSON.parse(body as string) as Beacon).events.length)).toEqual([2, 1, 1]);
  },
);

mistake(
  'retries in step: all browsers come back at once when the receiver does',
  {
    'no pause': [['transport.ts', 'BACKOFF_MS * 2 ** failures * (0.8 + 0.4 * Math.random())', '1']],
    'the same pause each time': [['transport.ts', '2 ** failures', '1']],
    'the same pause everywhere': [['transport.ts', ' * (0.8 + 0.4 * Math.random())', '']],
  },
  async ({load}) => {
    const random = vi.spyOn(Math, 'random');
    const pauses = async (luck: number) => {
      random.mockReturnValue(luck);
      const client = load();
      const times = timesOfRequests(answers(503));
      client.flush();
      await pass(60_000);
      return times.map((time, i) => Math.round(time - (times[i - 1] || 0)));
    };
    const [early, late] = [await pauses(0), await pauses(0.99)];
    expect(early).toEqual([0, 800, 1600, 3200]);
    late.forEach((pause, i) => expect(pause).toBeGreaterThanOrEqual(early[i] * 1.45));
  },
);

mistake(
  'Retry-After is not read: a receiver that asks for mercy gets none',
  {
    'not read': [['transport.ts', 'Math.min(+retryAfter! * 1000, MAX_PAUSE_MS) || ', '']],
    'new batches do not wait': [['transport.ts', "if (reason != 'exit' && Date.now() < pausedUntil) return;", '']],
    'believed whatever it says': [['transport.ts', 'Math.min(+retryAfter! * 1000, MAX_PAUSE_MS)', '+retryAfter! * 1000']],
  },
  async ({load}) => {
    const client = load();
    let times = timesOfRequests(answers(429, {'retry-after': '20'}));
    client.flush();
    await pass(10_000);
    client.recordCustomMetric('x', 1);
    client.flush();
    hide();
    await pass(9_000);
    expect(times).toEqual([0]);
    await pass(1_500);
    expect(times).toHaveLength(2);
    times = timesOfRequests(answers(429, {'retry-after': '99999999'}));
    await pass(20_000);
    expect(times).toHaveLength(1);
    await pass(310_000);
    expect(times.length).toBeGreaterThan(1);
  },
);

/** A browser that refuses keepalive requests past 64 KiB under way, as all of them do. */
function limitKeepalive(answer: () => Promise<Response>) {
  let underWay = 0;
  const accepted: Beacon[] = [];
  vi.stubGlobal('fetch', async (_: string, {body, keepalive}: RequestInit) => {
    const size = new TextEncoder().encode(body as string).length;
    if (keepalive && underWay + size > 64 * 1024) throw new TypeError('Failed to fetch');
    underWay += keepalive ? size : 0;
    accepted.push(JSON.parse(body as string));
    await answer();
    underWay -= keepalive ? size : 0;
    return new Response('{}');
  });
  return accepted;
}

mistake(
  'no count of the bytes under way: all keepalive requests together may have 64 KiB',
  {
    'counts nothing': [['transport.ts', 'keepaliveBytes + size <= MAX_KEEPALIVE', 'true']],
    'does not split': [['serialise.ts', '60 * 1024', '6000 * 1024']],
    'counts characters': [['transport.ts', "body.replace(/[^ -~]/g, '...').length", 'body.length']],
  },
  async ({load}) => {
    const never = () => new Promise<Response>(() => {});
    const accepted = limitKeepalive(never);
    const client = load({batchSize: 1000});
    // Twice 40 kB, of three bytes a character; and then 120 kB.
    for (const events of [16, 16, 48]) {
      for (let i = 0; i < events; i++) client.recordCustomMetric('x', i, {text: '漢'.repeat(830)});
      client.flush();
    }
    await pass(0);
    const values = accepted.flatMap(({events}) => events.flatMap((event) => (event.k == 'measure' ? event.v : [])));
    expect(values).toHaveLength(80);
    expect(Math.max(...accepted.map((beacon) => new TextEncoder().encode(JSON.stringify(beacon)).length))).toBeLessThan(64 * 1024);
  },
);

mistake(
  'sendBeacon alone: nobody learns whether a batch was taken, and blockers take it for a ping',
  {
    'sendBeacon alone': [
      [
        'transport.ts',
        'await fetch(endpoint, {...REQUEST, body, keepalive, signal: AbortSignal.timeout?.(TIMEOUT_MS)})',
        "navigator.sendBeacon(endpoint, body) && new Response('{}')",
      ],
    ],
    'a request that does not outlive the page': [['transport.ts', 'body, keepalive, signal', 'body, signal']],
    'no beacon where fetch is refused': [['transport.ts', 'if (beacon()) answer = {status: 200};', '']],
  },
  async ({load}) => {
    const beacon = vi.fn(() => true);
    vi.stubGlobal('navigator', {sendBeacon: beacon, onLine: true, language: 'en'});
    receiver.answer = answers(503);
    load().flush();
    await pass(0);
    receiver.answer = answers(200);
    await pass(2000);
    expect(receiver.beacons).toHaveLength(1);
    expect(receiver.requests.every(({keepalive}) => keepalive)).toBe(true);
    expect(beacon).not.toHaveBeenCalled();
    receiver.answer = () => Promise.reject(new TypeError('blocked'));
    load().recordCustomMetric('x', 1);
    window.dispatchEvent(new Event('pagehide'));
    await pass(0);
    expect(beacon).toHaveBeenCalled();
  },
);

const leave = {
  pagehide: () => window.dispatchEvent(new Event('pagehide')),
  hidden: () => hide(),
};

mistake(
  'flush at one of the two signals of an exit: either may be the only one, and both may come',
  {
    'on pagehide only': [['start.ts', "if (ofDocument('hidden')) batches._flush('hidden');", '']],
    'on visibilitychange only': [['start.ts', "listen(window, 'pagehide', () => batches._flush('exit'));", '']],
    'on pagehide of the document, which never comes': [['start.ts', "listen(window, 'pagehide'", "listen(document, 'pagehide'"]],
    'at both, and everything twice': [['batcher.ts', '    pending = [];\n    id', '    id']],
  },
  async ({load}) => {
    for (const signals of [[leave.pagehide], [leave.hidden], [leave.pagehide, leave.hidden], [leave.hidden, leave.pagehide]]) {
      receiver.beacons = [];
      load().recordCustomMetric('x', 1);
      signals.forEach((signal) => signal());
      await pass(0);
      expect(kinds().filter((k) => k == 'measure')).toHaveLength(1);
      hide('visible');
    }
  },
);

mistake(
  'what waits forgotten before it is sent: a browser that stops the script of a closing tab loses it',
  {
    'what waits': [['batcher.ts', '[...pulled, ...pending]', '[...pulled, ...pending.splice(0)]']],
    'what is pulled': [['vitals/measure.ts', 'return known[name] != last', 'sent[name] = known[name];\n        return known[name] != last']],
  },
  async ({load, happens}) => {
    const client = load();
    happens('paint', {name: 'first-contentful-paint', startTime: 50});
    client.recordCustomMetric('x', 1);
    vi.spyOn(performance, 'timeOrigin', 'get').mockImplementationOnce(() => {
      throw new Error('stopped');
    });
    leave.pagehide();
    expect(receiver.requests).toHaveLength(0);
    leave.hidden();
    await pass(0);
    expect(kinds()).toEqual(expect.arrayContaining(['measure', 'vital']));
  },
);

const interaction = {name: 'click', interactionId: 1, startTime: 100, duration: 304, processingStart: 110, processingEnd: 300};

mistake(
  'vitals pushed by observers or idle callbacks: at exit neither comes, and INP is lost',
  {
    'waits until observers deliver': [['scope.ts', 'take: () => takes.forEach((take) => take()),', 'take: () => {},']],
    'reports once a second': [
      ['collect/vitals.ts', "recorder.onFlush((reason) => (reason == 'sent' ? hooks._measured!._sent() : hooks._measured!._pull()));", 'setInterval(() => hooks._measured!._pull().forEach(({event, page}) => recorder.record(event, page)), 1000);'],
    ],
  },
  async ({load, happens}) => {
    load();
    await pass(500);
    happens('event', interaction);
    leave.pagehide();
    await pass(0);
    expect(await reported('vital')).toMatchObject([{n: 'INP', v: 304}]);
  },
);

mistake(
  'no clock: the clocks of visitors are wrong, and nobody can set them right',
  {
    'no time of sending': [['serialise.ts', 'now: Math.round(performance.now())', 'now: 0']],
    'no time of origin': [['encode.ts', 't0: Math.round(performance.timeOrigin)', 't0: 0']],
    'the time of the first try': [['serialise.ts', 'Math.round(performance.now())', '(batch.at ??= Math.round(performance.now()))']],
  },
  async ({load}) => {
    receiver.answer = answers(503);
    const client = load();
    await pass(700);
    client.flush();
    await pass(0);
    receiver.answer = answers(200);
    await pass(5000);
    const [first, second] = receiver.requests.map(({body}) => JSON.parse(body as string) as Beacon);
    expect(first.t0).toBe(Math.round(performance.timeOrigin));
    expect(first.now).toBeGreaterThanOrEqual(700);
    expect(second.now).toBeGreaterThanOrEqual(first.now + 500);
  },
);

mistake(
  'everything with each event: address, session and tags eight times over',
  {
    'address and session with each event': [['encode.ts', '({...(short(event, names) as WireEvent), p:', '({...(short(event, names) as WireEvent), sessionId, ...page, p:']],
    'the page with each event': [['encode.ts', 'pages.indexOf(page) || undefined', 'page as never']],
    'digits that nobody measured': [['clean.ts', 'Math.round(value * 1e4) / 1e4', 'value']],
  },
  async ({load}) => {
    const client = load({app: 'shop', version: '1.4.2', environment: 'production', userId: 'guest-1042', tags: {team: 'web'}});
    for (let i = 0; i < 15; i++) client.recordInteraction('click', 812.4000000059605 + i);
    await flushed();
    const [{body}] = receiver.requests as {body: string}[];
    expect(JSON.parse(body).events).toHaveLength(17);
    expect(body.length).toBeLessThan(1300);
    for (const shared of ['shop.example', 'guest-1042', '"web"', '000000']) expect(body.split(shared).length - 1).toBeLessThanOrEqual(1);
  },
);

mistake(
  'batches without ids: what is sent again counts twice',
  {
    'a new id for each try': [['serialise.ts', '{...batch, now', '{...batch, id: crypto.randomUUID(), now']],
    'one id for all': [['batcher.ts', 'id ||= randomHex(16);', "id = 'batch';"]],
    'one id for all page views': [['page.ts', 'id: randomHex(16),', "id: 'view',"]],
    'halves under one id': [['transport.ts', '{...batch, id: randomHex(16), events', '{...batch, events']],
  },
  async ({load}) => {
    const ids = () => receiver.requests.map(({body}) => (JSON.parse(body as string) as Beacon).id);
    receiver.answer = answers(503);
    const client = load();
    client.flush();
    await pass(5000);
    expect(new Set(ids()).size).toBe(1);
    receiver.answer = answers(413);
    client.recordCustomMetric('x', 1);
    client.recordCustomMetric('x', 2);
    client.flush();
    await pass(60_000);
    expect(new Set(ids().slice(-2)).size).toBe(2);
    receiver.answer = answers(200);
    for (let i = 0; i < 2; i++) {
      load();
      await flushed();
    }
    const [first, second] = receiver.beacons.slice(-2);
    expect(first.id).not.toBe(second.id);
    expect(first.pages[0].id).not.toBe(second.pages[0].id);
  },
);
