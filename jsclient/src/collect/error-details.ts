import type {Recorder} from '../recorder.js';

/** Causes that are followed: `new Error('…', {cause})` may be a circle. */
const MAX_CAUSES = 5;

/**
 * Adds to errors the chain of their causes, and marks those that are not the page's own fault or
 * that nobody can look into.
 */
export function errorDetails({hooks}: Recorder): void {
  hooks.error = (thrown, {m, s = '', f = '', a}) => ({
    s: (s + causes(thrown)) || undefined,
    a: {
      extension: /-extension:\/\//.test(s + f) || undefined,
      // A script of another origin without CORS says only this.
      opaque: (!s && /^Script error/.test(m)) || undefined,
      ...a,
    },
  });
}

function causes(thrown: unknown): string {
  let text = '';
  let cause = (thrown as Partial<Error> | undefined)?.cause as Partial<Error> | undefined;
  for (let depth = 0; cause && depth < MAX_CAUSES; depth++) {
    text += '\nCaused by: ' + (cause.stack || cause);
    cause = cause.cause as Partial<Error> | undefined;
  }
  return text;
}
