import {nodeType} from '../dom.js';
import type {Cause} from '../events.js';
import {navigationEntry} from '../navigation-entry.js';
import {byId, selectorOf} from '../selector.js';
import {eventFrames} from './frames.js';
import type {EventEntry, Explain, Interaction, LayoutShiftEntry, LCPEntry, VitalView} from './vital.js';

const requestedAt = ({requestStart, startTime}: PerformanceResourceTiming) => requestStart || startTime;

type View = Pick<VitalView, 'observe'>;

/** Says which element is behind each vital, and the times that the receiver makes the parts of LCP from: https://web.dev/articles/optimize-lcp#lcp-breakdown */
export const elements = () => ({
  _lcp({element, id, url, startTime}: LCPEntry, start: number) {
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
  _cls: ({value: largestShift, startTime: largestShiftTime, sources = []}: LayoutShiftEntry, before?: Cause): Cause =>
    before && before.largestShift! > largestShift
      ? before
      : {selector: selectorOf((sources.find(({node}) => nodeType(node) == 1) || sources[0])?.node), largestShift, largestShiftTime},
  _target: ({target}: EventEntry) => selectorOf(target),
  _inp: ({_selector: selector, _entry: {name: eventType}}: Interaction) => ({selector, eventType}),
});

/** Also what an interaction waited for: https://web.dev/articles/optimize-inp */
export function fully(view: View): Required<Explain> {
  const {frameOf, waitOf} = eventFrames(view);
  const {_inp: inp, ...others} = elements();
  return {...others, _event: frameOf, _inp: (interaction) => ({...inp(interaction), ...waitOf(interaction)})};
}
