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

test('without app and endpoint the page starts the client itself', () => {
  expect(autoOptions(tag('src="https://collector.example/rum.js"'))).toBeUndefined();
  expect(autoOptions(null)).toBeUndefined();
});
