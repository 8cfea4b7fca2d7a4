import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {until} from './server.js';
import {useBrowser} from './visits.js';

/** The line that the README gives people for their head. */
const [stub] = /<script>rumErrors=.*?<\/script>/s.exec(readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8'))!;

const on = useBrowser({
  '/': `${stub}<script>Promise.reject(new RangeError('early rejection'))</script><script>null.early</script>
<script>
  setTimeout(() => {
    const script = document.createElement('script');
    script.src = '/rum.full.iife.js';
    script.dataset.app = 'shop';
    script.dataset.consoleErrors = '';
    document.head.append(script);
    script.onload = () => { console.error('late'); window.ready = true; };
  }, 300);
</script><h1>Shop</h1>`,
});

test('what goes wrong before an async script runs is reported, at its time', async () => {
  const page = await on.tab('/');
  await expect.poll(() => page.run('window.ready')).toBe(true);
  await pause(100);
  await on.leave(page);
  await until('the errors are reported', () => on.server.kind('error').length == 3);
  const errors = on.server.events().filter(({k}) => k == 'error') as {n: string; src?: string; t: number}[];
  expect(errors.map(({n, src}) => [n, src]).sort()).toEqual([
    ['RangeError', 'unhandledrejection'],
    ['TypeError', undefined],
    ['console.error', 'manual'],
  ]);
  const late = errors.find(({n}) => n == 'console.error')!;
  for (const early of errors.filter((error) => error != late)) expect(late.t - early.t).toBeGreaterThan(250);
});
