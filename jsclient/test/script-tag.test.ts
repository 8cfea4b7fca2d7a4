import {expect, test} from 'vitest';
import {autoOptions} from '../src/script-tag.js';

function tag(attributes: string): Element {
  document.body.innerHTML = `<script type="none" ${attributes}></script>`;
  return document.querySelector('script')!;
}

test('an app alone is a whole installation: batches go where the script came from', () => {
  expect(autoOptions(tag('src="https://collector.example/rum.js" data-app="shop"'))).toEqual({
    endpoint: 'https://collector.example/v1/rum',
    app: 'shop',
    tags: {},
  });
});

test('attributes are options: numbers, switches, texts and tags', () => {
  const options = autoOptions(
    tag('data-endpoint="/rum" data-sample-rate="0.1" data-debug="true" data-budgets="false" data-version="1.4" data-tag-team="web"'),
  );
  expect(options).toEqual({
    endpoint: '/rum',
    sampleRate: 0.1,
    debug: true,
    budgets: false,
    version: '1.4',
    tags: {team: 'web'},
  });
});

test('every number is one, texts that look like numbers stay texts, and lists are split', () => {
  const options = autoOptions(
    tag(
      'data-app="42" data-user-id="007" data-max-queue="50" data-session-max-age-ms="60000" data-consent="pending" data-console-errors="true" ' +
        'data-keep-query="utm_source, page" data-trace-origins="https://api.example https://b.example" data-tag-size="1" data-slow-resource-ms="0"',
    ),
  );
  expect(options).toMatchObject({
    app: '42',
    userId: '007',
    maxQueue: 50,
    sessionMaxAgeMs: 60_000,
    slowResourceMs: 0,
    consent: 'pending',
    consoleErrors: true,
    keepQuery: ['utm_source', 'page'],
    traceOrigins: ['https://api.example', 'https://b.example'],
    tags: {size: '1'},
  });
  expect(autoOptions(tag('data-app="a" data-trace-origins="false"'))).toMatchObject({traceOrigins: false});
});

test('without app and endpoint the page starts the client itself', () => {
  expect(autoOptions(tag('src="https://collector.example/rum.js"'))).toBeUndefined();
  expect(autoOptions(null)).toBeUndefined();
});
