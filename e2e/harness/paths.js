import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

/** Root of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

export const fromRoot = (...parts) => join(root, ...parts);

/** The path of something that `make` builds; says what to run when it is not there. */
export function built(...parts) {
  const path = fromRoot(...parts);
  if (!existsSync(path)) throw new Error(`${path} is missing: make test-e2e, test-scale and test-kafka build what they need`);
  return path;
}
