import {navigationEntry} from '../navigation-entry.js';
import {byId, selectorOf} from '../selector.js';
import {eventFrames} from './frames.js';
import type {Explain, VitalView} from './vital.js';

const requestedAt = ({requestStart, startTime}: PerformanceResourceTiming) => requestStart || startTime;

/**
 * Says which element is behind each vital of a view, and the times that the receiver makes the parts of it from:
 * https://web.dev/articles/optimize-lcp#lcp-breakdown, https://web.dev/articles/optimize-inp
 */
export function fully(view: Pick<VitalView, 'observe'>): Required<Explain> {
  const {frameOf, waitOf} = eventFrames(view);
  return {
    _lcp({element, id, url, startTime}, start) {
      // What was requested after the paint is not what was painted.
      const resource = (performance.getEntriesByType('resource') as PerformanceResourceTiming[]).findLast(
        (entry) => entry.name == url && requestedAt(entry) <= startTime,
      );
      // What is not known becomes NaN, which is not sent.
      const since = (time?: number) => (time as number) - start;
      return {
        // The element may have left the document; its id has not.
        selector: selectorOf(element) || byId(id),
        url,
        firstByte: since(navigationEntry()?.responseStart),
        // Resources of other origins hide requestStart, but not when they began.
        requestStart: since(resource && requestedAt(resource)),
        responseEnd: since(resource?.responseEnd),
      };
    },
    // Of equal shifts the last, as in web-vitals.
    _cls: ({value: largestShift, startTime: largestShiftTime, sources = []}, before) =>
      before && before.largestShift! > largestShift
        ? before
        : {selector: selectorOf((sources.find(({node}) => node instanceof Element) || sources[0])?.node), largestShift, largestShiftTime},
    _event: frameOf,
    _target: ({target}) => selectorOf(target),
    _inp: (interaction) => ({selector: interaction._selector, eventType: interaction._entry.name, ...waitOf(interaction)}),
  };
}
