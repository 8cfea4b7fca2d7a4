type Zoned = {Zone?: {root?: {run: <T>(fn: () => T) => T}}};

/**
 * Calls fn and swallows what it throws: a measurement must never break the page it measures. All that begins with the
 * page or the browser goes through here, and so out of the application's zone: with zone.js on the page, as in
 * Angular, each timer and listener belongs to the zone that it was made in, and the application counts as busy until it
 * is over.
 */
export function safely<T>(fn: () => T): T | undefined {
  try {
    const root = (globalThis as Zoned).Zone?.root;
    return root?.run ? root.run(fn) : fn();
  } catch {}
}

/** Calls fn in a task of its own, as safely: what a timer throws would be an error of the page. */
export const inTask = (fn: Stop, ms?: number): Timer => setTimeout(safely, ms, fn);

export type Timer = ReturnType<typeof setTimeout>;

/** Undoes what a function set up. */
export type Stop = () => void;

export type Scope = ReturnType<typeof scope>;

/** Owns listeners and observers, so that one stop removes every one of them. */
export function scope(observing: object = {buffered: true}) {
  const stops: Stop[] = [];
  const takes: (() => void)[] = [];

  return {
    /**
     * Listens for events of a type. Capturing, so that a page that stops propagation hides nothing; said without an object, which
     * would have what a page adds to Object.prototype. Events of the document pass its window, of which no name in the
     * markup can hide addEventListener.
     */
    listen<E extends Event>(target: EventTarget, type: string, onEvent: (event: E) => void): void {
      const handler = (event: Event) => safely(() => onEvent(event as E));
      target.addEventListener(type, handler, true);
      stops.push(() => target.removeEventListener(type, handler, true));
    },

    /**
     * Observes performance entries, those from before included unless the scope says otherwise.
     * Returns undefined when the browser does not know the type.
     */
    observe<T extends PerformanceEntry>(type: string, onEntry: (entry: T) => void, options?: object): true | undefined {
      return safely(() => {
        if (!PerformanceObserver.supportedEntryTypes.includes(type)) return;
        const handle = (entries: PerformanceEntryList) => entries.forEach((entry) => safely(() => onEntry(entry as T)));
        const observer = new PerformanceObserver((list) => handle(list.getEntries()));
        observer.observe({type, ...observing, ...options});
        takes.push(() => handle(observer.takeRecords()));
        stops.push(() => observer.disconnect());
        return true;
      });
    },

    onStop: (stop: Stop): unknown => stops.push(stop),

    /**
     * Hands over, now, the entries that observers still hold. On the way out of a page the browser
     * delivers nothing any more, and they would be lost.
     */
    _take: () => takes.forEach((take) => take()),

    _stop: () => stops.splice(0).forEach(safely),
  };
}
