// Every name of an attribute, event or metric that the project writes is one of the semantic conventions or of the
// OpenTelemetry browser group, or stands below rum. What is neither is listed here with the reason.
import assert from 'node:assert/strict';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {test} from 'node:test';

const require = createRequire(import.meta.url);
const root = new URL('../..', import.meta.url).pathname;

/** The names of the conventions, and those that their generated code marks as deprecated. */
function conventions() {
  const folder = dirname(require.resolve('@opentelemetry/semantic-conventions'));
  const current = new Set();
  const deprecated = new Set();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.d.mts'))) {
    const text = readFileSync(join(folder, file), 'utf8');
    for (const [, comment, value] of text.matchAll(/(\/\*\*(?:[^*]|\*(?!\/))*\*\/)?\s*(?:export )?declare const \w+(?:: | = )"([^"]+)"/g)) {
      (comment?.includes('@deprecated') ? deprecated : current).add(value);
    }
  }
  for (const name of current) deprecated.delete(name);
  return {current, deprecated};
}

/** What the instrumentations of the browser group write, as their built code spells it. */
function browserGroup() {
  const names = new Set();
  const walk = (folder) => {
    for (const entry of readdirSync(folder, {withFileTypes: true})) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (/\.[cm]?js$/.test(entry.name)) {
        for (const [, name] of readFileSync(path, 'utf8').matchAll(/['"](browser\.[a-z_.]+)['"]/g)) names.add(name);
      }
    }
  };
  walk(join(root, 'e2e/node_modules/@opentelemetry/browser-instrumentation'));
  return names;
}

/** All strings of semconv.go that look like names; the prefixes that end in a dot stand for what is behind them. */
function ours() {
  const text = readFileSync(join(root, 'internal/semconv/semconv.go'), 'utf8').replaceAll(/\/\/.*$/gm, '');
  return [...new Set([...text.matchAll(/"([a-z_]+(?:\.[a-z_]+)*\.?)"/g)].map(([, name]) => name))].filter((name) => name.includes('.'));
}

/** Why a name is neither of the conventions nor below rum. */
const exceptions = {
  'browser.long_animation_frame': 'an event of the browser group that its packages do not yet have on npm',
  'browser.long_animation_frame.duration': 'the same',
  'browser.long_animation_frame.blocking_duration': 'the same',
  'browser.long_animation_frame.scripts': 'the same',
  'sampling.threshold': "read by contrib's pkg/sampling under this name",
  'sampling.randomness': "read by contrib's pkg/sampling under this name",
  'otel.metric.overflow': 'of the specification of the metrics SDK',
  'event.name': 'read from records of older SDKs, never written',
};

/** The one metric that is called as an attribute: the gauge of a budget's limit, which records repeat. */
const both = ['rum.budget.limit'];

/** Metrics have the vitals' own names: the conventions define events of them and no metrics. */
const vitals = 'browser.web_vital.';

test('every name is of the conventions, of the browser group, or ours', () => {
  const {current, deprecated} = conventions();
  const group = browserGroup();
  assert.ok(current.size > 500, `${current.size} names of the conventions`);
  assert.ok(group.size > 30, `${group.size} names of the browser group`);
  const names = ours();
  assert.ok(names.length > 100, `${names.length} names of ours`);
  const wrong = names.filter((name) => !name.startsWith('rum.') && !current.has(name) && !group.has(name) && !(name in exceptions) && name !== vitals);
  assert.deepEqual(wrong, [], 'neither of the conventions nor below rum.');
  const old = names.filter((name) => deprecated.has(name) && !(name in exceptions));
  assert.deepEqual(old, [], 'deprecated by the conventions');
  const idle = Object.keys(exceptions).filter((name) => !names.includes(name) || current.has(name) || group.has(name));
  assert.deepEqual(idle, [], 'exceptions that are none any more');
});

test('every name that is emitted is, too', () => {
  const {current, deprecated} = conventions();
  const group = browserGroup();
  const emitted = new Set();
  for (const folder of ['testdata/array', 'testdata/beacon']) {
    for (const sample of readdirSync(join(root, folder), {withFileTypes: true}).filter((entry) => entry.isDirectory())) {
      for (const file of ['logs.yaml', 'metrics.yaml']) {
        const path = join(root, folder, sample.name, file);
        const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
        for (const [, name] of text.matchAll(/^ *(?:- )?(?:key|eventName|name): ([a-z_.]+)$/gm)) emitted.add(name);
      }
    }
  }
  const known = (name) => name.startsWith('rum.') || name.startsWith(vitals) || (current.has(name) && !deprecated.has(name)) || group.has(name) || name in exceptions;
  assert.ok(emitted.size > 60, `${emitted.size} names`);
  assert.deepEqual([...emitted].filter((name) => name.includes('.') && !known(name)), []);
});

test('no metric has the name of an attribute', () => {
  const text = readFileSync(join(root, 'internal/semconv/semconv.go'), 'utf8');
  const all = [...text.matchAll(/^\s+(\w+)\s+= "([a-z_.]+)"/gm)];
  const metrics = all.filter(([, constant]) => constant.startsWith('Metric')).map(([, , name]) => name);
  const attributes = new Set(all.filter(([, constant]) => !constant.startsWith('Metric') && !constant.startsWith('Event')).map(([, , name]) => name));
  assert.ok(metrics.length > 10);
  assert.deepEqual(metrics.filter((name) => attributes.has(name) && name !== vitals), both);
});
