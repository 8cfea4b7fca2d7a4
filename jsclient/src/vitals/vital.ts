import type {Stop} from '../listen.js';
import type {Attributes} from '../wire.js';

/** The value of a vital as it stands now: when it happened (ms after timeOrigin) and why. */
export type Reading = {v: number; t: number; a?: Attributes};

/** A vital of one page view. Reading it takes the records that the browser has not delivered. */
export type VitalSource = {read: () => Reading | undefined; stop: Stop};

/** What a vital needs to know of the page view it measures. */
export type VitalContext = {
  /** Start of the view that the user saw: 0, or the activation of a prerendered page. */
  activation: number;
  /** When the page was first hidden; paints after it are not measured. */
  firstHidden: () => number;
  /** Whether the first paint has been measured: without it a page counts as never seen. */
  painted: () => boolean;
  /** The view came from the back/forward cache. */
  restored: boolean;
};
