import type {Recorder} from '../recorder.js';

/** Violations of one page view. */
const MAX_VIOLATIONS = 20;

/** Violations of the Content Security Policy as errors, if the page wants them. */
export function cspViolations({settings, record, limit, listen}: Recorder): void {
  if (!settings.cspViolations) return;
  const another = limit(MAX_VIOLATIONS, 'csp_cap');
  listen<SecurityPolicyViolationEvent>(document, 'securitypolicyviolation', (event) => {
    if (!another()) return;
    const {effectiveDirective, blockedURI, sourceFile, lineNumber, columnNumber, disposition} = event;
    record({
      k: 'error',
      t: event.timeStamp,
      n: 'SecurityPolicyViolation',
      m: `${effectiveDirective} blocked ${blockedURI}`,
      f: sourceFile || undefined,
      l: lineNumber || undefined,
      c: columnNumber || undefined,
      a: {disposition},
    });
  });
}
