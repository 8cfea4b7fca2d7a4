import type {Page, RUMEvent} from '../events.js';
import type {Recorder} from '../recorder.js';
import {safely} from '../scope.js';
import {scrubURL} from '../scrub.js';

/** What a hook is shown, and what it returns: the same, changed, or nothing to drop it. */
export type Shown = {type: 'pageview' | 'event' | 'vital'; url: string; route?: string};
export type Hook = (shown: Shown) => Shown | null | undefined | false;

export type Hooks = ReturnType<typeof hooks>;

/**
 * Both `beforeSend`: that of @vercel/analytics gets page views and custom events, that of @vercel/speed-insights vitals. Other
 * events, such as errors, are sent for the pages whose view is sent. An address that a hook changes is
 * changed for all events of the page, because it has only one.
 */
export function hooks() {
  const answers = new WeakMap<Page, boolean>();
  let recorder: Recorder | undefined;
  let ofPages: Hook | undefined;
  let ofVitals: Hook | undefined;

  const ask = (hook: Hook | undefined, type: Shown['type'], page: Page): boolean => {
    if (!hook) return true;
    // As the page sees it; what hooks are made for is to look at the query.
    const url = !answers.has(page) && recorder?.page() == page ? recorder.view().href : page.url;
    const {route} = page;
    // A hook that throws may have been about to take something out.
    const answer = safely(() => hook({type, url, ...(type == 'vital' && {route})}));
    if (!answer) return false;
    if (typeof answer.url == 'string' && answer.url != url) page.url = scrubURL(safely(() => new URL(answer.url, location.href).href) || '');
    return true;
  };

  const isSent = (page: Page): boolean => {
    const known = answers.get(page);
    if (known !== undefined) return known;
    const answer = ask(ofPages, 'pageview', page);
    answers.set(page, answer);
    return answer;
  };

  return {
    _pages: (hook: Hook) => (ofPages = hook),
    _vitals: (hook: Hook) => (ofVitals = hook),
    _with: (started: Recorder) => (recorder = started),
    /** Whether the event is sent; used as option `beforeSend`. */
    _isSent(event: RUMEvent, page: Page): boolean {
      if (event.kind == 'vital') return ask(ofVitals, 'vital', page);
      const isCustom = event.kind == 'measure' && event.unit == '{event}';
      return isCustom ? ask(ofPages, 'event', page) : isSent(page);
    },
  };
}
