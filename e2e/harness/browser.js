import puppeteer from 'puppeteer-core';

const launchers = {
  chromium: (args) =>
    puppeteer.launch({
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox', // the tests run as root in containers
        '--disable-gpu',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        ...args,
      ],
    }),
  firefox: () =>
    puppeteer.launch({ browser: 'firefox', executablePath: process.env.FIREFOX_PATH ?? '/usr/bin/firefox-esr' }),
};

/**
 * @param {'chromium'|'firefox'} name
 * @param {string[]} [args] further ones, of Chromium
 */
export async function launch(name, args = []) {
  const browser = await launchers[name](args);
  return browser;
}

/** A page of the size for which the demo's flaws are made. */
export async function openPage(browser) {
  const page = await browser.newPage();
  await page.setViewport({ width: 1100, height: 800 });
  page.setDefaultTimeout(30_000);
  return page;
}
