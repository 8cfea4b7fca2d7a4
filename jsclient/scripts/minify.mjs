// One way to minify, for what is built and for what is weighed. terser makes the result some 4 %
// smaller than esbuild alone, short names of members some 2 % more.
import {minify as terser} from 'terser';

/** Members that only our own files use begin with one underscore, and no others are renamed: anybody may write a collector. */
const PRIVATE = /^_[a-z]/;

/** React shows the names of components, in stacks and in its tools. */
const COMPONENTS = ['RUMErrorBoundary', 'RUMProvider', 'RUMPageViews'];

/**
 * `foreign` code is not ours, `preamble` what must come first. In a package (`module`) functions that are called once stay
 * where they are: what is put into another one, bundlers name anew, and esbuild makes 3 % more of it.
 */
export async function minify(code, {module = false, foreign = false, preamble, map} = {}) {
  return terser(code, {
    module,
    ecma: 2022,
    compress: {passes: 6, ecma: 2022, unsafe_arrows: true, pure_getters: true, keep_fargs: false, reduce_funcs: !module, lhs_constants: false},
    mangle: {reserved: COMPONENTS, properties: !foreign && {regex: PRIVATE}},
    format: {preamble},
    sourceMap: map && {content: map.content, filename: map.file, url: map.file + '.map'},
  });
}
