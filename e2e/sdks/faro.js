import {getWebInstrumentations, initializeFaro} from '@grafana/faro-web-sdk';

const faro = initializeFaro({
  url: `${receiver}/faro/collect`,
  app: {name: 'shop', version: '1.4.2'},
  // Views, which are off by default.
  instrumentations: getWebInstrumentations(),
  experimental: {trackNavigation: true},
});
globalThis.bought = () => faro.api.pushEvent('purchase', {plan: 'pro'});
