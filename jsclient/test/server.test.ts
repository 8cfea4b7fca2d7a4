// @vitest-environment node
import {createElement} from 'react';
import {renderToString} from 'react-dom/server';
import {expect, test} from 'vitest';
import {checkPerformanceBudget, getRUM, initRUM} from '../src/index.js';
import {RUMProvider} from '../src/react.js';

test('on a server the package loads, and every call does nothing', () => {
  const client = initRUM({endpoint: '/v1/rum', respectGPC: true});
  client.setUserId('ann');
  client.recordError(new Error('x'));
  client.flush();
  client.stop();
  expect(client.sessionId()).toBeUndefined();
  expect(getRUM()).toBeNull();
  expect(checkPerformanceBudget('LCP', 100)).toBe(true);
});

test('on a server the React provider renders its children and starts nothing', () => {
  expect(renderToString(createElement(RUMProvider, {endpoint: '/v1/rum'}, 'content'))).toBe('content');
  expect(getRUM()).toBeNull();
});
