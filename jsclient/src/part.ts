import type {Page, RUMEvent} from './events.js';
import type {Consent, Settings} from './options.js';

/**
 * What makes options work that few pages need, by the names of those options. initRUM has all of it; initRUMWith gets it in its
 * list, beside the collectors, and starts nothing with an option whose part is missing.
 */
export type Parts = {
  /** Returns what is sent of a clean event, or why nothing is; undefined if it has no number where one must be. */
  beforeSend: (settings: Settings, clean: RUMEvent | undefined, page: Page) => RUMEvent | string | undefined;
  /** Returns why an event is not reported, if it is an error that the page ignores. */
  ignoreErrors: (settings: Settings, event: RUMEvent) => string | false;
  /** The part of an address behind `#` that makes a page. */
  hash: (settings: Settings, address: string) => string;
  /** The consent at the start. */
  respectGPC: (settings: Settings) => Consent | undefined;
};
