import {cleanAttributes} from './clean.js';
import {ofDocument} from './dom.js';
import type {Page} from './events.js';
import type {Settings} from './options.js';
import type {Parts} from './part.js';
import {randomHex} from './random.js';
import {scrubURL} from './scrub.js';

/** A page view with the moment it began, ms after timeOrigin, and the unscrubbed URL. */
type Opened = {page: Page; since: number; href: string; /** Of what was reported meanwhile; see `isEnough`. */ _counts: Record<string, number>};

/**
 * Views that are remembered, so that what began before a route change (a slow request, a long
 * frame) is reported with the view on which it began.
 */
const MAX_REMEMBERED = 100;

/** What a page view is opened with; the rest is read from the document. */
export type NewPage = Partial<Omit<Page, 'id'>>;

export type PageViews = ReturnType<typeof pageViews>;

/** The page views of this document, oldest first. The first is the load itself. */
export function pageViews(settings: Settings, {hash}: Partial<Parts>) {
  const opened: Opened[] = [];
  const last = () => opened.at(-1)!;

  const open = (view: NewPage, since: number): Page => {
    const href = location.href;
    const page: Page = {
      id: randomHex(16),
      type: 'soft-navigation',
      referrer: last()?.page.url ?? (scrubURL(ofDocument('referrer'), settings.keepQuery) || undefined),
      ...cleanAttributes(view, 'texts'),
      url: scrubURL(new window.URL(view.url || href, href).href, settings.keepQuery) + (hash?.(settings, view.url || href) || ''),
    };
    if (opened.push({page, since, href, _counts: {}}) > MAX_REMEMBERED) opened.shift();
    return page;
  };

  return {
    /** The load itself. How it came to be is known when it is shown: it may be prerendered. */
    _load: open({}, 0),
    _open: open,
    /** The open view with the unscrubbed address that it stands for. */
    view: last,
    /** The view that is open now. */
    page: (): Page => last().page,
    /** The view that was open at a time. */
    pageAt: (time: number): Page => (opened.findLast(({since}) => since <= time) || opened[0]).page,
  };
}
