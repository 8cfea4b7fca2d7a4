import type {Metadata} from 'next';
import {OrderForm} from '../../../components/order-form';

export const metadata: Metadata = {title: 'Checkout'};

export default function Checkout() {
  return (
    <>
      <h1>Checkout</h1>
      <OrderForm />
    </>
  );
}
