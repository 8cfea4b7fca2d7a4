import puppeteer from 'puppeteer-core';

const quiet = ['--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** Chromium without a window, and without traffic of its own. */
export const launchChromium = () =>
  puppeteer.launch({executablePath: process.env.CHROMIUM_PATH || '/usr/bin/chromium', args: ['--no-sandbox', ...quiet]});
