import type {Engine} from './driver.js';
import {launch} from './puppeteer.js';

const quiet = ['--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** Chromium without a window, and without traffic of its own. */
export const chromium: Engine = {
  name: 'chromium',
  has: ['LCP', 'INP', 'CLS', 'longFrames', 'softNavigations', 'trustedTypes', 'fetchLater', 'prerender', 'offline', 'crash'],
  launch: () =>
    launch(
      // The sandbox does not work for root in a container.
      {executablePath: process.env.CHROMIUM_PATH || '/usr/bin/chromium', args: ['--no-sandbox', ...quiet]},
      'chrome://crash',
    ),
};
