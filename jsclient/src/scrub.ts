/**
 * Removes secrets from URLs: user info, parameters in the path (`;jsessionid=…`), fragment, and query parameters that are
 * not in `keepQuery`. The receiver scrubs again.
 */

/** Longer URLs are cut; the receiver cuts at 2048 bytes. */
const MAX_URL = 2000;

/**
 * Longest strings in UTF-16 units, below the receiver's bounds in bytes (1024, 16384) for mostly
 * ASCII text: what is cut here need not be carried.
 */
export const MAX_STRING = 1000;
export const MAX_STACK = 8000;

/** Scrubs one URL, absolute or not. Of URLs that hold their content only the scheme stays. */
export function scrubURL(url: string, keepQuery: readonly string[] = []): string {
  const inline = /^(data|blob|javascript):/i.exec(url);
  if (inline) return inline[0];
  const [address, query = ''] = url.split('#')[0].split('?');
  const kept = query.split('&').filter((pair) => keepQuery.includes(pair.split('=')[0]));
  return (address.replace(/\/\/[^/@]*@/, '//').replace(/;\w+=[^/]*/g, '') + (kept[0] ? '?' : '') + kept.join('&')).slice(0, MAX_URL);
}

/**
 * A text that anybody may have made as long as they like, cut, and with everything scrubbed in it that looks like a URL or path. The
 * cut comes first, to bound the work; a URL cut inside its query loses the query all the same. The `:line:column` behind a URL is
 * kept, because a stack frame without it is worth nothing.
 */
export function cleanText(text: unknown, max = MAX_STRING): string {
  // Bounded repetitions: a text may be made to make a backtracking pattern slow.
  return String(text).slice(0, max).replace(/[^\s"'`<>()]+/g, (url) => {
    const [, address, place] = /^(.*?)((:\d{1,7}){0,2})$/.exec(url)!;
    return url.includes('/') ? scrubURL(address) + place : url;
  });
}
