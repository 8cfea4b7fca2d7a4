import {initRUMWith, plainVitals} from '@otelcol-rum/browser';

initRUMWith([plainVitals], {endpoint: '/v1/rum'});
