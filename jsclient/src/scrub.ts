/**
 * Takes secrets out of URLs: user info, query and fragment go, unless the page named a query
 * parameter as harmless. The receiver scrubs again; what never left the browser cannot leak.
 */

/** URLs longer than this say no more, and the receiver cuts at 2048 bytes. */
const MAX_URL = 2000;

/** Scrubs one URL, absolute or not. Of data: and blob: URLs only the scheme stays. */
export function scrubURL(url: string, keepQuery: readonly string[] = []): string {
  const inline = /^(data|blob|javascript|about):/i.exec(url);
  if (inline) return inline[0];
  const [beforeFragment] = url.split('#');
  const [address, query] = splitOnce(beforeFragment, '?');
  return (address.replace(/^([a-z][\w+.-]*:)?\/\/[^/@]*@/i, '$1//') + keptQuery(query, keepQuery)).slice(0, MAX_URL);
}

function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function keptQuery(query: string, keep: readonly string[]): string {
  const kept = keep.length ? query.split('&').filter((pair) => keep.includes(pair.split('=')[0])) : [];
  return kept.length ? '?' + kept.join('&') : '';
}

/**
 * A path with a query or fragment inside prose or a stack. A stack's `:line:column` behind it is
 * kept, because a frame without it is worth nothing.
 */
const QUERY_IN_TEXT = /(\/[^\s"'`<>()?#]*)[?#][^\s"'`<>()]+?((?::\d+){0,2})(?=[\s"'`<>()]|$)/g;

const USER_INFO_IN_TEXT = /(\/\/)[^\s"'`<>()/@]+@/g;

/** Scrubs every URL inside a message or a stack. */
export function scrubText(text: string): string {
  return text.replace(QUERY_IN_TEXT, '$1$2').replace(USER_INFO_IN_TEXT, '$1');
}
