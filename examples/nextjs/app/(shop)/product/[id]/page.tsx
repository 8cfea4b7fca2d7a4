import type {Metadata} from 'next';
import {notFound} from 'next/navigation';
import {AddToCart} from '../../../../components/add-to-cart';
import {productOf, products} from '../../../../lib/products';

type Props = {params: Promise<{id: string}>};

/** All products are known when the shop is built, so their pages are static. */
export const generateStaticParams = () => products.map(({id}) => ({id}));

export async function generateMetadata({params}: Props): Promise<Metadata> {
  return {title: productOf((await params).id)?.name};
}

export default async function ProductPage({params}: Props) {
  const product = productOf((await params).id);
  if (!product) notFound();
  return (
    <article>
      <h1>{product.name}</h1>
      <p>{product.about}</p>
      <p className="price">€ {product.price}</p>
      <AddToCart name={product.name} />
    </article>
  );
}
