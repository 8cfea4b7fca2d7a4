import type {Engine} from './driver.js';
import {launch} from './puppeteer.js';

/** Firefox ESR without a window, by WebDriver BiDi. */
export const firefox: Engine = {
  name: 'firefox',
  has: ['LCP', 'INP', 'trustedTypes', 'offline'],
  launch: () => launch({browser: 'firefox', executablePath: process.env.FIREFOX_PATH || '/usr/bin/firefox-esr'}),
};
