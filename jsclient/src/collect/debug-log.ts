import type {RUMEvent} from '../events.js';
import type {RUMOptions} from '../options.js';
import type {Recorder} from '../recorder.js';
import {safely} from '../scope.js';

/** Kinds of events in words. */
const WORDS: Record<string, string> = {
  session: 'new session',
  view: 'page view',
  nav: 'page load',
  vital: 'web vital',
  task: 'long frame',
  action: 'interaction',
  measure: 'custom metric',
  budget: 'budget exceeded',
};

/** What the core reads, whatever is collected. */
const OF_CORE =
  /^(debug|endpoint|app|version|environment|userId|tags|sampleRate|consent|respectGPC|beforeSend|keepQuery|ignoreErrors|hash|batchSize|flushIntervalMs|maxQueue|session\w+Ms|vitals|navigation|routes|resources|requests|longFrames|clicks)$/;

/** Says on the console what is recorded and what is lost and why, if the page wants to debug. The first of all collectors. */
export function debugLog(recorder: Recorder): void {
  const {settings, onRecord} = recorder;
  if (!settings.debug) return;
  const say = (...what: unknown[]) => console.log('[rum]', ...what);

  onRecord((what, ...more) => {
    if (what != 'lost') {
      const {kind, ...event} = what as RUMEvent;
      return say(WORDS[kind] || kind, event);
    }
    const [reason, count, answer] = more;
    say(`lost ${count} (${reason})`);
    if (answer instanceof Response) void explain(answer).then(say);
  });

  // Collectors read their options when they begin: what none has read by then does nothing here.
  const read = new Set<unknown>();
  recorder.settings = new Proxy(settings, {get: (from, name) => (read.add(name), Reflect.get(from, name) as unknown)});
  setTimeout(() => {
    const idle = Object.keys(settings).filter((name) => !OF_CORE.test(name) && !read.has(name) && settings[name as keyof RUMOptions]);
    if (idle[0]) say('no collector here reads', ...idle);
  });
}

/** Why a receiver refused, in its own words. */
async function explain(answer: Response): Promise<string> {
  const {status, type} = answer;
  if (type == 'opaqueredirect') return 'the endpoint redirects, which is not followed';
  const body = await answer.text().catch(() => '');
  const {reason, error} = safely(() => JSON.parse(body) as {reason?: string; error?: string}) || {};
  return `the receiver answered ${status} ${[reason, error].filter(Boolean).join(': ') || body.slice(0, 200)}`;
}
