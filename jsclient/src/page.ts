import {navigationEntry, navigationType} from './navigation-entry.js';
import {randomHex} from './random.js';
import {scrubURL} from './scrub.js';
import type {Page} from './wire.js';

/** A page view with the moment it began, ms after timeOrigin, and the unscrubbed URL. */
type Opened = {page: Page; since: number; href: string};

/**
 * Views that are remembered, so that what began before a route change (a slow request, a long
 * frame) is told of the view on which it began.
 */
const MAX_REMEMBERED = 10;

/** What a page view is opened with; the rest is read from the document. */
export type NewPage = Partial<Omit<Page, 'id'>>;

export type PageViews = ReturnType<typeof pageViews>;

/** The page views of this document, oldest first. The first is the load itself. */
export function pageViews(keepQuery: readonly string[]) {
  const opened: Opened[] = [];
  const last = () => opened[opened.length - 1];

  const open = (view: NewPage, since: number): Page => {
    const href = location.href;
    const page: Page = {
      id: randomHex(8),
      type: 'soft-navigation',
      ref: opened.length ? last().page.url : undefined,
      title: document.title,
      ...view,
      url: scrubURL(view.url ? new URL(view.url, href).href : href, keepQuery),
    };
    opened.push({page, since, href});
    if (opened.length > MAX_REMEMBERED) opened.shift();
    return page;
  };

  open(
    {type: navigationType(), ref: scrubURL(document.referrer, keepQuery) || undefined, trace: serverTrace()},
    0,
  );

  return {
    open,
    /** The view that is open now. Its title is read anew: routers set it after the URL. */
    current: (): Page => {
      const {page, href} = last();
      if (href == location.href) page.title = document.title.slice(0, 200) || undefined;
      return page;
    },
    /** The view that was open at a time. */
    at: (time: number): Page => (opened.filter(({since}) => since <= time).pop() || opened[0]).page,
    /** The unscrubbed address that the open view stands for. */
    href: () => last().href,
  };
}

/**
 * The server's trace of this load, from `Server-Timing: traceparent;desc="00-…"` or
 * `<meta name="traceparent" content="00-…">`. https://www.w3.org/TR/trace-context/
 */
function serverTrace(): string | undefined {
  const timing = navigationEntry()?.serverTiming?.find(({name}) => name == 'traceparent');
  const meta = document.querySelector<HTMLMetaElement>('meta[name=traceparent]');
  return timing?.description || meta?.content || undefined;
}
