import {expect, vi} from 'vitest';
import type {Beacon} from '../wire.js';
import {flushed, kinds, pass, receiver, servers, throwUncaught, useHarness} from '../harness.js';
import {mistake, reported} from './dom.js';

useHarness();

mistake(
  'its own requests measured: each report makes another',
  {'own requests as resources': [['collect/resources.ts', " && url.split('?')[0] != endpoint.split('?')[0]", '']]},
  async ({load, happens}) => {
    load({endpoint: 'https://collector.example/v1/rum?key=k'});
    happens('resource', {name: 'https://collector.example/v1/rum?key=k', duration: 500});
    happens('resource', {name: 'https://shop.example/photo.jpg', duration: 500});
    expect(await reported('resource')).toMatchObject([{u: '/photo.jpg'}]);
  },
);

mistake(
  'traceparent to whoever has our origin in its address: requests of others break, and learn our traces',
  {
    'an address that has the name in it': [['collect/trace.ts', 'new window.URL(url).origin == named', 'url.includes(named)']],
    'an address that begins like it': [['collect/trace.ts', 'new window.URL(url).origin == named', 'url.startsWith(named)']],
    'to everybody': [['collect/trace.ts', '!rules.some((rule) => rule(url)) || ', '']],
    'to nobody': [['collect/trace.ts', 'new window.URL(url).origin == named', 'false']],
    'of sessions that are not kept': [['collect/trace.ts', ' || !mayTell()', '']],
  },
  async ({load}) => {
    const addresses = [
      'https://shop.example/api',
      'https://api.example/x',
      'https://shop.example.evil.example/api',
      'https://evil.example/?https://shop.example/api',
      'https://cdn.example/photo.jpg',
    ];
    const traced = async () => {
      servers.calls = [];
      for (const address of addresses) await fetch(address);
      return servers.calls.map(({headers}) => headers.has('traceparent'));
    };
    load({traceOrigins: ['/', 'https://api.example']});
    expect(await traced()).toEqual([true, true, false, false, false]);
    localStorage.clear();
    vi.spyOn(Math, 'random').mockReturnValue(0.9);
    load({sampleRate: 0.5, traceOrigins: '/'});
    expect(await traced()).toEqual([false, false, false, false, false]);
  },
);

mistake(
  'storage read while the script is evaluated: the page waits for it',
  {
    'at once': [['gate.ts', 'inTask(way._enter);', 'way._enter();']],
  },
  async ({load}) => {
    const read = vi.fn(() => null);
    vi.stubGlobal('localStorage', {getItem: read, setItem() {}, clear() {}});
    load();
    throwUncaught(new Error('early'));
    expect(read).not.toHaveBeenCalled();
    await pass(1);
    expect(read).toHaveBeenCalled();
    await flushed();
    expect(kinds().slice(0, 3)).toEqual(['session', 'view', 'error']);
  },
);

mistake(
  'a storage that throws: no session, or no page',
  {
    'writing unguarded': [['session.ts', 'safely(() => localStorage.setItem(STORAGE_KEY, JSON.stringify(session)));', 'localStorage.setItem(STORAGE_KEY, JSON.stringify(session));']],
    'reading unguarded': [['session.ts', 'return safely(() => {', 'return ((read) => read())(() => {']],
    'what is read is believed': [['session.ts', 'return isSession &&', 'return']],
  },
  async ({load}) => {
    localStorage.setItem('otelcol-rum', JSON.stringify({id: 'x', rate: 1, kept: true, start: Date.now(), last: Date.now()}));
    load();
    await flushed();
    expect(receiver.beacons[0].session.id).toMatch(/^[0-9a-f]{32}$/);

    const blocked = () => {
      throw new DOMException('blocked', 'SecurityError');
    };
    vi.stubGlobal('localStorage', {getItem: blocked, setItem: blocked, clear() {}});
    receiver.beacons = [];
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const client = load();
    await flushed();
    await pass(10 * 60_000);
    client.recordCustomMetric('x', 1);
    await flushed();
    expect(warn).not.toHaveBeenCalled();
    expect(receiver.beacons).toHaveLength(2);
    expect(new Set(receiver.beacons.map(({session}) => session.id)).size).toBe(1);
  },
);

mistake(
  'a second init, or a second bundle, measures everything twice',
  {
    'init starts another': [['rum.ts', 'if (running) return running;', '']],
    'a client for each bundle': [['rum.ts', "Symbol.for('@otelcol-rum/browser')", "Symbol('client')"]],
  },
  async ({load, client: first, bundle}) => {
    const running = load();
    expect(first.initRUM({endpoint: '/other'})).toBe(running);
    const second = await bundle();
    const theirs = second.initRUM({endpoint: 'https://collector.example/v1/rum'});
    await flushed();
    second.getRUM()?.flush();
    await pass(0);
    if (theirs != running) theirs.stop();
    expect(kinds().filter((k) => k == 'view')).toHaveLength(1);
    expect(theirs).toBe(running);
  },
);

