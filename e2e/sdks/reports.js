const ALL = ['TTFB', 'FCP', 'LCP', 'CLS', 'INP'];
const VISIT = ['/', '/cart', '/thanks'];

/**
 * What each SDK reports of the visit: vitals of the first load that it can know, page views by path, and how many of what else.
 * live are those that it sends while the page is open; the others come when it is left.
 */
export const reports = {
  'web-vitals': { vitals: ALL, views: [], loads: 0, errors: 0, requests: 0, events: 0, live: [] },
  opentelemetry: { vitals: ALL, views: VISIT, loads: 2, errors: 1, requests: 1, events: 0, live: ['views', 'loads', 'errors', 'requests'] },
  faro: { vitals: ALL, views: VISIT, loads: 2, errors: 1, requests: 1, events: 1, live: ['views', 'loads', 'errors', 'requests', 'events'] },
  datadog: { vitals: ALL, views: VISIT, loads: 2, errors: 1, requests: 1, events: 1, live: [] },
  sentry: { vitals: ALL, views: VISIT, loads: 2, errors: 1, requests: 1, events: 1, live: ['errors'] },
  // TTFB is counted from the fetch of the document, and the rest of the vitals only if the load has not ended before them. A route
  // that fetches nothing is none.
  elastic: { vitals: [], views: ['/', '/thanks'], loads: 2, errors: 1, requests: 1, events: 0, live: ['views', 'loads', 'errors', 'requests'] },
  boomerang: { vitals: ['TTFB'], views: VISIT, loads: 2, errors: 1, requests: 1, events: 0, live: ['views', 'loads', 'errors', 'requests'] },
};

/** The same of the first document, or of both. */
export function due({ views, loads, ...others }, document) {
  return { ...others, views: views.slice(0, document === 1 && views.includes('/thanks') ? -1 : undefined), loads: Math.min(loads, document) };
}

/** What of the visit has arrived, in the same words. */
export function factsOf(logs) {
  const named = (name) => logs.filter((record) => record.name === name);
  return {
    views: named('browser.navigation').map(({ attributes }) => attributes['url.path']).sort(),
    loads: named('browser.navigation_timing').filter(({ attributes }) => attributes['rum.navigation_timing.total'] !== undefined).length,
    errors: named('exception').filter(({ attributes }) => attributes['exception.type'] === 'TypeError' && attributes['exception.message'].includes('planted in the page')).length,
    requests: named('browser.resource_timing').filter(({ attributes }) => attributes['url.full'].endsWith('/api/cart')).length,
    events: logs.filter(({ name, body }) => name === 'purchase' || body === 'purchase').length,
  };
}

/** The values of a vital that arrived. */
export const valuesOf = (logs, vital) =>
  logs
    .filter(({ name, attributes }) => name === 'browser.web_vital' && attributes['browser.web_vital.name'] === vital.toLowerCase())
    .map(({ attributes }) => attributes['browser.web_vital.value']);
