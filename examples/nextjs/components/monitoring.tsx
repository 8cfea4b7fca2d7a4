'use client';

import {RUMPageViews} from '@otelcol-rum/browser/next';
import {RUMProvider} from '@otelcol-rum/browser/react';
import type {ReactNode} from 'react';

/** Around the whole application: one client, and a page view for each navigation. */
export function Monitoring({children}: {children: ReactNode}) {
  return (
    <RUMProvider endpoint="/v1/rum" app="nextjs-shop" version="1.0.0">
      <RUMPageViews />
      {children}
    </RUMProvider>
  );
}
