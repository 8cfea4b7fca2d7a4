import {readFileSync} from 'node:fs';
import {join} from 'node:path';
// @ts-expect-error the scripts have no types
import {bundled, bundledPeer, core, sizes, weigh} from '../scripts/size.mjs';

type Size = {minified: number; gzip: number; brotli: number};

export type SDK = {
  name: string;
  /** The script with all that it needs. It sends to the global `sink`, or as its tag says. */
  code: string;
  /** Bytes. */
  size: Size;
  /** Attributes of its script tag. */
  tag?: (sink: string) => string;
  /** How it writes that there was an interaction; errors carry the page's own words everywhere. */
  inp: RegExp;
};

/** The yardstick of CPU. */
export const REFERENCE = 'web-vitals';

export const CORE = 'core';
export const EVERYTHING = 'everything';

const inp: Record<string, RegExp> = {
  [REFERENCE]: /"name":"INP"/,
  faro: /"inp":/,
  datadog: /"interaction_to_next_paint"/,
  elastic: /"inp":/,
  opentelemetry: /"stringValue":"inp"/,
};

/** Ours and the peers with these names, all bundled in one way. */
export async function makeSDKs(names = Object.keys(inp)): Promise<SDK[]> {
  const ours: Record<string, Size> = await sizes();
  const dist = join(import.meta.dirname, '../dist/');
  const own = {inp: /"n":"INP"/};
  const sdks: SDK[] = [
    {name: CORE, ...own, code: await bundled(core("sink + '/v1/rum'")), size: ours.core},
    {
      name: EVERYTHING,
      ...own,
      code: readFileSync(dist + 'rum.iife.js', 'utf8'),
      size: ours.everything,
      tag: (sink) => `data-app="shop" data-endpoint="${sink}/v1/rum"`,
    },
  ];
  const folder = join(import.meta.dirname, 'sdks/');
  for (const name of names) {
    const code = await bundledPeer(readFileSync(`${folder}${name}.js`, 'utf8'), folder);
    sdks.push({name, code, size: weigh(code), inp: inp[name]});
  }
  return sdks;
}

/** Every SDK's script by its path, as the page's server takes them. */
export const scriptsOf = (sdks: SDK[]) => Object.fromEntries(sdks.map((sdk) => [pathOf(sdk), sdk.code]));

export const pathOf = ({name}: SDK) => `/sdk/${name}.js`;

/** What a page needs in its head to be measured. */
export const headOf = (sdk: SDK, sink: string) =>
  `<script>var sink = '${sink}'</script><script src="${pathOf(sdk)}" ${sdk.tag?.(sink) || ''}></script>`;
