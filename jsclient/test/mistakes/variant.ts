import {readFileSync} from 'node:fs';
import {join, relative} from 'node:path';
import {build, type BuildOptions} from 'esbuild';

const root = join(import.meta.dirname, '../..');

/** A change of the client's source: in a file below src/, one text in the place of another. */
export type Edit = readonly [file: string, find: string, replace: string];

/**
 * Bundles the client with these changes in its source. Each must fit exactly once, so that a change
 * that no longer says anything is found out when the source moves on.
 */
export async function variant(edits: readonly Edit[], options: BuildOptions): Promise<string> {
  const left = new Set(edits);
  const {outputFiles} = await build({
    bundle: true,
    write: false,
    absWorkingDir: root,
    target: 'es2022',
    define: {__VERSION__: '"0.0.0"'},
    logLevel: 'silent',
    ...options,
    plugins: [
      {
        name: 'edits',
        setup({onLoad}) {
          onLoad({filter: /\/src\/.*\.ts$/}, ({path}) => {
            let contents = readFileSync(path, 'utf8');
            for (const edit of edits.filter(([file]) => file == relative(join(root, 'src'), path))) {
              const [file, find, replace] = edit;
              const found = contents.split(find).length - 1;
              if (found != 1) throw new Error(`src/${file} has ${found} times, not once: ${find}`);
              contents = contents.replace(find, () => replace);
              left.delete(edit);
            }
            return {contents, loader: 'ts'};
          });
        },
      },
    ],
  });
  for (const [file] of left) throw new Error(`src/${file} is not part of the client`);
  return outputFiles![0].text;
}
