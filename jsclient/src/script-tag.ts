import type {RUMOptions} from './options.js';

/** Attributes that are numbers; every other one is a text. */
const NUMBERS = ['sampleRate', 'batchSize', 'flushIntervalMs', 'slowResourceMs', 'resourceSampleRate'] as const;

/**
 * Options from the `data-` attributes of the script's own tag: `data-sample-rate="0.1"` is
 * sampleRate, `data-tag-team="checkout"` a tag. Without `data-app` and `data-endpoint` the page
 * calls initRUM itself. The endpoint defaults to /v1/rum where the script came from.
 */
export function autoOptions(script: Element | null): RUMOptions | undefined {
  const {dataset, src} = (script || {}) as Partial<HTMLScriptElement>;
  if (!dataset || !(dataset.app || dataset.endpoint)) return;
  const tags: Record<string, string> = {};
  const options: Record<string, unknown> = {endpoint: new URL('/v1/rum', src || location.href).href, tags};
  for (const [name, value] of Object.entries(dataset)) {
    if (name.startsWith('tag') && name.length > 3) tags[name[3].toLowerCase() + name.slice(4)] = value!;
    else if (NUMBERS.includes(name as never)) options[name] = Number(value);
    else options[name] = /^(true|)$/.test(value!) ? true : value == 'false' ? false : value;
  }
  return options as RUMOptions;
}
