import {expect, test} from 'vitest';
import '../src/iife.js';
import {getRUM} from '../src/index.js';
import {apiOf, install} from '../src/install.js';
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

test('attributes are options: switches, texts and tags; numbers and lists are read as from any text', () => {
  const options = autoOptions(
    tag('data-endpoint="/rum" data-sample-rate="0.1" data-debug="true" data-budgets="false" data-version="1.4" data-tag-team="web"'),
  );
  expect(options).toEqual({
    endpoint: '/rum',
    sampleRate: '0.1',
    debug: true,
    budgets: false,
    version: '1.4',
    tags: {team: 'web'},
  });
});

test('what is a text stays one, whatever it looks like', () => {
  const options = autoOptions(
    tag(
      'data-app="42" data-user-id="007" data-max-queue="50" data-session-max-age-ms="60000" data-consent="pending" data-console-errors="true" ' +
        'data-keep-query="utm_source, page" data-trace-origins="https://api.example https://b.example" data-tag-size="1" data-slow-resource-ms="0"',
    ),
  );
  expect(options).toMatchObject({
    app: '42',
    userId: '007',
    maxQueue: '50',
    sessionMaxAgeMs: '60000',
    slowResourceMs: '0',
    consent: 'pending',
    consoleErrors: true,
    keepQuery: 'utm_source, page',
    traceOrigins: 'https://api.example https://b.example',
    tags: {size: '1'},
  });
  expect(autoOptions(tag('data-app="a" data-trace-origins="false"'))).toMatchObject({traceOrigins: false});
});

test('below a path of the site, batches go beside the script', () => {
  expect(autoOptions(tag('src="https://shop.example/telemetry/rum.js" data-app="shop"'))!.endpoint).toBe('https://shop.example/telemetry/v1/rum');
});

test('abbreviations are as in the options, and an empty text is no switch', () => {
  // happy-dom leaves out empty ones.
  const dataset = {app: 'shop', respectGpc: '', version: '', endpoint: ''};
  expect(autoOptions({dataset, src: 'https://collector.example/rum.js'} as never)).toMatchObject({respectGPC: true, version: '', endpoint: ''});
});

test('data-tags is an option like others', () => {
  expect(autoOptions(tag(`data-app="shop" data-tags='{"team":"pay"}' data-tag-5="five"`))!.tags).toBe('{"team":"pay"}');
});

test('without app and endpoint the page starts the client itself', () => {
  expect(autoOptions(tag('src="https://collector.example/rum.js"'))).toBeUndefined();
  expect(autoOptions(null)).toBeUndefined();
});

test('what the page queued before the script came is called then, and later calls at once', async () => {
  const calls: unknown[] = [];
  const early = () => calls.push(typeof RUM.initRUM);
  const failing = () => {
    throw new Error('of the page');
  };
  Object.assign(globalThis, {RUM: {q: [failing, early]}});
  install(apiOf({}));
  RUM.q.push(() => calls.push('later'));
  expect(calls).toEqual(['function', 'later']);
});

test.each([
  ['RUM', '<form id="RUM"><input name="q"></form>'],
  ['currentScript', '<img name="currentScript" data-endpoint="https://evil.example/x">'],
])('an element that is called %s is not taken for it', (name, html) => {
  document.body.innerHTML = html;
  const element = document.body.firstElementChild;
  Object.defineProperty(name == 'RUM' ? globalThis : document, name, {value: element, configurable: true, writable: true});
  expect(() => install(apiOf({}))).not.toThrow();
  expect(getRUM()).toBeNull();
  delete (document as {currentScript?: unknown}).currentScript;
});
