/**
 * Removes secrets from URLs: user info, parameters in the path (`;jsessionid=…`), fragment, and query parameters that are
 * not in `keepQuery`. The receiver scrubs again.
 */

/** Longer URLs are cut; the receiver cuts at 2048 bytes. */
const MAX_URL = 2000;

/** Scrubs one URL, absolute or not. Of URLs that hold their content only the scheme stays. */
export function scrubURL(url: string, keepQuery: readonly string[] = []): string {
  const inline = /^(data|blob|javascript):/i.exec(url);
  if (inline) return inline[0];
  const [address, query = ''] = url.split('#')[0].split('?');
  const kept = query.split('&').filter((pair) => keepQuery.includes(pair.split('=')[0]));
  return (address.replace(/\/\/[^/@]*@/, '//').replace(/;\w+=[^/]*/g, '') + (kept[0] ? '?' : '') + kept.join('&')).slice(0, MAX_URL);
}

/**
 * Scrubs everything inside a message or a stack that looks like a URL or path. The `:line:column`
 * behind it is kept, because a stack frame without it is worth nothing.
 */
export function scrubText(text: string): string {
  // Bounded repetitions: a text may be made to make a backtracking pattern slow.
  return text.replace(/[^\s"'`<>()]+/g, (url) => {
    const [, address, place] = /^(.*?)((:\d{1,7}){0,2})$/.exec(url)!;
    return url.includes('/') ? scrubURL(address) + place : url;
  });
}
