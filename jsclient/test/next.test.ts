import {expect, test, vi} from 'vitest';
import {routeTemplate} from '../src/next.js';

vi.mock('next/navigation.js', () => ({}));

test.each([
  ['/product/42', {id: '42'}, '/product/:id'],
  ['/shop/42/42', {shop: '42', id: '42'}, '/shop/:shop/:id'],
  ['/docs/a/b', {slug: ['a', 'b']}, '/docs/*slug'],
  ['/docs', {slug: undefined}, '/docs'],
  ['/about', {}, '/about'],
  ['/about', null, '/about'],
])('%s is a page of the route template', (pathname, params, template) => {
  expect(routeTemplate(pathname, params)).toBe(template);
});
