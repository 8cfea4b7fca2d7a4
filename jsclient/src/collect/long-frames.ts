import type {Recorder} from '../recorder.js';

/** What TypeScript's library does not know yet. https://w3c.github.io/long-animation-frames/ */
type ScriptTiming = PerformanceEntry & {
  invoker: string;
  invokerType: string;
  sourceURL: string;
  sourceFunctionName: string;
};
type FrameEntry = PerformanceEntry & {blockingDuration?: number; scripts?: ScriptTiming[]};

/**
 * Long animation frames that blocked input, with the script that took longest; where the browser
 * does not know them, long tasks, which name no script.
 */
export function longFrames({record, observe}: Recorder): void {
  const report = ({startTime: t, duration: v, blockingDuration: bd, scripts = []}: FrameEntry) => {
    const [longest] = [...scripts].sort((a, b) => b.duration - a.duration);
    // A frame may be long because of rendering alone; without blocking nobody waited for it.
    if (bd != 0) record({k: 'task', t, v, bd, ...(longest && culprit(longest))});
  };
  if (!observe('long-animation-frame', report)) observe('longtask', report);
}

const culprit = ({sourceURL: u, sourceFunctionName: n, invoker: m, invokerType: it, duration: d}: ScriptTiming) => ({u, n, m, it, d});
