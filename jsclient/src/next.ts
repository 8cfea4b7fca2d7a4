'use client';

import {useParams, usePathname, useSearchParams} from 'next/navigation.js';
import {createElement, Suspense, useEffect} from 'react';
import {getRUM} from './index.js';

/** Names page views by the route template of the App Router. Rendered once, in the root layout. */
export function RUMPageViews() {
  // useSearchParams makes everything up to the nearest boundary wait for the browser.
  return createElement(Suspense, null, createElement(PageViews));
}

function PageViews(): null {
  const pathname = usePathname();
  const search = useSearchParams();
  const params = useParams();
  useEffect(() => {
    getRUM()?.recordPageView({route: routeTemplate(pathname, params)});
  }, [pathname, search]);
  return null;
}

/** `/product/42` with `{id: '42'}` is `/product/:id`; a catch-all is `/docs/*slug`. */
export function routeTemplate(pathname: string, params: Record<string, string | string[] | undefined> | null): string {
  const segments = pathname.split('/');
  for (const [name, value] of Object.entries(params || {})) {
    const values = [value || []].flat();
    const at = segments.findIndex((_, i) => values.length && values.every((part, j) => segments[i + j] == part));
    if (at > 0) segments.splice(at, values.length, (Array.isArray(value) ? '*' : ':') + name);
  }
  return segments.join('/');
}
