import type {Recorder} from '../recorder.js';

/** Violations of the Content Security Policy as errors, if the page wants them. */
export function cspViolations({settings, reportError, listen}: Recorder): void {
  if (!settings.cspViolations) return;
  listen<SecurityPolicyViolationEvent>(window, 'securitypolicyviolation', (event) => {
    const {effectiveDirective, blockedURI, sourceFile: filename, lineNumber: lineno, columnNumber: colno, disposition, timeStamp: time} = event;
    const message = effectiveDirective + ' blocked ' + blockedURI;
    reportError(message, {time, name: 'SecurityPolicyViolation', filename, lineno, colno}, {disposition});
  });
}
