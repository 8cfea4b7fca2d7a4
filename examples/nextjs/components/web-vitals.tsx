'use client';

import {useReportWebVitals} from 'next/web-vitals';
import {report} from '../lib/report';

/** The web vitals of each page, from Next.js' own hook. */
export function WebVitals() {
  useReportWebVitals(report);
  return null;
}
