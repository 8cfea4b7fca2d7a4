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
export function longFrames({record, limit, observe}: Recorder): void {
  const another = limit(MAX_TASKS, 'task_cap');
  const report = ({startTime, duration, blockingDuration: bd, scripts = []}: FrameEntry) => {
    // A frame may be long because of rendering alone; without blocking nobody waited for it.
    if (bd !== 0 && another()) record({k: 'task', t: startTime, v: duration, bd, a: culprit(scripts)});
  };
  if (!observe<FrameEntry>('long-animation-frame', report)) observe<FrameEntry>('longtask', report);
}

function culprit(scripts: ScriptTiming[]): Attributes | undefined {
  const [longest] = [...scripts].sort((a, b) => b.duration - a.duration);
  return (
    longest && {
      script: longest.sourceURL,
      invoker: longest.invoker,
      invoker_type: longest.invokerType,
      function: longest.sourceFunctionName,
      script_duration: Math.round(longest.duration),
    }
  );
}
