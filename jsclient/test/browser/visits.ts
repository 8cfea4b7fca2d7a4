import {afterAll, afterEach, beforeAll, beforeEach, inject, type TestContext} from 'vitest';
import {engines} from './drivers/index.js';
import {NEEDS, type Browser, type Need, type Tab} from './drivers/driver.js';
import {serve, type Served, type TestServer} from './server.js';

declare module 'vitest' {
  interface ProvidedContext {
    engine: keyof typeof engines;
  }
}

/** The script tag of a whole installation. */
export const tag = '<script src="/rum.iife.js" data-app="shop"></script>';

/** That of everything. */
export const fullTag = tag.replace('rum.iife', 'rum.full.iife');

/** A page that allows scripts by nonce and nothing else, and keeps count of what is violated. */
export const strictPage = {
  html: `<script nonce="n1">
  window.violations = [];
  addEventListener('securitypolicyviolation', ({violatedDirective}) => violations.push(violatedDirective));
</script><script nonce="n1" src="/rum.iife.js" data-app="shop"></script><button>Click</button>`,
  headers: {
    'content-security-policy':
      "default-src 'none'; script-src 'nonce-n1'; connect-src 'self'; img-src data:; require-trusted-types-for 'script'; trusted-types 'none'",
  },
};

/**
 * Serves these pages to all tests of a file, and lets them visit in the browser of this run. Each
 * test begins with a receiver that knows nothing.
 */
export function useBrowser(pages: Record<string, Served>) {
  const engine = engines[inject('engine')];
  let context: TestContext;
  let browser: Browser;
  let server: TestServer;
  const tabs: Tab[] = [];

  beforeAll(async () => {
    server = await serve({'/elsewhere': '<p>elsewhere', ...pages});
    browser = await engine.launch();
  });
  beforeEach((current) => {
    context = current;
    server.reset();
  });
  afterEach(async () => {
    for (const tab of tabs.splice(0)) await tab.close().catch(() => {}); // the test may have closed it
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  const has = (need: Need) => engine.has.includes(need);
  return {
    engine,
    has,
    get server() {
      return server;
    },
    /** Skips the test, with the reason, where the browser lacks what it needs. */
    needs(...needs: Need[]) {
      const missing = needs.filter((need) => !has(need));
      if (missing[0]) context.skip(`${engine.name} ${missing.map((need) => NEEDS[need]).join(', ')}`);
    },
    /** A visitor's tab, at a path of the server if one is given. */
    async tab(path?: string): Promise<Tab> {
      const tab = await browser.newTab();
      tabs.push(tab);
      if (path) await tab.open(server.origin + path);
      return tab;
    },
    /** Leaves the page by going to another. */
    leave: (tab: Tab) => tab.open(server.origin + '/elsewhere'),
  };
}

/** Calls a method of the client in the page. */
export const rum = (tab: Tab, method: 'flush' | 'stop' | 'recordCustomMetric' | 'setTags', ...args: unknown[]) =>
  tab.run(
    (method: string, args: unknown[]) =>
      void (window as never as {RUM: {getRUM(): Record<string, (...args: unknown[]) => void>}}).RUM.getRUM()[method](...args),
    method,
    args,
  );
