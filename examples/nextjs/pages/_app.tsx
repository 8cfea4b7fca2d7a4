import type {AppProps, NextWebVitalsMetric} from 'next/app';
import {useReportWebVitals} from 'next/web-vitals';
import {report} from '../lib/report';

/** Next.js reports its own measurements here: `Next.js-hydration`, `Next.js-route-change-to-render`, `Next.js-render`. */
export function reportWebVitals(metric: NextWebVitalsMetric) {
  report(metric);
}

/** The Pages Router, without a client. */
export default function App({Component, pageProps}: AppProps) {
  useReportWebVitals(report);
  return <Component {...pageProps} />;
}
