import type {Metadata} from 'next';
import type {ReactNode} from 'react';
import {WebVitals} from '../../../components/web-vitals';

export const metadata: Metadata = {title: 'Measured by Next.js', icons: 'data:,'};

/** A site without a client, whose vitals Next.js reports. */
export default function Layout({children}: {children: ReactNode}) {
  return (
    <html lang="en">
      <body>
        <main>{children}</main>
        <WebVitals />
      </body>
    </html>
  );
}
