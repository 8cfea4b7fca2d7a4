import {expect, test, vi} from 'vitest';
import {routeTemplate} from '../src/next.js';

vi.mock('next/navigation.js', () => ({}));

test.each([
  ['/product/42', {id: '42'}, '/product/:id'],
  ['/shop/42/42', {shop: '42', id: '42'}, '/shop/:shop/:id'],
  ['/docs/a/b', {slug: ['a', 'b']}, '/docs/*slug'],
  ['/product/product', {id: 'product'}, '/product/:id'],
  ['/docs/docs/docs', {slug: ['docs', 'docs']}, '/docs/*slug'],
  ['/a/b/b', {x: ':y', y: 'b'}, '/a/b/:y'],
  ['/tea%20pots/caf%C3%A9', {kind: 'tea pots', id: 'caf%C3%A9'}, '/:kind/:id'],
  ['/sale/100%', {off: '100%'}, '/sale/:off'],
  ['/docs', {slug: undefined}, '/docs'],
  ['/about', {}, '/about'],
  ['/about', null, '/about'],
])('%s is a page of the route template', (pathname, params, template) => {
  expect(routeTemplate(pathname, params)).toBe(template);
});
