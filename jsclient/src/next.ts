'use client';

import {useParams, usePathname, useSearchParams} from 'next/navigation.js';
import {createElement, Suspense, useEffect, useLayoutEffect} from 'react';
import {getRUM} from './index.js';

/** Names page views by the route template of the App Router, or of the Pages Router. Rendered once, in the root layout or in `_app`. */
export function RUMPageViews() {
  // useSearchParams makes everything up to the nearest boundary wait for the browser.
  return createElement(Suspense, null, createElement(PageViews));
}

/**
 * In the same task as the change of address: a full batch would otherwise be of the view before
 * it has its route. React 18 warns of layout effects on a server, where none run.
 */
const useEarlyEffect = typeof document == 'undefined' ? useEffect : useLayoutEffect;

function PageViews(): null {
  const pathname = usePathname();
  const search = useSearchParams();
  const params = useParams();
  useEarlyEffect(() => {
    // In the Pages Router there is none before the router is ready.
    if (pathname) getRUM()?.recordPageView?.({route: routeTemplate(pathname, params)});
  }, [pathname, search]);
  return null;
}

/**
 * `/product/42` with `{id: '42'}` is `/product/:id`; a catch-all is `/docs/*slug`. Parameters come in
 * the order of the path, so they are looked for from its end: in `/product/product` the last is the id.
 */
export function routeTemplate(pathname: string, params: Record<string, string | string[] | undefined> | null): string {
  const segments = pathname.split('/');
  const plain = segments.map(decoded);
  for (const [name, value] of Object.entries(params || {}).reverse()) {
    const values = [value || []].flat().map(decoded);
    const at = plain.findLastIndex((_, i) => values.length && values.every((part, j) => plain[i + j] === part));
    if (at < 1) continue;
    const named = (Array.isArray(value) ? '*' : ':') + name;
    segments.splice(at, values.length, named);
    // The name of one parameter is no value of another.
    (plain as unknown[]).splice(at, values.length, undefined);
  }
  return segments.join('/');
}

/** Next.js gives parameters encoded or not, by version and place. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
