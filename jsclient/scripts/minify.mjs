// One way to minify, for what is built and for what is weighed. terser makes the result some 4 %
// smaller than esbuild alone, short names of members some 2 % more.
import {minify as terser} from 'terser';

/**
 * Members that only our own files use: nothing that they use of the language, the DOM, the wire, the storage, the
 * options or the client's methods has such a name.
 */
const PRIVATE =
  'forget entry clear wait from recorded tries context since later firstHidden worst representative take told timed known explain reads reported lcp cls inp';

/** Members that collectors use, and so may collectors of others; /rum.js has no room for those. */
const OF_COLLECTORS =
  'settings load page view pageAt openPage reportError lose onFlush onRecord onStop hooks shared peek mayTell queue ' +
  'measureAnew answered callOf recorder listen record';

const mangled = (names) => new RegExp(`^(${names.trim().replaceAll(' ', '|')})$`);

/**
 * `closed` is code that nobody adds a collector to, `foreign` code that is not ours, `preamble` what must
 * come first.
 */
export async function minify(code, {module = false, closed = false, foreign = false, preamble, map} = {}) {
  return terser(code, {
    module,
    ecma: 2022,
    compress: {passes: 3, ecma: 2022, unsafe_arrows: true, pure_getters: true, keep_fargs: false, hoist_funs: true},
    mangle: {properties: !foreign && {regex: mangled(PRIVATE + (closed ? ' ' + OF_COLLECTORS : '')), builtins: true}},
    format: {preamble},
    sourceMap: map && {content: map.content, filename: map.file, url: map.file + '.map'},
  });
}
