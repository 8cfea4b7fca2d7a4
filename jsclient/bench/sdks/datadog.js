import {datadogRum} from '@datadog/browser-rum';

datadogRum.init({
  applicationId: '00000000-0000-4000-8000-000000000000',
  clientToken: 'pub0',
  service: 'shop',
  version: '1.0.0',
  sessionSampleRate: 100,
  sessionReplaySampleRate: 0,
  // Everything goes to the sink. A proxy turns view updates off, which save bytes without one.
  proxy: sink + '/intake',
  betaEnableViewUpdates: true,
  // Its reports on itself, of some sessions by chance.
  telemetrySampleRate: 0,
});
