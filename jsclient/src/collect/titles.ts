import {cleanText} from '../scrub.js';
import {ofDocument} from '../dom.js';
import type {Recorder} from '../recorder.js';

/** Longest title that is kept. */
const MAX_TITLE = 200;

/** Titles of page views, read when a batch is made: routers set them some time after the URL. */
export function titles({page, view, onFlush}: Recorder): void {
  onFlush(() => {
    if (view().href == location.href) page().title ||= cleanText(ofDocument('title'), MAX_TITLE) || undefined;
  });
}
