// Numbers, times and names as people read them.

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const minute = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** A count: weights are fractions, which are shown below ten. */
export const count = (n) => (Math.abs(n) < 10 ? tenth : whole).format(n);

/** A share from 0 to 1. */
export const percent = (share) => `${tenth.format(share * 100)} %`;

/** The same without fractions, for sentences. */
export const roundPercent = (share) => `${whole.format(share * 100)} %`;

/** @param {number} value @param {string} [unit] ms or score */
export function measure(value, unit) {
  if (unit === 'score') return value.toFixed(2);
  if (unit !== 'ms') return tenth.format(value);
  if (value >= 120_000) return `${whole.format(value / 60_000)} min`;
  return value >= 1000 ? `${(value / 1000).toFixed(2)} s` : `${whole.format(value)} ms`;
}

export function bytes(n) {
  if (n >= 1 << 20) return `${tenth.format(n / (1 << 20))} MiB`;
  return n >= 1024 ? `${tenth.format(n / 1024)} KiB` : `${whole.format(n)} B`;
}

export const time = (iso) => clock.format(new Date(iso));

/** Hour and minute. */
export const hour = (at) => minute.format(new Date(at));

/** How long ago, in words. */
export function ago(iso, now = Date.now()) {
  const seconds = Math.max(0, Math.round((now - Date.parse(iso)) / 1000));
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  return `${Math.floor(seconds / 3600)} h ago`;
}

export const plural = (n, one, many = `${one}s`) => `${count(n)} ${n === 1 ? one : many}`;

/** Vitals by their full names. */
export const vitals = {
  lcp: 'Largest Contentful Paint',
  inp: 'Interaction to Next Paint',
  cls: 'Cumulative Layout Shift',
  fcp: 'First Contentful Paint',
  ttfb: 'Time to First Byte',
  fid: 'First Input Delay',
};

/** Phases of vitals in words. */
export const parts = {
  time_to_first_byte: 'waiting for the server',
  resource_load_delay: 'before the resource is asked for',
  resource_load_duration: 'loading the resource',
  element_render_delay: 'before it is painted',
  input_delay: 'before the handlers run',
  processing_duration: 'in event handlers',
  presentation_delay: 'until the next paint',
};

/** A verdict in words. */
export const verdicts = { within: 'within', exceeded: 'exceeded', unknown: 'not enough data' };

/** The last piece of a long URL or selector, enough to know it by. */
export function short(text, most = 60) {
  return text.length <= most ? text : `…${text.slice(1 - most)}`;
}
