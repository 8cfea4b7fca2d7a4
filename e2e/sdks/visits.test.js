// Real SDKs from npm, as pages have them, on one visit of our own: what arrives is what the page measured of itself.
import { after, before, describe } from 'node:test';
import { launch } from '../harness/browser.js';
import { reports } from './reports.js';
import { describeVisit } from './visit.js';

for (const browserName of ['chromium', 'firefox']) {
  describe(`in ${browserName}`, () => {
    let browser;
    before(async () => (browser = await launch(browserName)));
    after(() => browser?.close());

    for (const sdk of Object.keys(reports)) describeVisit(sdk, () => browser);
  });
}
