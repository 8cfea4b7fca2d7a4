import {observe} from '../observe.js';
import type {Recorder} from '../recorder.js';
import type {Attributes} from '../wire.js';

/** What TypeScript's library does not know yet. https://w3c.github.io/long-animation-frames/ */
type ScriptTiming = PerformanceEntry & {
  invoker: string;
  invokerType: string;
  sourceURL: string;
  sourceFunctionName: string;
};
type FrameEntry = PerformanceEntry & {blockingDuration?: number; scripts?: ScriptTiming[]};

/** Reports of one page view; an animation that stutters for minutes is one fact. */
const MAX_TASKS = 50;

/**
 * Long animation frames that blocked input, with the script that took longest; where the browser
 * does not know them, long tasks, which name no script.
 */
export function longFrames({record, lose, page, onFlush}: Recorder) {
  let counted = page();
  let total = 0;
  const report = ({entryType, startTime, duration, blockingDuration: bd, scripts}: FrameEntry) => {
    // A frame may be long because of rendering alone; without blocking nobody waited for it.
    if (bd === 0) return;
    if (counted != page()) [counted, total] = [page(), 0];
    if (++total > MAX_TASKS) return lose('task_cap');
    const a = entryType == 'longtask' ? undefined : culprit(scripts || []);
    record({k: 'task', t: startTime, v: duration, bd, a});
  };
  const seen =
    observe<FrameEntry>(['long-animation-frame'], report) || observe<FrameEntry>(['longtask'], report);
  onFlush(() => {
    seen?.take();
    return [];
  });
  return seen?.stop;
}

function culprit(scripts: ScriptTiming[]): Attributes | undefined {
  if (!scripts.length) return;
  const longest = scripts.reduce((a, b) => (b.duration > a.duration ? b : a));
  return {
    script: longest.sourceURL,
    invoker: longest.invoker,
    invoker_type: longest.invokerType,
    function: longest.sourceFunctionName,
    script_duration: Math.round(longest.duration),
  };
}
