import {beforeSend, hash, initRUM, initRUMWith, plainVitals, vitals, type Collector} from '@otelcol-rum/browser';
import {RUMPageViews} from '@otelcol-rum/browser/next';

// The collector of the README.
const fonts: Collector = ({listen, record}) =>
  listen(document.fonts, 'loadingdone', () => record({kind: 'measure', name: 'fonts_ready', value: performance.now(), unit: 'ms', time: performance.now()}));

initRUMWith([vitals, fonts], {endpoint: '/v1/rum'});
// Options with their parts.
initRUMWith([plainVitals, {beforeSend, hash}], {endpoint: '/v1/rum', hash: true, beforeSend: (event) => event.kind != 'click'});
export const started = [initRUM({endpoint: '/v1/rum', tags: {team: 'web'}}), RUMPageViews];
