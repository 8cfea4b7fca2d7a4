import {SCRIPT_NAMES} from '../encode.js';
import type {Recorder} from '../recorder.js';
import {longestScript, type LongFrameEntry} from '../vitals/script.js';

/**
 * Long animation frames that blocked input, with the script that took longest; where the browser
 * does not know them, long tasks, which name no script.
 */
export function longFrames({record, observe, _hooks: hooks}: Recorder): void {
  hooks._names += SCRIPT_NAMES;
  const report = (entry: LongFrameEntry) => {
    const {startTime: time, duration: value, blockingDuration} = entry;
    // A frame may be long because of rendering alone; without blocking nobody waited for it.
    if (blockingDuration != 0) record({kind: 'task', time, value, blockingDuration, ...longestScript([entry])});
  };
  if (!observe('long-animation-frame', report)) observe('longtask', report);
}
