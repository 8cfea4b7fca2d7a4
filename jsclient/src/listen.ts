/** Undoes what a function set up; calling it twice does no harm. */
export type Stop = () => void;

/** Calls fn and swallows what it throws: a measurement must never break the page it measures. */
export function safely<T>(fn: () => T): T | undefined {
  try {
    return fn();
  } catch {
    return;
  }
}

/**
 * Adds one passive capturing listener for each of the types, given as words with spaces between,
 * and returns what removes them. Capturing, so that a page that stops propagation hides nothing.
 */
export function listen<E extends Event>(target: EventTarget, types: string, onEvent: (event: E) => void): Stop {
  const handler = (event: Event) => safely(() => onEvent(event as E));
  const options = {capture: true, passive: true};
  const each = types.split(' ');
  for (const type of each) target.addEventListener(type, handler, options);
  return () => {
    for (const type of each) target.removeEventListener(type, handler, options);
  };
}

/** One Stop for many. */
export function stopAll(stops: (Stop | undefined)[]): Stop {
  return () => {
    for (const stop of stops.splice(0)) if (stop) safely(stop);
  };
}
