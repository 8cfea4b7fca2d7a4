import type {Stop} from './listen.js';
import type {Settings} from './options.js';
import type {NewPage} from './page.js';
import type {Page, Recorded, RUMEvent} from './wire.js';

/**
 * Why a batch is made: it is full or old ('batch'), the page is hidden ('hidden') or left
 * ('exit'), or nobody sends it and the caller only wants to look ('peek').
 */
export type FlushReason = 'batch' | 'hidden' | 'exit' | 'peek';

/** What collectors are given. Nothing here throws. */
export type Recorder = {
  settings: Settings;
  /** The page view that is open now. */
  page: () => Page;
  /** Queues an event of the page view, by default the one that was open at its time. */
  record: (event: RUMEvent, page?: Page) => void;
  /** Counts events that were left out on purpose. */
  lose: (reason: string, count?: number) => void;
  /** Opens a page view, begun now, and records it. */
  openPage: (view: NewPage) => void;
  /** The unscrubbed address that the open view stands for. */
  href: () => string;
  /**
   * Calls read whenever a batch is made. What it returns goes into that batch; for 'peek' it must
   * return the same again the next time.
   */
  onFlush: (read: (reason: FlushReason) => Recorded[]) => void;
  /** Whether a URL is the collector's own endpoint. */
  isOwn: (url: string) => boolean;
};

/** Begins to collect one kind of signal; what it returns removes every trace. */
export type Collector = (recorder: Recorder) => Stop | undefined;
