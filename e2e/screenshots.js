// Looks at every view of the live page while the demo's visitors play, in light, dark and on a phone, and
// keeps the pictures for the documentation: make screenshots.
import { mkdir } from 'node:fs/promises';
import { launch } from './harness/browser.js';
import { startDemo } from './harness/demo.js';
import { go, looks, openLive, views } from './harness/live-page.js';
import { fromRoot } from './harness/paths.js';
import { until } from './harness/poll.js';

const folder = fromRoot('docs', 'images');
await mkdir(folder, { recursive: true });
const demo = await startDemo({ traffic: true });
const browser = await launch('chromium');
try {
  const ask = async (query) => (await fetch(`${demo.view}/api/v1/${query}`)).json();
  await until('some hundred visitors', async () => (await ask('overview')).sessions >= 250, { timeout: 120_000 });
  const { errors } = await ask('errors');
  const all = { ...views, session: `session/${errors[0].examples[0]}` };
  for (const [look, size] of Object.entries(looks)) {
    const page = await openLive(browser, demo.view, size);
    for (const [name, view] of Object.entries(all)) {
      await go(page, view);
      await page.evaluate(() => scrollTo(0, 0));
      await page.screenshot({ path: `${folder}/${name}-${look}.webp`, type: 'webp', quality: 60 });
    }
    await page.close();
  }
} finally {
  await browser.close();
  await demo.stop();
  await demo.remove();
}
