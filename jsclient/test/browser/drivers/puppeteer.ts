import puppeteer, {type LaunchOptions, type Page} from 'puppeteer-core';
import {unable, untilPage, type Browser, type Tab} from './driver.js';

/** Launches a browser that puppeteer speaks to, by the DevTools protocol or by WebDriver BiDi. */
export async function launch(options: LaunchOptions, crashPage?: string): Promise<Browser> {
  const browser = await puppeteer.launch(options);
  return {
    async newTab() {
      const context = await browser.createBrowserContext();
      const page = await context.newPage();
      return tabOf(page, crashPage);
    },
    close: () => browser.close(),
  };
}

function tabOf(page: Page, crashPage?: string): Tab {
  let front: Page | undefined;
  let wasBack = false;
  const run: Tab['run'] = (script, ...args) => page.evaluate(script as never, ...(args as never[]));
  /** Its answer may go with the page. */
  const leaveBy = (script: string) => void page.evaluate(script + '; 0').catch(() => {});
  return {
    async open(url) {
      if (!wasBack) return void (await page.goto(url));
      // In Firefox puppeteer waits for ever for a navigation that follows a restore.
      leaveBy(`location.href = ${JSON.stringify(url)}`);
      await untilPage({run}, `location.href == ${JSON.stringify(url)} && document.readyState == 'complete'`);
    },
    click: (selector, delay) => page.click(selector, {delay}),
    run,
    async hide() {
      front = await page.browserContext().newPage();
      await front.bringToFront();
      await untilPage({run}, 'document.hidden');
    },
    async show() {
      await front?.close();
      await page.bringToFront();
      await untilPage({run}, '!document.hidden');
    },
    async back() {
      // Not page.goBack, which waits for a navigation: in Firefox a restore is none.
      const from = JSON.stringify(page.url());
      wasBack = true;
      leaveBy('history.back()');
      await untilPage({run}, `location.href != ${from}`);
    },
    offline: (is) => page.setOfflineMode(is),
    crash() {
      if (!crashPage) unable('crash');
      page.goto(crashPage).catch(() => {}); // the process that should answer is gone
    },
    close: () => page.close({runBeforeUnload: true}),
  };
}
