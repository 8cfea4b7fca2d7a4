import type {Metadata} from 'next';
import Link from 'next/link';
import type {ReactNode} from 'react';
import {Vercel} from '../../../components/vercel';
import '../../style.css';

export const metadata: Metadata = {title: 'Notes on tea', icons: 'data:,'};

/** A site that was made for Vercel: no client of ours, and its components where they always were. */
export default function Layout({children}: {children: ReactNode}) {
  return (
    <html lang="en">
      <body>
        <header>
          <Link href="/with-vercel" className="brand">Notes on tea</Link>
        </header>
        <main>{children}</main>
        <Vercel />
      </body>
    </html>
  );
}
