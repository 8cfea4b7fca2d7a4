import { measureIndependently, measured, measuredHere } from './measure.js';
import { openPage } from './browser.js';
import { until } from './poll.js';

/**
 * One visit to the demo shop that does everything there is to do, and leaves.
 *
 * @param {import('puppeteer-core').Browser} browser
 * @param {string} shop
 * @param {{inp: boolean, lcp: boolean, cls: boolean}} can what web-vitals measures in this browser
 * @returns what each document of the visit measured of itself, oldest first
 */
export async function visitShop(browser, shop, can) {
  const page = await openPage(browser);
  await measureIndependently(page);
  await home(page, shop, can);
  await product(page, can);
  await checkout(page, can);
  await leave(page);

  const reader = await openPage(browser);
  await reader.goto(`${shop}/static/`); // same origin, and not measured itself
  const documents = await measured(reader);
  await reader.close();
  return documents;
}

/** Waits until web-vitals itself has what the browser is about to tell. */
const vital = (page, name, enough = () => true) =>
  until(`web-vitals to have ${name}`, async () => {
    const { vitals } = (await measuredHere(page)) ?? { vitals: {} };
    return vitals[name] && enough(vitals[name].value);
  });

/** Waits until the client runs: its script is asynchronous. */
const client = (page) => page.waitForFunction(() => globalThis.RUM?.getRUM());

const loaded = (page) =>
  until('the load to have ended', async () => (await measuredHere(page))?.navigation?.loadEventEnd > 0);

async function home(page, shop, can) {
  await page.goto(`${shop}/`);
  await client(page);
  await page.waitForSelector('.promo');
  await page.waitForSelector('#to-kettle');
  await page.waitForFunction(() => document.getElementById('hero').complete);
  await loaded(page);
  if (can.lcp) await vital(page, 'LCP', (value) => value > 2500);
  if (can.cls) await vital(page, 'CLS', (value) => value > 0.1);
  await Promise.all([page.waitForNavigation(), page.click('#to-kettle')]);
}

async function product(page, can) {
  await client(page);
  await loaded(page);
  if (can.lcp) await vital(page, 'LCP');
  await page.click('#add');
  await page.click('#add');
  await page.waitForFunction(() => document.getElementById('added').textContent.startsWith('2'));
  if (can.inp) await vital(page, 'INP', (value) => value >= 280);
  await page.click('#reviews-tab');
  await page.waitForSelector('#reviews li');
  await Promise.all([page.waitForNavigation(), page.click('.product a[href="/checkout"]')]);
}

async function checkout(page, can) {
  await client(page);
  await loaded(page);
  if (can.lcp) await vital(page, 'LCP');
  await page.click('#coupon');
  await page.click('#delivery');
  await until('the page to have seen its errors', async () => {
    const { errors, rejections } = await measuredHere(page);
    return errors.length === 1 && rejections.length === 1;
  });
  await Promise.all([page.waitForNavigation(), page.click('#order')]);
  await client(page);
  await loaded(page);
  if (can.lcp) await vital(page, 'LCP');
}

/** Another page hides this one and lets it say its last words; then the tab goes. */
async function leave(page) {
  await page.goto('about:blank');
  await page.close();
}
