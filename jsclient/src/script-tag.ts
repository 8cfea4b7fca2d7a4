import type {RUMOptions} from './options.js';

/** Options that are texts, even if they look like numbers, and those that are lists. */
const TEXTS = /^(app|version|environment|userId)$/;
const LISTS = /keepQuery|traceOrigins/;

/**
 * Options from the `data-` attributes of the script's own tag: `data-sample-rate="0.1"` is
 * sampleRate, `data-tag-team="checkout"` a tag. Without `data-app` and `data-endpoint` the page
 * calls initRUM itself. The endpoint defaults to /v1/rum where the script came from.
 */
export function autoOptions(script: Element | null): RUMOptions | undefined {
  const {dataset = {}, src} = (script || {}) as Partial<HTMLScriptElement>;
  if (!(dataset.app || dataset.endpoint)) return;
  const tags: Record<string, string> = {};
  const options: Record<string, unknown> = {endpoint: new URL('/v1/rum', src || location.href).href, tags};
  for (const [name, value] of Object.entries(dataset)) {
    if (/^tag./.test(name)) tags[name[3].toLowerCase() + name.slice(4)] = value!;
    else options[name] = TEXTS.test(name) ? value : valueOf(value!, LISTS.test(name));
  }
  return options as RUMOptions;
}

/** `true`, and the attribute alone, are true; what reads as a number is one. */
function valueOf(text: string, isList: boolean): unknown {
  if (text == 'false') return false;
  if (isList) return text.split(/[\s,]+/);
  return !text || text == 'true' || (isNaN(+text) ? text : +text);
}
