// Types as users get them: those that can be reached from what is exported, for `import` and for `require`.
import {execFileSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

/** Files of ours that types are taken from; TypeScript writes what it finds out itself in double quotes. */
const OURS = /(from |import\()["'](\.[^"']+)\.js["']/g;

/** Of all that TypeScript emits, the files that these entries lead to. */
function reachable(dir, entries) {
  const texts = {};
  const left = [...entries];
  for (let name; (name = left.pop()); ) {
    if (texts[name]) continue;
    texts[name] = readFileSync(join(dir, name + '.d.ts'), 'utf8');
    for (const [, , to] of texts[name].matchAll(OURS)) left.push(join(name, '..', to));
  }
  return texts;
}

/**
 * What may be left out may be undefined: under exactOptionalPropertyTypes `userId={user?.id}` does not compile else.
 * Members that take several lines are left as they are.
 */
const optional = (text) =>
  text.replace(/^(\s+(?:readonly )?\w+\?: )([^\n]+);$/gm, (_, name, type) => `${name}${/=>/.test(type) ? `(${type})` : type} | undefined;`);

/** The types of these entries, by file of dist/: one for each system of modules. */
export function typesOf(entries) {
  const dir = mkdtempSync(join(tmpdir(), 'rum-types-'));
  execFileSync('node_modules/.bin/tsc', ['-p', 'tsconfig.types.json', '--outDir', dir], {stdio: 'inherit'});
  const files = Object.entries(reachable(dir, entries)).flatMap(([name, text]) => [
    [name + '.d.ts', optional(text)],
    [name + '.d.cts', optional(text).replace(OURS, "$1'$2.cjs'")],
  ]);
  rmSync(dir, {recursive: true});
  return files;
}
