import type {Recorder} from '../recorder.js';

/** Violations of the Content Security Policy as errors, if the page wants them. */
export function cspViolations({settings, reportError, listen}: Recorder): void {
  if (!settings.cspViolations) return;
  listen<SecurityPolicyViolationEvent>(document, 'securitypolicyviolation', (event) => {
    const {effectiveDirective, blockedURI, sourceFile: f, lineNumber: l, columnNumber: c, disposition, timeStamp: t} = event;
    const m = effectiveDirective + ' blocked ' + blockedURI;
    reportError(m, {t, n: 'SecurityPolicyViolation', f, l, c}, {disposition});
  });
}
