/** Whether a function is the browser's own; zone.js keeps that beside its own. */
export function isNative(fn: unknown): boolean {
  const known = fn as {__zone_symbol__OriginalDelegate?: unknown};
  return /\[native code]/.test(Function.prototype.toString.call(known.__zone_symbol__OriginalDelegate || fn));
}
