import * as Sentry from '@sentry/browser';

Sentry.init({
  dsn: `${receiver.replace('//', '//public@')}/42`,
  release: 'shop@1.4.2',
  integrations: [Sentry.browserTracingIntegration()],
  tracesSampleRate: 1,
});
globalThis.bought = () => Sentry.logger.info('purchase', {plan: 'pro'});
