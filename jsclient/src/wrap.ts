import type {Scope} from './scope.js';

/** A method before it is known which. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- callers know what theirs takes and gives
type Method = (...args: any[]) => any;

/**
 * Puts `around` in the place of a method until stop; it gets the method itself, `this` and what it is
 * called with. Somebody else may have wrapped ours by then: theirs stays, and ours only calls through.
 */
export function wrap<K extends string, T extends {[key in K]: Method}>(
  {onStop}: Pick<Scope, 'onStop'>,
  target: T,
  name: K,
  around: (original: Method, self: T, args: Parameters<Method>) => unknown,
): void {
  const original = target[name];
  // What is not there stays away: the page may ask whether it is.
  if (!original) return;
  let wrapping = true;
  // Name, length and text are those of the original.
  const wrapped = new Proxy(original, {
    apply: (_, self: T, args) => (wrapping ? around(original, self, args) : original.apply(self, args)) as unknown,
  });
  // Where it is frozen it stays as it is.
  Reflect.set(target, name, wrapped);
  onStop(() => {
    wrapping = false;
    if (target[name] == wrapped) target[name] = original;
  });
}