mistake(
  'listeners of unload: no page that has them comes back from the back/forward cache',
  {'unload as the last signal': [['start.ts', "listen(window, 'pagehide'", "listen(window, 'unload'"]]},
  ({load}) => {
    const add = vi.spyOn(window, 'addEventListener');
    load();
    const types = add.mock.calls.map(([type]) => type);
    expect(types).toContain('error');
    expect(types).not.toContain('unload');
    expect(types).not.toContain('beforeunload');
  },
);

mistake(
  'stop leaves listeners, observers or wrappers behind, or takes those of others along',
  {
    'listeners': [['scope.ts', 'target.removeEventListener(type, handler, true)', '{}']],
    'observers': [['scope.ts', 'stops.push(() => observer.disconnect());', '']],
    'observers of vitals': [['collect/vitals.ts', 'recorder.onStop(() => hooks._measured!._stop());', '']],
    'wrappers': [['wrap.ts', 'if (target[name] == wrapped) target[name] = original;', '']],
    'wrappers, and those of others gone too': [['wrap.ts', 'if (target[name] == wrapped) target', 'target']],
  },
  async ({load, observed}) => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const added = vi.spyOn(window, 'addEventListener');
    const removed = vi.spyOn(window, 'removeEventListener');
    const methods = () => [console.error, history.pushState, fetch, XMLHttpRequest.prototype.open];
    const {replaceState} = history;
    const before = methods();
    const client = load({consoleErrors: true});
    const theirs = (...args: Parameters<typeof replaceState>) => replaceState.apply(history, args);
    history.replaceState = theirs;
    client.recordCustomMetric('x', 1);
    client.stop();
    await pass(0);
    expect(observed()).toEqual([]);
    // Vitals remove theirs on their own: the order is nobody's business.
    expect(removed.mock.calls).toHaveLength(added.mock.calls.length);
    expect(removed.mock.calls).toEqual(expect.arrayContaining(added.mock.calls));
    expect(methods().map((method, i) => method == before[i])).toEqual([true, true, true, true]);
    expect(history.replaceState == theirs).toBe(true);
    history.replaceState = replaceState;
  },
);

/** A browser with fetchLater, which may be out of quota; gives the bodies that are left with it. */
function fakeFetchLater() {
  const left = new Map<AbortSignal, string>();
  const quota = {spent: false};
  vi.stubGlobal('fetchLater', (_: string, {body, signal}: {body: string; signal: AbortSignal}) => {
    if (quota.spent) throw new DOMException('', 'QuotaExceededError');
    left.set(signal, body);
    signal.addEventListener('abort', () => left.delete(signal));
  });
  return {quota, bodies: () => [...left.values()]};
}

mistake(
  'no fetchLater, or one that is armed once: a crash takes everything along',
  {
    'not used': [['collect/crash-guard.ts', 'if (!fetchLater) return;', 'return;']],
    'only what was first': [['collect/crash-guard.ts', 'onRecord(() => (timer ??= inTask(arm, DELAY_MS)));', 'inTask(arm, DELAY_MS);']],
    'each body beside the last': [['collect/crash-guard.ts', 'controller?.abort();', '']],
    'not taken back when it was sent': [['collect/crash-guard.ts', "if (reason == 'sent') disarm();", '']],
    'a spent quota breaks the timer': [['collect/crash-guard.ts', 'timer ??= inTask(arm, DELAY_MS)', 'timer ??= setTimeout(arm, DELAY_MS)']],
    'a look counts as reported': [['vitals/measure.ts', 'return known[name] != last', 'sent[name] = known[name];\n        return known[name] != last']],
    'under an id of its own, so that both count': [['batcher.ts', 'id ||= randomHex(16);', 'id = randomHex(16);']],
    'left there when consent is taken back': [['client.ts', 'started._forget();', 'started._clear();']],
  },
  async ({load, happens}) => {
    const {quota, bodies} = fakeFetchLater();
    const client = load();
    happens('paint', {name: 'first-contentful-paint', startTime: 1});
    client.recordCustomMetric('x', 0);
    await pass(1000);
    expect(bodies()).toHaveLength(1);
    client.recordError(new Error('last words'));
    await pass(1000);
    expect(bodies()).toEqual([expect.stringContaining('last words')]);
    expect(bodies()[0]).toContain('FCP');
    quota.spent = true;
    client.recordCustomMetric('x', 1);
    await expect(pass(1000).then(() => 'calm', String)).resolves.toBe('calm');
    quota.spent = false;
    client.recordCustomMetric('x', 2);
    await pass(1000);
    const {id} = JSON.parse(bodies()[0]) as Beacon;
    await flushed();
    expect(bodies()).toEqual([]);
    expect(receiver.beacons.at(-1)!.id).toBe(id);
    expect(await reported('vital')).toMatchObject([{n: 'FCP'}, {n: 'CLS'}]);
    client.recordCustomMetric('x', 3);
    await pass(1000);
    expect(bodies()).toHaveLength(1);
    client.setConsent('denied');
    expect(bodies()).toEqual([]);
  },
);
