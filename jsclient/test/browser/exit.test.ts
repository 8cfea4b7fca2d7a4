import {expect, test} from 'vitest';
import {until} from './server.js';
import {hasty, hastyClick, starved} from './shop.js';
import {tag, useBrowser} from './visits.js';

const page = tag + hasty;
const on = useBrowser({'/idle': page, '/starved': starved + page});

/** Visits of each kind. Chromium is the gate; the others show that nothing hangs on one browser. */
const visits = on.engine.name == 'chromium' ? 100 : 10;

/** Firefox stops the script of a tab that closes wherever it is: that must cost nothing. A tab of WebKit is a whole browser. */
const closes = on.engine.name == 'webkit' ? 10 : 20;

/** What is to arrive; a browser without event timing has no INP. */
const what = on.has('INP') ? 'INP and the error' : 'the error';

const arrived = () =>
  on.server.kind('error').length == 1 && (!on.has('INP') || on.server.kind('vital').some(({n, v}) => n == 'INP' && v >= 56));

/** Whether what is known of one visit arrives. A loss is counted, so that the figure is printed. */
const delivered = async () => {
  const reported = await until(what + ' arrived', arrived, 3000).then(() => 1, () => 0);
  on.server.reset();
  return reported;
};

test.each(['/idle', '/starved'])('what was seen arrives when %s is left 100 ms after a click', async (path) => {
  const tab = await on.tab();
  let count = 0;
  for (let visit = 0; visit < visits; visit++) {
    await hastyClick(tab, on.server.origin + path);
    await on.leave(tab);
    count += await delivered();
  }
  console.log(`${on.engine.name}: ${path} left 100 ms after a click: ${what} ${count} of ${visits}`);
  expect(count).toBe(visits);
}, 180_000);

test('what was seen arrives when the tab is closed 100 ms after a click', async () => {
  let count = 0;
  for (let visit = 0; visit < closes; visit++) {
    const tab = await on.tab();
    await hastyClick(tab, on.server.origin + '/starved');
    await tab.close();
    count += await delivered();
  }
  console.log(`${on.engine.name}: tab closed 100 ms after a click: ${what} ${count} of ${closes}`);
  expect(count).toBe(closes);
}, 90_000);
