import {datadogRum} from '@datadog/browser-rum';

datadogRum.init({
  applicationId: '00000000-0000-4000-8000-000000000000',
  clientToken: 'pub0',
  service: 'shop',
  version: '1.4.2',
  proxy: `${receiver}/datadog`,
  trackResources: true,
  trackUserInteractions: true,
  trackLongTasks: true,
});
globalThis.bought = () => datadogRum.addAction('purchase', {plan: 'pro'});
