// Two of the SDKs that `make sdks` tries, each in one browser.
import { after, before, describe } from 'node:test';
import { launch } from '../harness/browser.js';
import { describeVisit } from '../sdks/visit.js';

for (const [browserName, sdk] of [['chromium', 'datadog'], ['firefox', 'sentry']]) {
  describe(`in ${browserName}`, () => {
    let browser;
    before(async () => (browser = await launch(browserName)));
    after(() => browser?.close());

    describeVisit(sdk, () => browser);
  });
}
