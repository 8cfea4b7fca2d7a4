import {vi} from 'vitest';

type Entry = Partial<PerformanceEntry> & Record<string, unknown>;

/**
 * Puts a PerformanceObserver of our own in the place of the browser's; what happens is reported by
 * `happens`, and reaches observers only when they take it, unless delivered.
 */
export function fakeObservers(...supportedEntryTypes: string[]) {
  const buffer: Entry[] = [];
  const connected = new Set<Observer>();

  class Observer {
    static supportedEntryTypes = supportedEntryTypes;
    records: Entry[] = [];
    type?: string;
    constructor(private callback: (list: {getEntries: () => Entry[]}) => void) {}
    observe({type, buffered}: {type: string; buffered?: boolean}) {
      this.type = type;
      connected.add(this);
      if (buffered) this.records.push(...buffer.filter(({entryType}) => entryType == type));
    }
    takeRecords() {
      return this.records.splice(0);
    }
    disconnect() {
      connected.delete(this);
    }
    deliver() {
      const records = this.takeRecords();
      if (records.length) this.callback({getEntries: () => records});
    }
  }
  vi.stubGlobal('PerformanceObserver', Observer);
  if (supportedEntryTypes.includes('largest-contentful-paint')) vi.stubGlobal('LargestContentfulPaint', class {});

  return {
    connected: () => [...connected].map(({type}) => type),
    happens(entryType: string, entry: Entry) {
      const whole = {entryType, startTime: 0, duration: 0, ...entry};
      buffer.push(whole);
      for (const observer of connected) if (observer.type == entryType) observer.records.push(whole);
    },
    deliver: () => [...connected].forEach((observer) => observer.deliver()),
  };
}

/** What the browser reports of the navigation that loaded the page. */
export function fakeNavigation(entry: Entry) {
  const original = performance.getEntriesByType.bind(performance);
  vi.spyOn(performance, 'getEntriesByType').mockImplementation((type) =>
    type == 'navigation' ? [{type: 'navigate', responseStart: 1, ...entry} as never] : original(type),
  );
}
