import {navigationEntry} from '../navigation-entry.js';
import {selectorOf} from '../selector.js';
import type {Attributes} from '../wire.js';
import type {Explain, Interaction, LCPEntry} from './vital.js';

/** Names the element and the parts of the time for each vital. */
export const fully: Required<Explain> = {
  lcp: (entry, start) => ({target: selectorOf(entry.element), ...lcpParts(entry, start)}),
  cls: ({value, startTime, sources}, before) =>
    before && (before.largest_shift_value as number) >= value
      ? before
      : {
          target: selectorOf(sources?.find(({node}) => node)?.node),
          largest_shift_value: Math.round(value * 1e4) / 1e4,
          largest_shift_time: Math.round(startTime),
        },
  event: ({target, processingStart, processingEnd}, known) => ({
    target: known?.target || selectorOf(target),
    from: Math.min(processingStart, known?.from ?? Infinity),
    to: Math.max(processingEnd, known?.to ?? 0),
  }),
  inp: (interaction) => ({target: interaction.target!, ...inpParts(interaction)}),
};

/**
 * The four parts of the time to LCP, which sum up to it: waiting for the document, finding the
 * image, loading it, showing it. Texts have no resource to load.
 * https://web.dev/articles/optimize-lcp#lcp-breakdown
 */
export function lcpParts({url, startTime}: LCPEntry, start: number): Attributes | undefined {
  const navigation = navigationEntry();
  if (!navigation) return;
  const resource = performance.getEntriesByType('resource').find(({name}) => name == url) as
    | PerformanceResourceTiming
    | undefined;
  const since = (time = 0) => Math.max(time - start, 0);
  const firstByte = since(navigation.responseStart);
  // Resources of other origins hide requestStart, but not when they began.
  const requested = Math.max(firstByte, since(resource?.requestStart || resource?.startTime));
  const lcpTime = since(startTime);
  const loaded = Math.min(lcpTime, Math.max(requested, since(resource?.responseEnd)));
  return {
    ...(url ? {url} : {}),
    time_to_first_byte: tenth(firstByte),
    resource_load_delay: tenth(requested - firstByte),
    resource_load_duration: tenth(loaded - requested),
    element_render_delay: tenth(lcpTime - loaded),
  };
}

/** Rounds ms to what browsers tell. */
export function tenth(ms: number): number {
  return Math.round(ms * 10) / 10;
}

/** Where the time of an interaction went: waiting for the main thread, in handlers, for the frame. */
export function inpParts({entry: {name, startTime, duration}, from = 0, to = 0}: Interaction): Attributes {
  const end = Math.max(startTime + duration, from);
  const handled = Math.min(to, end);
  return {
    type: name.startsWith('key') ? 'keyboard' : 'pointer',
    input_delay: Math.round(Math.max(from - startTime, 0)),
    processing_duration: Math.round(handled - from),
    presentation_delay: Math.round(end - handled),
  };
}
