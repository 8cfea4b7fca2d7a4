import {safely, type Stop} from './listen.js';

/** A running observer whose waiting entries can be taken at any time. */
export type Observation = {
  /** Hands over, now, the entries that the browser has not delivered yet. */
  take: () => void;
  stop: Stop;
};

/**
 * Observes performance entries, those from before included. Returns undefined when the browser
 * knows none of the types.
 *
 * `take` is the reason for this function: on the way out of a page the browser delivers nothing
 * any more, and what waits in the observer would be lost.
 */
export function observe<T extends PerformanceEntry>(
  types: string[],
  onEntry: (entry: T) => void,
  options?: object,
): Observation | undefined {
  return safely(() => {
    const supported = types.filter((type) => PerformanceObserver.supportedEntryTypes.includes(type));
    if (!supported.length) return;
    const handle = (entries: PerformanceEntryList) =>
      entries.forEach((entry) => safely(() => onEntry(entry as T)));
    const observer = new PerformanceObserver((list) => handle(list.getEntries()));
    for (const type of supported) observer.observe({type, buffered: true, ...options});
    return {take: () => handle(observer.takeRecords()), stop: () => observer.disconnect()};
  });
}
