import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The views, by the address behind the #. */
export const views = { overview: '', vital: 'vital/lcp', errors: 'errors', requests: 'requests', events: 'events', books: 'books' };

/** How the page is looked at. */
export const looks = {
  light: { width: 1280, height: 900, scheme: 'light' },
  dark: { width: 1280, height: 900, scheme: 'dark' },
  phone: { width: 390, height: 844, scheme: 'light' },
};

/** Opens the live page with a look; complaints of the page are collected in page.complaints. */
export async function openLive(browser, base, { width, height, scheme } = looks.light) {
  const page = await browser.newPage();
  page.setDefaultTimeout(15_000);
  await page.setViewport({ width, height });
  if (page.emulateMediaFeatures && browser.process()?.spawnfile.includes('chrom')) await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  page.complaints = [];
  page.on('console', (message) => ['error', 'warn'].includes(message.type()) && page.complaints.push(message.text()));
  page.on('pageerror', (error) => page.complaints.push(String(error)));
  page.on('request', (request) => /^(http|ws)/.test(request.url()) && !request.url().startsWith(base) && page.complaints.push(`asks ${request.url()}`));
  await page.goto(`${base}/`);
  await drawn(page);
  return page;
}

/** Waits until the page shows an answer. */
export const drawn = (page) => page.waitForSelector('main h1, main .empty');

/** Goes to another view, as a link does. */
export async function go(page, view) {
  await page.evaluate((hash) => {
    document.querySelector('main').replaceChildren();
    location.hash = `#/${hash}`;
  }, view);
  await drawn(page);
}

/** Waits until the content of the page holds a text, or matches. */
export async function shows(page, what) {
  const { source, flags } = what instanceof RegExp ? what : { source: what.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), flags: '' };
  try {
    await page.waitForFunction((s, f) => new RegExp(s, f).test(document.querySelector('main').innerText), {}, source, flags);
  } catch {
    throw new Error(`the page does not show ${what} but ${await page.$eval('main', (main) => main.innerText)}`);
  }
}

/** Elements that make the page wider than the screen; tables scroll by themselves. */
export const wide = (page) =>
  page.evaluate(() =>
    document.documentElement.scrollWidth <= innerWidth
      ? []
      : [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > innerWidth && !e.parentElement.closest('.wide')).map((e) => `${e.tagName}.${e.getAttribute('class')}`),
  );

export const heading = (page) => page.$eval('main h1', (h1) => h1.innerText);

/** The rows of the first table of a view: what each cell says, by its label. */
export const rows = (page) =>
  page.$$eval('main table:first-of-type tbody tr', (list) => list.map((tr) => Object.fromEntries([...tr.children].map((cell) => [cell.dataset.label, cell.innerText.replace(/\s+/g, ' ').trim()]))));

/** What axe finds against WCAG 2.2 AA and good practice, in words. */
export async function barriers(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
    return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`);
  });
}
