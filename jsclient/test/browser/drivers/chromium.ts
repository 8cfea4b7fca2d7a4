import type {LaunchOptions} from 'puppeteer-core';
import type {Engine} from './driver.js';
import {launch} from './puppeteer.js';

const quiet = ['--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** Nothing leaves the machine, whatever a page or a library in it asks for. */
const loopback = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1';

/** Chromium without a window, and without traffic of its own. */
export const options: LaunchOptions = {
  executablePath: process.env.CHROMIUM_PATH || '/usr/bin/chromium',
  // The sandbox does not work for root in a container.
  args: ['--no-sandbox', loopback, ...quiet],
};

export const chromium: Engine = {
  name: 'chromium',
  has: ['LCP', 'INP', 'CLS', 'longFrames', 'softNavigations', 'trustedTypes', 'fetchLater', 'prerender', 'offline', 'crash'],
  launch: () => launch(options, 'chrome://crash'),
};
