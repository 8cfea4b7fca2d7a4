import {setTimeout as pause} from 'node:timers/promises';

/** What a test may need of a browser, and what is said of one that lacks it. */
export const NEEDS = {
  LCP: 'does not observe largest-contentful-paint',
  INP: 'does not observe event timing',
  CLS: 'does not observe layout shifts',
  longFrames: 'observes neither long frames nor long tasks',
  softNavigations: 'does not observe soft navigations',
  trustedTypes: 'has no Trusted Types',
  fetchLater: 'has no fetchLater',
  prerender: 'does not prerender',
  offline: 'cannot be taken offline by its driver',
  crash: 'has no page that crashes its process',
} as const;

export type Need = keyof typeof NEEDS;

/** One tab of a visitor whom the site has never seen: storage and cache are its own. */
export type Tab = {
  /** Goes to an address, which leaves the page that was there, and waits until it has loaded. */
  open: (url: string) => Promise<void>;
  /** A click of the user: trusted, at the middle of the element, perhaps held for so many ms. */
  click: (selector: string, held?: number) => Promise<void>;
  /** Runs an expression or a function in the page; what it promises is waited for. */
  run: <T>(script: string | ((...args: never[]) => T), ...args: unknown[]) => Promise<Awaited<T>>;
  /** Puts something in front of the page, until the page itself says that it is hidden. */
  hide: () => Promise<void>;
  /** Brings the page to the front again. */
  show: () => Promise<void>;
  /** One step back in the history. */
  back: () => Promise<void>;
  /** Takes the network away, or gives it back. */
  offline: (is: boolean) => Promise<void>;
  /** Ends the process of the page. */
  crash: () => void;
  /** Closes the tab as a user does: the page learns of it. */
  close: () => Promise<void>;
};

/** A browser that runs. */
export type Browser = {
  newTab: () => Promise<Tab>;
  close: () => Promise<void>;
};

/** A kind of browser, and what it has of what tests need. */
export type Engine = {
  name: string;
  has: readonly Need[];
  launch: () => Promise<Browser>;
};

/** What a driver says that cannot do something; a test that needs it is skipped before it asks. */
export function unable(need: Need): never {
  throw new Error(`this browser ${NEEDS[need]}; the test must say that it needs '${need}'`);
}

/**
 * Waits until the page itself says that something holds. Some drivers keep every page visible, and
 * a test of hiding would then show nothing; and while a page goes away it says nothing.
 */
export async function untilPage({run}: Pick<Tab, 'run'>, holds: string): Promise<void> {
  for (const end = Date.now() + 5000; !(await run(holds).catch(() => false)); await pause(20)) {
    if (Date.now() > end) throw new Error(`waited in vain for a page with ${holds}`);
  }
}
