/* eslint-disable @typescript-eslint/no-require-imports -- the point of it */
// A project of Jest with nothing set up, whose tests are CommonJS.
const {createElement} = require('react');
const {renderToString} = require('react-dom/server');
const {getRUM} = require('@otelcol-rum/browser');
const {RUMProvider} = require('@otelcol-rum/browser/react');

test('the provider renders its children', () => {
  const html = renderToString(createElement(RUMProvider, {endpoint: '/v1/rum'}, createElement('p', null, 'Shop')));
  expect(html).toBe('<p>Shop</p>');
  expect(getRUM()).toBeNull(); // on a server it does nothing
});
