import { total } from './otlp.js';
import { settled, until } from './poll.js';

/**
 * Waits until nothing more of a finished visit arrives and every vital is counted, and returns what
 * there is, with a few ways to look at it.
 *
 * @param {Awaited<ReturnType<typeof import('./demo.js').startDemo>>} demo
 */
export async function arrived(demo) {
  const logs = await settled('all records to arrive', demo.logs);
  const counted = async () => {
    const points = await demo.metrics();
    const isReturn = ({ attributes }) =>
      attributes['browser.web_vital.navigation_type'] === 'back-forward-cache' && /lcp|fcp|ttfb/.test(attributes['browser.web_vital.name']);
    const ids = new Set(logs.filter((record) => !isReturn(record)).map((record) => record.attributes['browser.web_vital.id']).filter(Boolean));
    const names = ['lcp', 'inp', 'cls', 'fcp', 'ttfb'];
    const count = names.reduce((sum, name) => sum + total(points, `browser.web_vital.${name}`, 'count'), 0);
    return count >= ids.size && points;
  };
  await until('all vitals to be counted', counted);
  const metrics = await settled('the metrics to come to rest', demo.metrics, { quietMs: 3_000 });
  const prometheus = await demo.prometheus();
  const live = await (await fetch(`${demo.view}/api/v1/events?limit=1000&visitor=all`)).json();

  const records = (name, measurement) =>
    logs
      .filter((record) => record.name === name)
      .filter((record) => !measurement || record.attributes['rum.measurement.name'] === measurement)
      .sort((a, b) => a.time - b.time);
  const at = (path, name) => records(name).filter((record) => record.attributes['url.path'] === path);
  // In the order of arrival: the last report of a vital is its value, whatever time it speaks of.
  const vitals = (path) =>
    logs.filter((record) => record.name === 'browser.web_vital' && record.attributes['url.path'] === path);
  const isNamed = (name) => (record) => record.attributes['browser.web_vital.name'] === name.toLowerCase();
  return {
    logs,
    metrics,
    prometheus,
    live,
    records,
    at,
    /** The last report of a vital of the document at the path. */
    finalVital: (path, name) => vitals(path).filter(isNamed(name)).at(-1),
    vitalNames: (path) => [...new Set(vitals(path).map((r) => r.attributes['browser.web_vital.name'].toUpperCase()))].sort(),
    total: (metric, field, match) => total(metrics, metric, field, match),
  };
}
