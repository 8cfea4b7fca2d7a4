import type {Metadata} from 'next';
import Link from 'next/link';
import type {ReactNode} from 'react';
import {Monitoring} from '../../components/monitoring';
import '../style.css';

export const metadata: Metadata = {title: {default: 'Tea shop', template: '%s · Tea shop'}, icons: 'data:,'};

export default function Layout({children}: {children: ReactNode}) {
  return (
    <html lang="en">
      <body>
        <Monitoring>
          <header>
            <Link href="/" className="brand">Tea shop</Link>
            <nav aria-label="Main">
              <Link href="/checkout">Checkout</Link>
              <Link href="/broken">Errors</Link>
            </nav>
          </header>
          <main>{children}</main>
        </Monitoring>
      </body>
    </html>
  );
}
