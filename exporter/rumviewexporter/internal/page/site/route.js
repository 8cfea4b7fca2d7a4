// What is shown stands in the address, behind the #: the view's path and the filter.

/** @returns {{path: string[], filter: Record<string, string>}} */
export function current() {
  const [path, query] = location.hash.replace(/^#\/?/, '').split('?');
  return { path: path.split('/').map(decode).filter(Boolean), filter: Object.fromEntries(new URLSearchParams(query)) };
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // typed by hand
  }
}

/** The address of a view. Without a path the current one, without a filter the current one. */
export function link(path, filter = dimensionsOf(current().filter)) {
  path ??= current().path.map(encodeURIComponent).join('/');
  const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value)).toString();
  return `#/${path}${query ? `?${query}` : ''}`;
}

/** Parameters of single views do not follow to others. */
const own = ['q', 'name'];
const dimensionsOf = (filter) => Object.fromEntries(Object.entries(filter).filter(([key]) => !own.includes(key)));

/** The address of a view with one part of the filter changed. */
export const narrowed = (path, more) => link(path, { ...dimensionsOf(current().filter), ...more });
