import Link from 'next/link';
import {productPath, products} from '../../lib/products';

export default function Home() {
  return (
    <>
      <h1>Everything for tea</h1>
      <ul className="cards">
        {products.map((product) => (
          <li key={product.id}>
            <Link href={productPath(product)}>
              <strong>{product.name}</strong>
              <span>€ {product.price}</span>
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}
