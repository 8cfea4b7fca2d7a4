import type {Script} from '../events.js';

/** What TypeScript's library does not know yet. https://w3c.github.io/long-animation-frames/ */
type ScriptEntry = PerformanceEntry & {
  invoker: string;
  invokerType: string;
  sourceURL: string;
  sourceFunctionName: string;
  sourceCharPosition: number;
  forcedStyleAndLayoutDuration: number;
};
export type LongFrameEntry = PerformanceEntry & {blockingDuration?: number; scripts?: ScriptEntry[]};

/** The script that ran longest in these frames, of which counts what was after a time: before it, nobody waited. */
export function longestScript(frames: LongFrameEntry[], since = 0): Script | undefined {
  let longest: ScriptEntry | undefined;
  let duration = 0;
  for (const script of frames.flatMap(({scripts = []}) => scripts)) {
    const waited = script.startTime + script.duration - Math.max(script.startTime, since);
    if (waited > duration) {
      duration = waited;
      longest = script;
    }
  }
  if (!longest) return;
  return {
    url: longest.sourceURL,
    functionName: longest.sourceFunctionName,
    // -1 where the browser does not know it.
    charPosition: longest.sourceCharPosition < 0 ? undefined : longest.sourceCharPosition,
    invoker: longest.invoker,
    invokerType: longest.invokerType,
    duration,
    forcedLayout: longest.forcedStyleAndLayoutDuration,
  };
}
