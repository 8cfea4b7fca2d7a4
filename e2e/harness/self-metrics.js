/**
 * Reads the collector's own metrics in the Prometheus text format. The exporter may add `_total` or
 * a unit to a name; both spellings are found.
 *
 * @param {string} url
 */
export async function selfMetrics(url) {
  const text = await (await fetch(url)).text();
  const samples = text.split('\n').filter((line) => line && !line.startsWith('#')).map(parse).filter(Boolean);
  return {
    /** The sum of the samples of a metric whose labels match; 0 when there is none. */
    value: (name, labels = {}) =>
      samples
        .filter((sample) => sample.name === name || sample.name.startsWith(`${name}_`) && sample.name.endsWith('_total'))
        .filter((sample) => Object.entries(labels).every(([key, value]) => sample.labels[key] === value))
        .reduce((sum, sample) => sum + sample.value, 0),
  };
}

function parse(line) {
  const match = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/.exec(line);
  if (!match) return null;
  const [, name, list = '', value] = match;
  const labels = {};
  for (const [, key, text] of list.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g)) labels[key] = text;
  return { name, labels, value: Number(value) };
}
