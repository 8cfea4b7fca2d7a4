'use client';

import {Analytics, type BeforeSendEvent} from '@vercel/analytics/next';
import {track} from '@vercel/analytics';
import {SpeedInsights} from '@vercel/speed-insights/next';
import {useState} from 'react';

/** One file for both; what is behind the # has each package load it. */
const SCRIPT = '/rum.js?vercel';
const ENDPOINT = '/v1/rum';

/** Pages of notes that are nobody's business. */
const unlessPrivate = <E extends BeforeSendEvent>(event: E) => (event.url.includes('/private') ? null : event);

/** Vercel's own components, unchanged, with the collector behind them. */
export function Vercel() {
  return (
    <>
      <Analytics scriptSrc={SCRIPT + '#analytics'} endpoint={ENDPOINT} dsn="vercel-shop" beforeSend={unlessPrivate} />
      <SpeedInsights scriptSrc={SCRIPT + '#speed-insights'} endpoint={ENDPOINT} dsn="vercel-shop" />
    </>
  );
}

export function SignUp() {
  const [done, setDone] = useState(false);
  const signUp = () => {
    track('signup', {plan: 'pro', seats: 3});
    setDone(true);
  };
  return (
    <>
      <button id="sign-up" onClick={signUp}>Sign up</button>
      <p role="status">{done && 'Welcome'}</p>
    </>
  );
}
