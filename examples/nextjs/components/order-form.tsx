'use client';

import {useTrackInteraction} from '@otelcol-rum/browser/react';
import {useState, type FormEvent} from 'react';

/** Stands for a payment service. */
const pay = () => new Promise((paid) => setTimeout(paid, 300));

export function OrderForm() {
  const [state, setState] = useState<'open' | 'paying' | 'paid'>('open');
  const {startTracking, endTracking} = useTrackInteraction('place_order');

  async function order(event: FormEvent) {
    event.preventDefault();
    startTracking();
    setState('paying');
    await pay();
    setState('paid');
    endTracking({method: 'invoice'});
  }

  if (state === 'paid') return <p role="status">Thank you. The tea is on its way.</p>;
  return (
    <form onSubmit={order}>
      <label htmlFor="name">Name</label>
      <input id="name" name="name" autoComplete="name" required />
      <label htmlFor="street">Street and town</label>
      <input id="street" name="street" autoComplete="street-address" required />
      <button disabled={state === 'paying'}>{state === 'paying' ? 'Paying …' : 'Place order'}</button>
    </form>
  );
}
