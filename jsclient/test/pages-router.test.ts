import {act, createElement} from 'react';
import {createRoot} from 'react-dom/client';
import {expect, test, vi} from 'vitest';
import {getRUM} from '../src/index.js';
import {RUMPageViews} from '../src/next.js';
import {flushed, receiver, startClient, useHarness} from './harness.js';

useHarness();

const router = vi.hoisted(() => ({pathname: null as string | null, params: null as Record<string, string> | null}));
vi.mock('next/navigation.js', () => ({
  usePathname: () => router.pathname,
  useParams: () => router.params,
  useSearchParams: () => null,
}));

test('a router that is not ready names no page view, and breaks nothing; one that is does', async () => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  startClient();
  history.pushState(null, '', '/product/42');
  const root = createRoot(document.createElement('div'));
  const render = () => act(() => root.render(createElement('main', null, createElement(RUMPageViews))));
  await render();
  Object.assign(router, {pathname: '/product/42', params: {id: '42'}});
  await render();
  await flushed();
  expect(receiver.beacons[0].pages.map(({route}) => route)).toContain('/product/:id');
  await act(() => root.unmount());
  expect(getRUM()).not.toBeNull();
});
