'use client';

import {useTrackInteraction} from '@otelcol-rum/browser/react';
import Link from 'next/link';
import {useState} from 'react';

export function AddToCart({name}: {name: string}) {
  const [count, setCount] = useState(0);
  const {trackClick} = useTrackInteraction('add_to_cart');
  return (
    <>
      <button onClick={trackClick(() => setCount(count + 1), {product: name})}>Add to cart</button>
      <p role="status">{count > 0 && `${count} × ${name} in the cart`}</p>
      {/* What stands in a query may be a secret; it must not reach the collector. */}
      {count > 0 && <Link href="/checkout?sort=price&voucher=s3cret">To the checkout</Link>}
    </>
  );
}
