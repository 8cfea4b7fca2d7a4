import {expect, vi} from 'vitest';
import {flushed, hide, pass, receiver, useHarness} from '../harness.js';
import {mistake, type Page} from './dom.js';

useHarness();

/** The id of the session of a page load, which has to be reported. */
async function sessionOf({load}: Page, sampleRate?: number): Promise<string> {
  receiver.beacons = [];
  load({sampleRate});
  await flushed();
  expect(receiver.beacons, `sampleRate ${sampleRate}`).not.toHaveLength(0);
  return receiver.beacons.at(-1)!.session.id;
}

mistake(
  'Math.random() > (rate || 1): a rate of 0 keeps everything, and nonsense is believed',
  {
    'rate || 1': [
      ['rum.ts', ' || sampleRate <= 0) return', ') return'],
      ['session.ts', 'if (sampleRate < session.rate) {', 'if ((sampleRate ||= 1) < session.rate) {'],
    ],
    'no rate is 0': [['rum.ts', '{sampleRate = 1,', '{sampleRate = 0,']],
    'no bounds': [['settings.ts', ' && number <= (/Rate/.test(name) ? 1 : MAX_NUMBER)', '']],
    'what is none taken for all': [['settings.ts', 'sampleRate: 0, ', '']],
    'the wrong way round': [['session.ts', 'Math.random() < sampleRate', 'Math.random() > sampleRate']],
  },
  async (page) => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    for (const none of [0, -1, NaN, 7, '10%', '0,1'] as number[]) {
      page.load({sampleRate: none});
      hide();
      await pass(60_000);
      expect(receiver.requests).toHaveLength(0);
    }
    for (const all of [undefined, 1, '1'] as number[]) {
      localStorage.clear();
      const id = await sessionOf(page, all);
      expect(await sessionOf(page, all), 'the session of the next load').toBe(id);
    }
    localStorage.clear();
    vi.spyOn(Math, 'random').mockReturnValue(0.4);
    await sessionOf(page, 0.5);
  },
);

mistake(
  'sampling each page load: sessions are cut in pieces, and counts cannot be scaled up',
  {
    'decides anew for each page load': [['session.ts', '(due && alive(stored())) || known', 'known']],
    'keeps the decision but not its rate': [['encode.ts', 'rate: rate < 1 ? rate : undefined', 'rate: undefined']],
    'never decides again': [['session.ts', 'Math.abs(now - session.last) < idle', 'true']],
  },
  async (page) => {
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.4);
    const first = await sessionOf(page, 0.5);
    random.mockReturnValue(0.9);
    expect(await sessionOf(page, 0.5), 'the session of the next load').toBe(first);
    expect(receiver.beacons[0].session.rate).toBe(0.5);
    await pass(31 * 60_000);
    receiver.beacons = [];
    page.load({sampleRate: 0.5});
    await flushed();
    expect(receiver.beacons, 'a new session that is not kept').toHaveLength(0);
  },
);

mistake(
  'a rate that was lowered waits for the end of all sessions, or gives those that go on the wrong weight',
  {
    'waits for new sessions': [['session.ts', 'if (sampleRate < session.rate) {', 'if (!stored() && sampleRate < session.rate) {']],
    'forgets that some were left out before': [['session.ts', 'Math.random() < sampleRate / session.rate', 'Math.random() < sampleRate']],
    'goes on with the weight of before': [['session.ts', 'session.rate = sampleRate;', 'if (!stored()) session.rate = sampleRate;']],
    'takes in again at a higher rate': [['session.ts', 'if (sampleRate < session.rate) {', 'if (sampleRate != session.rate) {']],
  },
  async ({load}) => {
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.4);
    for (const [sampleRate, rate] of [
      [0.8, 0.8],
      [0.4, 0.4], // of four in five a half: 0.4 is below it
      [1, 0.4],
    ]) {
      receiver.beacons = [];
      load({sampleRate});
      await flushed();
      expect(receiver.beacons[0]?.session.rate).toBe(rate);
    }
    random.mockReturnValue(0.5);
    receiver.requests = [];
    load({sampleRate: 0.1});
    await flushed();
    expect(receiver.requests.slice(1), 'but for the last words of the page before').toHaveLength(0);
  },
);
