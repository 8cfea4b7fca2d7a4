import type {RUMOptions} from './options.js';

/** Options that are texts, whatever they look like. */
const TEXTS = /^(endpoint|app|version|environment|userId)$/;

/**
 * Options from the `data-` attributes of the script's own tag: `data-sample-rate="0.1"` is
 * sampleRate, `data-tag-team="checkout"` a tag. Without `data-app` and `data-endpoint` the page
 * calls initRUM itself. The endpoint defaults to v1/rum beside the script.
 */
export function autoOptions(script: Element | null): RUMOptions | undefined {
  const {dataset = {}, src} = (script || {}) as Partial<HTMLScriptElement>;
  if (!(dataset.app || dataset.endpoint)) return;
  const tags: Record<string, string> = {};
  const options: Record<string, unknown> = {endpoint: new window.URL('v1/rum', src || location.origin).href, tags};
  for (const [name, value] of Object.entries(dataset)) {
    if (/^tag[^a-z]/.test(name)) tags[name[3].toLowerCase() + name.slice(4)] = value!;
    // `true`, and the attribute alone, are true.
    else options[name.replace('Gpc', 'GPC')] = TEXTS.test(name) ? value : value != 'false' && (!value || value == 'true' || value);
  }
  return options as RUMOptions;
}
